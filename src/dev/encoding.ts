import { encode } from "jose/base64url";

/** A fresh 256-bit random value in base64url, for codes, tokens, cookies and ids. */
export function randomToken(): string {
  return encode(crypto.getRandomValues(new Uint8Array(32)));
}

/** SHA-256 of a text (UTF-8). */
export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** SHA-256 of a text in base64url: the S256 transformation of RFC 7636 §4.2, and the form secrets are stored in. */
export async function sha256Base64url(text: string): Promise<string> {
  return encode(await sha256(text));
}

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export async function equalInConstantTime(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([sha256(left), sha256(right)]);
  let difference = 0;
  for (const [index, byte] of a.entries()) difference |= byte ^ b[index]!;
  return difference === 0;
}

/** Base64 with padding, as Content Security Policy spells hashes. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

import { encodeBase64url } from "../base64url.ts";

/** Characters of base64url SHA-256 that stand for a `state` in an identifier: 132 bits. */
const fingerprintLength = 22;

/**
 * The identifier of one login's transaction: several tabs log in at once and none disturbs another. The `state` itself
 * stays out of it, since identifiers become cookie names and storage keys.
 */
export async function transactionIdentifierFor(base: string, state: string | undefined): Promise<string> {
  if (state === undefined) return base;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(state));
  return `${base}.${encodeBase64url(new Uint8Array(digest)).slice(0, fingerprintLength)}`;
}

/** The identifier without a login's own part: what keys and limits are bound to. */
export function baseIdentifier(identifier: string): string {
  return identifier.replace(/\.[\w-]{22}$/, "");
}

/** Whether a caller's own `state` or `nonce` has at least 128 bits: 22 characters of base64url, or 32 hexadecimal ones. */
export function hasEnoughEntropy(value: string): boolean {
  return /^[\da-f]+$/i.test(value) ? value.length >= 32 : value.length >= 22 && new Set(value).size >= 10;
}

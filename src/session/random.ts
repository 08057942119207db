import { encodeBase64url } from "../base64url.ts";

/** A random text of 256 bit for `state`, `nonce` and PKCE verifiers: 43 characters of base64url. */
export function randomToken(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** A random id of 128 bit: 22 characters of base64url. */
export function randomId(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
}

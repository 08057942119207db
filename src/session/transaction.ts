import { sha256 } from "../base64url.ts";

/** Characters of base64url SHA-256 that stand for a `state` in an identifier: 132 bits. */
const fingerprintLength = 22;

/**
 * The identifier of one login's transaction: several tabs log in at once and none disturbs another. The `state` itself
 * stays out of it, since identifiers become cookie names and storage keys.
 */
export async function transactionIdentifierFor(base: string, state: string | undefined): Promise<string> {
  if (state === undefined) return base;
  return `${base}.${(await sha256(state)).slice(0, fingerprintLength)}`;
}

/**
 * What stands for the `state` of a link sent by email where its transaction is kept: so a callback that is completed as the wrong
 * kind does not even use it up. That it is of the right kind the transaction says itself.
 */
export function magicLinkState(state: string | undefined): string {
  return `magic-link:${state}`;
}

/** The identifier without a login's own part: what keys and limits are bound to. */
export function baseIdentifier(identifier: string): string {
  return identifier.replace(/\.[\w-]{22}$/, "");
}

/** A caller's own `state` comes back in the callback's URL, which has to stay short. */
const maxOwnChars = 512;

/**
 * Whether a caller's own `state` or `nonce` can carry 128 bits: 22 characters of base64url, 32 of hexadecimal, and not
 * the same few over and over. More cannot be told from a single value.
 */
export function hasEnoughEntropy(value: string): boolean {
  const enough = /^[\da-f-]+$/i.test(value) ? 32 : 22;
  return value.length >= enough && value.length <= maxOwnChars && new Set(value).size >= 8;
}

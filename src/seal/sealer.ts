import { decodeBase64url, encodeBase64url } from "../base64url.ts";
import { createSealKeys, normalizeSecret, type SealKeys, type SealPurpose, type Secret } from "./keys.ts";
import { type OpenedPayload, packPayload, unpackPayload } from "./layout.ts";

const ivBytes = 12;
const ivChars = 16;
const tagChars = 22;

/** Seals and opens the texts of one purpose. All times are seconds since the epoch. */
export interface Sealer {
  /** A compact JWE (RFC 7516 section 7.1), `dir` + `A256GCM`, that opens until `exp`. */
  seal(data: unknown, exp: number, now: number, tokens?: readonly string[]): Promise<string>;
  /** The payload; `undefined` for anything expired, tampered with, sealed for another purpose or by a foreign secret. */
  open(text: string, now: number): Promise<OpenedPayload | undefined>;
}

/** Sealers in memory: a store built anew for each request still finds its derived keys. */
const sealers = new Map<string, Sealer>();
const maxSealers = 64;

/**
 * The sealer for a secret, a purpose and a base identifier.
 *
 * @param secret a text, or several with the newest first
 * @param purpose what the texts are for
 * @param identifier the base identifier (cookie name) the keys are bound to
 * @param maxAge seconds a sealed text may live at most
 * @throws InvalidConfigurationError for an empty secret
 */
export function sealerFor(secret: Secret, purpose: SealPurpose, identifier: string, maxAge: number): Sealer {
  const secrets = normalizeSecret(secret);
  const name = JSON.stringify([purpose, identifier, maxAge, secrets]);
  let sealer = sealers.get(name);
  if (!sealer) {
    sealer = createSealer(createSealKeys(secrets, purpose, identifier, maxAge));
    if (sealers.size >= maxSealers) sealers.delete(sealers.keys().next().value!);
    sealers.set(name, sealer);
  }
  return sealer;
}

/** A sealer of these keys, which nobody remembers. */
export function createSealer(keys: SealKeys): Sealer {
  return {
    async seal(data, exp, now, tokens = []) {
      const { key, header, aad } = await keys.current(now);
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const sealed = new Uint8Array(
        await crypto.subtle.encrypt(
          { name: "AES-GCM", iv, additionalData: aad },
          key,
          packPayload(exp, data, tokens),
        ),
      );
      const bodyAndTag = encodeBase64url(sealed);
      const tagStart = bodyAndTag.length - tagChars;
      // The second part, the encrypted key, is empty with `dir` (RFC 7518 section 4.5).
      return `${header}..${encodeBase64url(iv)}.${bodyAndTag.slice(0, tagStart)}.${bodyAndTag.slice(tagStart)}`;
    },

    async open(text, now) {
      const headerEnd = text.indexOf("..");
      const ivStart = headerEnd + 2;
      const bodyStart = ivStart + ivChars + 1;
      const tagStart = text.length - tagChars;
      if (
        headerEnd < 1 ||
        tagStart < bodyStart + 2 ||
        (tagStart - 1 - bodyStart) % 4 ||
        text[bodyStart - 1] !== "." ||
        text[tagStart - 1] !== "."
      ) {
        return undefined;
      }
      const found = keys.named(text.slice(0, headerEnd), now);
      const sealKey = found instanceof Promise ? await found : found;
      // IV and body are whole base64url characters: the three parts are one text, and its bytes need no copying.
      const bytes = decodeBase64url(
        text.slice(ivStart, bodyStart - 1) + text.slice(bodyStart, tagStart - 1) + text.slice(tagStart),
      );
      if (!sealKey || !bytes) return undefined;
      try {
        const packed = await crypto.subtle.decrypt(
          { name: "AES-GCM", iv: bytes.subarray(0, ivBytes), additionalData: sealKey.aad },
          sealKey.key,
          bytes.subarray(ivBytes),
        );
        const payload = unpackPayload(new Uint8Array(packed));
        return payload && payload.exp > now ? payload : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

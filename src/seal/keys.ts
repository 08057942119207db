import { decodeBase64url, encodeBase64url } from "../base64url.ts";
import { InvalidConfigurationError } from "../errors/index.ts";

/** What a sealed text is for. A text of one purpose never opens as another: the keys differ. */
export type SealPurpose =
  | "session"
  | "session-id"
  | "transaction"
  | "logout"
  // A session as a database keeps it, and what one part of a Worker asks another to do.
  | "stored-session"
  | "errand"
  // What came for a refresh token, sealed under that token.
  | "receipt"
  // What a custom store seals for itself is never taken for what ours have sealed: it is laid out otherwise.
  | "custom-session"
  | "custom-transaction";

/** A derived key and the JWE header that names it; the header's ASCII is the AAD (RFC 7516 section 5.1). */
export interface SealKey {
  header: string;
  aad: Uint8Array<ArrayBuffer>;
  key: CryptoKey;
  /** UTC day of the key, days since the epoch. */
  day: number;
}

const secondsPerDay = 86_400;
/** Keys of one purpose that stay in memory at most, however long sessions live. */
const keysLimit = 512;
const encoder = new TextEncoder();

/** One secret, or several with the newest first: all open, the first one seals. */
export type Secret = string | readonly string[];

/** A secret as a list; refuses what could never seal anything. */
export function normalizeSecret(secret: Secret): readonly string[] {
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (!Array.isArray(secrets) || !secrets.length || secrets.some((one) => typeof one !== "string" || !one)) {
    throw new InvalidConfigurationError(
      "The store's 'secret' is empty. Give it at least 32 random characters (`openssl rand -base64 48`), or a list of such texts, the newest first.",
    );
  }
  return secrets;
}

/**
 * The keys of one purpose: HKDF-SHA-256 (RFC 5869) of a secret for purpose, base identifier and UTC day.
 * The `kid` (`<fingerprint of the secret>.<day>`) says which, so a whole fleet derives each day's key once and a rotated
 * secret is picked without trying. `maxAge` (seconds) bounds which days are derived at all.
 */
export interface SealKeys {
  /** The key that seals today. */
  current(now: number): Promise<SealKey>;
  /** The key a JWE header names, or `undefined` for a foreign secret, a day out of range, or any other header. */
  named(header: string, now: number): SealKey | undefined | Promise<SealKey | undefined>;
}

export function createSealKeys(
  secrets: readonly string[],
  purpose: SealPurpose,
  identifier: string,
  maxAge: number,
): SealKeys {
  const kept = new Map<string, SealKey>();
  const days = Math.ceil(maxAge / secondsPerDay) + 1;
  const maxKeys = Math.min((days + 2) * secrets.length, keysLimit);
  let fingerprints: string[] | undefined;
  let today: SealKey | undefined;

  const inRange = (day: number, now: number): boolean => {
    const age = Math.floor(now / secondsPerDay) - day;
    return age >= -1 && age <= days;
  };

  const derive = async (secret: string, fingerprint: string, day: number): Promise<SealKey> => {
    const header = encodeBase64url(
      encoder.encode(JSON.stringify({ alg: "dir", enc: "A256GCM", kid: `${fingerprint}.${day}` })),
    );
    const key = await crypto.subtle.deriveKey(
      hkdf(`${purpose} ${day} ${identifier}`),
      await importSecret(secret),
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt", "decrypt"],
    );
    const sealKey = { header, aad: encoder.encode(header), key, day };
    if (kept.size >= maxKeys) kept.delete(kept.keys().next().value!);
    kept.set(header, sealKey);
    return sealKey;
  };

  const loadFingerprints = async (): Promise<string[]> => {
    fingerprints ??= await Promise.all(secrets.map((secret) => nameOfSecret(secret, "kid", 48)));
    return fingerprints;
  };

  const lookUp = async (header: string, now: number): Promise<SealKey | undefined> => {
    const [fingerprint = "", dayText = "", ...more] = readKid(header)?.split(".") ?? [];
    const day = Number(dayText);
    if (more.length || !/^\d{1,6}$/.test(dayText) || !inRange(day, now)) return undefined;
    const index = (await loadFingerprints()).indexOf(fingerprint);
    if (index < 0) return undefined;
    const found = await derive(secrets[index]!, fingerprint, day);
    return found.header === header ? found : undefined;
  };

  return {
    async current(now) {
      const day = Math.floor(now / secondsPerDay);
      if (today?.day !== day) today = await derive(secrets[0]!, (await loadFingerprints())[0]!, day);
      return today;
    },
    named(header, now) {
      const found = kept.get(header);
      if (!found) return lookUp(header, now);
      if (kept.size >= maxKeys) {
        // Only where something will have to go does it matter what was used last.
        kept.delete(header);
        kept.set(header, found);
      }
      return inRange(found.day, now) ? found : undefined;
    },
  };
}

/** A name by which a secret is known, and nothing learned of it: base64url of so many bits of HKDF. */
export async function nameOfSecret(secret: string, purpose: string, bits: number): Promise<string> {
  const name = await crypto.subtle.deriveBits(hkdf(purpose), await importSecret(secret), bits);
  return encodeBase64url(new Uint8Array(name));
}

function hkdf(info: string): HkdfParams {
  return {
    name: "HKDF",
    hash: "SHA-256",
    salt: encoder.encode("auth0-edge"),
    info: encoder.encode(`v1 ${info}`),
  };
}

/** A secret as input of HKDF. */
export function importSecret(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey", "deriveBits"]);
}

function readKid(header: string): string | undefined {
  // Ours are 70 characters or so; nothing longer is worth decoding.
  const bytes = header.length < 200 ? decodeBase64url(header) : undefined;
  try {
    const kid: unknown =
      bytes && (JSON.parse(new TextDecoder().decode(bytes)) as { kid?: unknown } | null)?.kid;
    return typeof kid === "string" ? kid : undefined;
  } catch {
    return undefined;
  }
}

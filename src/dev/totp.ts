const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** Seconds a code is shown (RFC 6238 §5.2). */
const STEP = 30;

/** A new secret: 160 bits, as RFC 4226 §4 recommends, in base32 (RFC 4648 §6). */
export function createTotpSecret(): string {
  // 256 is a multiple of 32: no digit is preferred.
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => BASE32[byte % 32]).join("");
}

/**
 * The time-based one-time password of a secret, as authenticator apps show it (RFC 6238: SHA-1, six digits, 30
 * seconds).
 *
 * @param secret Base32, without padding.
 * @param now Seconds since the epoch. Default: the system's clock.
 */
export async function totp(secret: string, now: number = Date.now() / 1000): Promise<string> {
  return await codeOf(secret, Math.floor(now / STEP));
}

/**
 * The time step that a code belongs to: the current one, or the one before or after it, since clocks differ
 * (RFC 6238 §5.2).
 *
 * @returns `undefined` when it is none of their codes.
 */
export async function totpStep(secret: string, code: string, now: number): Promise<number | undefined> {
  const current = Math.floor(now / STEP);
  for (const step of [current, current - 1, current + 1]) {
    if ((await codeOf(secret, step)) === code) return step;
  }
  return undefined;
}

/** HOTP (RFC 4226 §5.3). */
async function codeOf(secret: string, counter: number): Promise<string> {
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(counter));
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", decodeBase32(secret), algorithm, false, ["sign"]);
  const digest = new DataView(await crypto.subtle.sign("HMAC", key, message));
  const offset = digest.getUint8(19) & 15;
  return String((digest.getUint32(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function decodeBase32(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const digit of text) {
    value = (value << 5) | BASE32.indexOf(digit);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 255);
    value &= (1 << bits) - 1;
  }
  return new Uint8Array(bytes);
}

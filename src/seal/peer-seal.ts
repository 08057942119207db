import { decodeBase64url } from "../base64url.ts";
import { importSecret, normalizeSecret, type Secret } from "./keys.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Opens what the stores of `@auth0/auth0-server-js` sealed: a compact JWE, `dir` + `A256CBC-HS512` (RFC 7518 section 5.2.5),
 * whose key is HKDF-SHA-256 of the secret with the identifier and the header's `kid`, which is new each time, as salt.
 * Secrets are tried in turn, as nothing says which it was. WebCrypto does the cryptography; what stands here is a tenth of a
 * general library, which the tests hold it against.
 *
 * @returns the claims, `exp` among them and not checked; `undefined` for anything tampered with or of a foreign secret
 */
export async function openPeerSeal(
  text: string,
  secret: Secret,
  identifier: string,
): Promise<Record<string, unknown> | undefined> {
  const [header = "", encryptedKey, ...parts] = text.split(".");
  const [iv, ciphertext, tag] = parts.map(decodeBase64url);
  const { alg, enc, kid, zip, crit } = parseObject(decodeBase64url(header)) ?? {};
  const isOurs = alg === "dir" && enc === "A256CBC-HS512" && zip === undefined && crit === undefined;
  if (!isOurs || typeof kid !== "string" || parts.length !== 3 || encryptedKey !== "") return undefined;
  if (iv?.length !== 16 || !ciphertext || tag?.length !== 32) return undefined;
  // What the tag covers (RFC 7518 section 5.2.2.1): AAD, IV, ciphertext, and the AAD's length in bits as 64 of them.
  const covered = new Uint8Array(header.length + iv.length + ciphertext.length + 8);
  covered.set(encoder.encode(header));
  covered.set(iv, header.length);
  covered.set(ciphertext, header.length + iv.length);
  new DataView(covered.buffer).setUint32(covered.length - 4, header.length * 8);
  const derivation = {
    name: "HKDF",
    hash: "SHA-256",
    salt: encoder.encode(identifier + kid),
    info: encoder.encode("derived cookie encryption secret"),
  };
  for (const one of normalizeSecret(secret)) {
    const keys = await crypto.subtle.deriveBits(derivation, await importSecret(one), 512);
    const macKey = await importHalf(keys.slice(0, 32), { name: "HMAC", hash: "SHA-512" }, "sign");
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", macKey, covered));
    // Every byte is compared, so that time tells nothing of where they differ.
    if (tag.reduce((difference, byte, index) => difference | (byte ^ mac[index]!), 0)) continue;
    const key = await importHalf(keys.slice(32), { name: "AES-CBC" }, "decrypt");
    const opened = crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, ciphertext);
    return await opened.then((plain) => parseObject(new Uint8Array(plain))).catch(() => undefined);
  }
  return undefined;
}

function importHalf(
  half: ArrayBuffer,
  algorithm: HmacImportParams | Algorithm,
  usage: "sign" | "decrypt",
): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", half, algorithm, false, [usage]);
}

function parseObject(bytes: Uint8Array<ArrayBuffer> | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = bytes && JSON.parse(decoder.decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

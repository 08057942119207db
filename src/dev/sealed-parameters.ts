import { decode, encode } from "jose/base64url";
import { sha256 } from "./encoding.ts";
import type { Parameters } from "./parameters.ts";

/** Bytes of the nonce that stands in front. */
const NONCE = 12;

/**
 * Encrypts parameters by a secret that is kept nowhere but at the browser or client that brings it back: there may be
 * tokens among them, and a storage must not see one.
 *
 * @param secret A random token of 256 bit.
 */
export async function sealParameters(secret: string, parameters: Parameters): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const text = new TextEncoder().encode(JSON.stringify([...parameters]));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(secret), text);
  return encode(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
}

/** The parameters again, or `undefined` where that secret does not open them. */
export async function openParameters(secret: string, sealed: string): Promise<Parameters | undefined> {
  try {
    const bytes = decode(sealed);
    const algorithm = { name: "AES-GCM", iv: bytes.slice(0, NONCE) };
    const text = await crypto.subtle.decrypt(algorithm, await keyOf(secret), bytes.slice(NONCE));
    return new Map(JSON.parse(new TextDecoder().decode(text)));
  } catch {
    return undefined;
  }
}

async function keyOf(secret: string): Promise<CryptoKey> {
  // Another hash than the one that names the record.
  const raw = (await sha256(`parameters ${secret}`)) as Uint8Array<ArrayBuffer>;
  return await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

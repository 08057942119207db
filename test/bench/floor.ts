import type { BenchSession } from "./session.ts";
import type { Contender, Opened } from "./stores.ts";

interface NativeBase64 {
  fromBase64(text: string, options: { alphabet: "base64url" }): Uint8Array<ArrayBuffer>;
}
interface ToBase64 {
  toBase64(options: { alphabet: "base64url"; omitPadding: true }): string;
}

const base64url = { alphabet: "base64url", omitPadding: true } as const;
const ivBytes = 12;

/**
 * The least a sealed session can cost: AES-GCM with a key that is derived once and kept, native base64url and JSON of
 * the whole session. No header, no rotation, no chunks, no expiry, no logout: nobody should use it.
 */
export function floor(secret: string, name: string): Pick<Contender, "set" | "get"> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const start = `${name}=`;
  const attributes = "; Max-Age=86400; Path=/; HttpOnly; Secure; SameSite=Lax";
  let key: CryptoKey | undefined;

  return {
    async set(session: BenchSession, { headers }) {
      key ??= await deriveKey(encoder.encode(secret));
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const plain = encoder.encode(JSON.stringify(session));
      const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
      headers.append("set-cookie", start + encode(iv) + encode(sealed) + attributes);
    },

    async get({ request }) {
      key ??= await deriveKey(encoder.encode(secret));
      const text = findCookie(request.headers.get("cookie")!, start);
      const bytes = (Uint8Array as unknown as NativeBase64).fromBase64(text, base64url);
      const iv = bytes.subarray(0, ivBytes);
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes.subarray(ivBytes));
      return JSON.parse(decoder.decode(plain)) as Opened;
    },
  };
}

function encode(bytes: Uint8Array): string {
  return (bytes as unknown as ToBase64).toBase64(base64url);
}

function findCookie(header: string, start: string): string {
  const at = header.startsWith(start) ? 0 : header.indexOf(`; ${start}`) + 2;
  const end = header.indexOf(";", at);
  return header.slice(at + start.length, end < 0 ? undefined : end);
}

async function deriveKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new Uint8Array() };
  return crypto.subtle.deriveKey(hkdf, material, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}

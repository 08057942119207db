import { encode } from "jose/base64url";
import type { CborMap, CborValue } from "./cbor.ts";

/** A public key as it is kept: a JWK with its algorithm. */
export interface PasskeyPublicKey {
  /** COSE algorithm: ES256, EdDSA or RS256. */
  alg: -7 | -8 | -257;
  jwk: JsonWebKey;
}

/** `pubKeyCredParams`, preferred ones first, as Auth0 sends them. */
export const KEY_PARAMETERS: readonly { type: "public-key"; alg: number }[] = [
  { type: "public-key", alg: -8 },
  { type: "public-key", alg: -7 },
  { type: "public-key", alg: -257 },
];

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const ECDSA = { name: "ECDSA", namedCurve: "P-256" };

/**
 * Turns a COSE key (RFC 9052 §7, RFC 9053 §7) into a JWK.
 *
 * @throws {Error} For keys of another kind than those of {@link KEY_PARAMETERS}.
 */
export function coseKey(key: CborMap): PasskeyPublicKey {
  const [kty, alg, crv] = [key.get(1), key.get(3), key.get(-1)];
  if (kty === 2 && alg === -7 && crv === 1) {
    return { alg, jwk: { kty: "EC", crv: "P-256", x: bytes(key.get(-2)), y: bytes(key.get(-3)) } };
  }
  if (kty === 1 && alg === -8 && crv === 6) {
    return { alg, jwk: { kty: "OKP", crv: "Ed25519", x: bytes(key.get(-2)) } };
  }
  if (kty === 3 && alg === -257) {
    return { alg, jwk: { kty: "RSA", n: bytes(key.get(-1)), e: bytes(key.get(-2)) } };
  }
  throw new Error("A key of an unknown kind");
}

/**
 * Whether a signature is that of the key (WebAuthn §6.5.5 has the forms).
 *
 * @throws {Error} When key or signature are malformed.
 */
export async function verifySignature(
  { alg, jwk }: PasskeyPublicKey,
  signature: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = alg === -7 ? ECDSA : alg === -8 ? { name: "Ed25519" } : RSA;
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  if (alg !== -7) return await crypto.subtle.verify(algorithm, key, signature, data);
  return await crypto.subtle.verify({ ...ECDSA, hash: "SHA-256" }, key, rawSignature(signature), data);
}

/** WebCrypto takes the two numbers one after the other, 32 bytes each; authenticators send them in DER. */
function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw new Error("Not a signature in DER");
  const raw = new Uint8Array(64);
  let offset = 2;
  for (const end of [32, 64]) {
    const length = der[offset + 1]!;
    const number = der.subarray(offset + 2, offset + 2 + length);
    // One zero more where the number would otherwise be a negative one.
    const digits = number.subarray(Math.max(0, length - 32));
    if (der[offset] !== 0x02 || number.length !== length || length > 33)
      throw new Error("Not a signature in DER");
    raw.set(digits, end - digits.length);
    offset += 2 + length;
  }
  return raw;
}

function bytes(value: CborValue | undefined): string {
  if (value instanceof Uint8Array) return encode(value);
  throw new Error("A key without its numbers");
}

import { decodeBase64url } from "../base64url.ts";
import { InvalidTokenError } from "./oauth-error.ts";
import type { Jwk, KeySource } from "./server.ts";

/**
 * Verifies compact JWS (RFC 7515) by an issuer's public keys.
 *
 * WebCrypto does the cryptography. What stands here is only the choice of algorithm and key, a few hundred bytes where a
 * general library costs several thousand on every request's way to the edge; the tests hold it against one.
 */

/** What WebCrypto is told. Not in the words of one host's types: another host's has others. */
interface Params {
  name: string;
  hash?: string;
  namedCurve?: string;
  saltLength?: number;
}

export interface SignatureAlgorithm {
  kty: string;
  crv?: string;
  import: Params;
  verify: Params;
  /** Hash of `at_hash` (OpenID Connect Core section 3.1.3.6). */
  hash: string;
}

/** Beyond it a key set is an attempt to keep us busy. */
const maxCandidates = 5;
/** A modulus of at least 2,048 bit, the least RFC 7518 section 3.3 allows, not filled up with zeros (section 6.3.1.1). */
const longModulus = /^(?!AA)[\w-]{342}/;

export type Claims = Readonly<Record<string, unknown>>;

/** A verified token. */
export interface VerifiedJws {
  header: Claims;
  payload: Claims;
  /** The hash that goes with the token's `alg`. */
  hash: string;
}

/** The signature algorithms accepted at all (RFC 7518, RFC 8037): asymmetric ones only. */
export function signatureAlgorithm(alg: unknown): SignatureAlgorithm | undefined {
  const [, family, bits] = /^(RS|PS|ES)(256|384|512)$/.exec(String(alg)) ?? [];
  const hash = `SHA-${bits}`;
  switch (family) {
    case "RS": {
      const params = { name: "RSASSA-PKCS1-v1_5", hash };
      return { kty: "RSA", import: params, verify: params, hash };
    }
    case "PS": {
      const verify = { name: "RSA-PSS", hash, saltLength: Number(bits) / 8 };
      return { kty: "RSA", import: { name: "RSA-PSS", hash }, verify, hash };
    }
    case "ES": {
      const crv = bits === "512" ? "P-521" : `P-${bits}`;
      return {
        kty: "EC",
        crv,
        import: { name: "ECDSA", namedCurve: crv },
        verify: { name: "ECDSA", hash },
        hash,
      };
    }
  }
  if (alg !== "EdDSA" && alg !== "Ed25519") return undefined;
  const params = { name: "Ed25519" };
  return { kty: "OKP", crv: "Ed25519", import: params, verify: params, hash: "SHA-512" };
}

/**
 * @param check throws where header or payload, not yet to be believed, are wrong: then no key is asked for
 * @throws InvalidTokenError for anything that is not signed by one of the keys with an accepted algorithm
 */
export async function verifyJws(
  token: string,
  keys: KeySource,
  check?: (header: Claims, payload: Claims) => Promise<void>,
): Promise<VerifiedJws> {
  const [encodedHeader = "", encodedPayload = "", encodedSignature = "", ...more] = String(token).split(".");
  const header = parseObject(encodedHeader);
  const payload = parseObject(encodedPayload);
  const signature = decodeBase64url(encodedSignature);
  if (!header || !payload || !signature || more.length)
    throw new InvalidTokenError("The token is no compact JWS.");
  const algorithm = signatureAlgorithm(header.alg);
  if (!algorithm) throw new InvalidTokenError("The token's signature algorithm is not accepted.");
  if (header.crit !== undefined || header.b64 !== undefined) {
    throw new InvalidTokenError("The token demands an extension that is not supported.");
  }
  await check?.(header, payload);
  const signed = new TextEncoder().encode(`${encodedHeader}.${encodedPayload}`);
  const known = await keys(false);
  for (const jwks of [known, undefined]) {
    // The issuer may have changed its keys since, even without a new name for them.
    const current = jwks ?? (await keys(true));
    if (!jwks && current === known) break;
    const candidates = current.filter((jwk) => fits(jwk, header, algorithm)).slice(0, maxCandidates);
    for (const jwk of candidates) {
      const key = await importKey(jwk, String(header.alg), algorithm.import);
      if (key && (await isSignature(algorithm.verify, key, signature, signed))) {
        return { header, payload, hash: algorithm.hash };
      }
    }
  }
  throw new InvalidTokenError("The token is not signed by a key of the issuer.");
}

/** Some engines throw at a signature of the wrong length instead of calling it wrong (workerd does for Ed25519). */
async function isSignature(
  params: SignatureAlgorithm["verify"],
  key: CryptoKey,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  return await crypto.subtle.verify(params, key, signature, signed).catch(() => false);
}

function fits(jwk: Jwk, header: Record<string, unknown>, algorithm: SignatureAlgorithm): boolean {
  return (
    jwk.kty === algorithm.kty &&
    (algorithm.crv === undefined || jwk.crv === algorithm.crv) &&
    (jwk.kty !== "RSA" || longModulus.test(jwk.n ?? "")) &&
    (header.kid === undefined || jwk.kid === header.kid) &&
    (jwk.alg === undefined || jwk.alg === header.alg) &&
    (jwk.use === undefined || jwk.use === "sig") &&
    (!Array.isArray(jwk.key_ops) || jwk.key_ops.includes("verify"))
  );
}

/** Imported keys, by the very object that came with the key set: they go when it goes. */
const imported = new WeakMap<Jwk, Map<string, CryptoKey>>();

async function importKey(jwk: Jwk, alg: string, params: Params): Promise<CryptoKey | undefined> {
  const known = imported.get(jwk)?.get(alg);
  if (known) return known;
  const { kty, crv, n, e, x, y } = jwk;
  try {
    const bare = Object.fromEntries(
      Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined),
    );
    const key = await crypto.subtle.importKey("jwk", bare, params, false, ["verify"]);
    imported.set(jwk, (imported.get(jwk) ?? new Map<string, CryptoKey>()).set(alg, key));
    return key;
  } catch {
    return undefined;
  }
}

/** What a JWT says, believed by nobody: for looking at a token of ours, or before its keys are fetched. */
export function unverifiedClaims(token: string): Claims | undefined {
  return parseObject(token.split(".")[1] ?? "");
}

function parseObject(encoded: string): Record<string, unknown> | undefined {
  const bytes = decodeBase64url(encoded);
  if (!bytes) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { base64url } from "../support/sessions.ts";

/** Claims of a token, before or after a fault. */
export type Claims = Record<string, unknown>;

/** A key pair of the provider, and how its JWKS shows it. */
export interface ProviderKey {
  alg: string;
  privateKey: CryptoKey;
  jwk: Record<string, unknown>;
}

/** What the JWKS says of a key beside the key itself. */
export interface KeyDetails {
  /** Default: a name nobody has used before. `false`: none, as in `kid-absent-…`. */
  kid?: string | false;
  /** Whether it names the one algorithm it is for. Default `true`. */
  namesAlg?: boolean;
}

/** Pairs are made once for each test file, since RSA takes its time; every provider begins with the first again. */
const pairs = new Map<string, Promise<{ privateKey: CryptoKey; jwk: object }>[]>();
let named = 0;

/** Draws keys, each of them once. */
export function keyDrawer(): (alg: string, details?: KeyDetails) => Promise<ProviderKey> {
  const drawn = new Map<string, number>();
  return async (alg, { kid, namesAlg = true } = {}) => {
    const made = pairs.get(alg) ?? [];
    pairs.set(alg, made);
    const index = drawn.get(alg) ?? 0;
    drawn.set(alg, index + 1);
    made[index] ??= makePair(alg);
    const { privateKey, jwk } = await made[index];
    const name = kid ?? `key-${++named}`;
    return {
      alg,
      privateKey,
      jwk: { ...jwk, use: "sig", ...(name && { kid: name }), ...(namesAlg && { alg }) },
    };
  };
}

async function makePair(alg: string): Promise<{ privateKey: CryptoKey; jwk: object }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: await exportJWK(publicKey) };
}

/** Keys that no client can use, as the OpenID Foundation's provider mixes them in: they must not disturb. */
export const unusableKeys: readonly object[] = [
  { kty: "EC", crv: "secp256k1", use: "sig", kid: "unusable-1", x: "A".repeat(43), y: "A".repeat(43) },
  { kty: "RSA", use: "enc", alg: "RSA-OAEP", kid: "unusable-2", n: "A".repeat(342), e: "AQAB" },
  { kty: "of-the-future", use: "sig", kid: "unusable-3" },
];

/** Signs with a key of the provider, by its own algorithm or by another one it can do as well. */
export function signWith(
  { alg, privateKey, jwk }: ProviderKey,
  claims: Claims,
  header: Claims = {},
): Promise<string> {
  const kid = typeof jwk.kid === "string" && { kid: jwk.kid };
  return new SignJWT(claims).setProtectedHeader({ alg, typ: "JWT", ...kid, ...header }).sign(privateKey);
}

/** The same RSA pair with another padding: RS256 in place of PS256. */
export async function asAlgorithm(key: ProviderKey, alg: "PS256" | "RS256"): Promise<ProviderKey> {
  const name = alg === "RS256" ? "RSASSA-PKCS1-v1_5" : "RSA-PSS";
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", key.privateKey);
  const privateKey = await crypto.subtle.importKey("pkcs8", pkcs8, { name, hash: "SHA-256" }, false, [
    "sign",
  ]);
  return { ...key, alg, privateKey };
}

/** `alg: "none"` (RFC 7518 section 3.6). */
export function unsigned(claims: Claims, header: Claims = {}): string {
  const parts = [{ alg: "none", typ: "JWT", ...header }, claims].map((part) =>
    base64url(JSON.stringify(part)),
  );
  return `${parts.join(".")}.`;
}

/** HMAC with a text that is no secret of signing. */
export function signWithText(text: string, claims: Claims, header: Claims = {}): Promise<string> {
  const key = new TextEncoder().encode(text.padEnd(32, "."));
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT", ...header }).sign(key);
}

/** The token with every byte of its signature changed. */
export function withWrongSignature(token: string): string {
  const [header, payload, signature = ""] = token.split(".");
  const bytes = Uint8Array.from(atob(signature.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
    character.charCodeAt(0),
  );
  return `${header}.${payload}.${base64url(bytes.map((byte) => byte ^ 0x5a))}`;
}

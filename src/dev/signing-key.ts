import type { JWK } from "jose";
import { calculateJwkThumbprint } from "jose/jwk/thumbprint";
import { exportJWK } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { importJWK } from "jose/key/import";
import type { DevTenantStorage } from "./storage.ts";

/** The tenant's RS256 key. */
export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** The public half as the JWKS shows it. */
  publicJwk: JWK;
}

const STORAGE_KEY = "signing-key";
const TEN_YEARS = 10 * 365 * 24 * 3600;

/**
 * The key kept in a storage; the first call ever makes it. The same key comes back after a reload, so that
 * ID tokens in sessions stay valid. Of several first calls at once one key wins and all use it.
 *
 * @returns A function that reads the key, and remembers it once read. Concurrent callers do not share a
 * promise: on workerd one request must not wait for the I/O of another.
 */
export function signingKeyIn(storage: DevTenantStorage): () => Promise<SigningKey> {
  let known: SigningKey | undefined;
  return async () => {
    known ??= await importKey(await storedOrNew(storage));
    return known;
  };
}

async function storedOrNew(storage: DevTenantStorage): Promise<JWK> {
  const stored = await storage.get(STORAGE_KEY);
  if (stored !== undefined) return stored as JWK;
  const { privateKey } = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
  const created = await exportJWK(privateKey);
  if (await storage.add(STORAGE_KEY, created, TEN_YEARS)) return created;
  return (await storage.get(STORAGE_KEY)) as JWK;
}

async function importKey(jwk: JWK): Promise<SigningKey> {
  const kid = await calculateJwkThumbprint(jwk);
  const publicJwk: JWK = { kty: "RSA", use: "sig", alg: "RS256", kid, n: jwk.n!, e: jwk.e! };
  const [privateKey, publicKey] = await Promise.all([importJWK(jwk, "RS256"), importJWK(publicJwk, "RS256")]);
  return { kid, privateKey: privateKey as CryptoKey, publicKey: publicKey as CryptoKey, publicJwk };
}

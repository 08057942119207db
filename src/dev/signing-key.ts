import type { JWK } from "jose";
import { calculateJwkThumbprint } from "jose/jwk/thumbprint";
import { exportJWK } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { importJWK } from "jose/key/import";
import type { DevTenantStorage } from "./storage.ts";

/** An RS256 key of the tenant. */
export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** The public half as the JWKS shows it. */
  publicJwk: JWK;
}

/** The tenant's keys. */
export interface SigningKeys {
  /** The one that signs; the first call ever makes it. */
  current(): Promise<SigningKey>;
  /** The one that signs and those before it, newest first: all that ever signed. */
  all(): Promise<readonly SigningKey[]>;
  /**
   * Puts a new key in the place of the current one. Of several calls at once one key wins, and all answer it.
   *
   * @returns The key that signs from now on.
   */
  rotate(): Promise<SigningKey>;
}

const FIRST_KEY = "signing-key";
const TEN_YEARS = 10 * 365 * 24 * 3600;
/** Keys the JWK Set has: as at Auth0 the one before the current one stays, so that what it signed goes on being accepted. */
const PUBLISHED = 2;

/**
 * The keys kept in a storage: the first one, and under each key's id the one that took its place. So one atomic step decides
 * which key comes next, and the same keys come back after a reload: ID tokens in sessions stay valid.
 *
 * What was read is remembered, but not for good that it is the last: another instance may have rotated. Concurrent callers do not
 * share a promise: on workerd one request must not wait for the I/O of another.
 */
export function signingKeysIn(storage: DevTenantStorage): SigningKeys {
  let known: readonly SigningKey[] = [];
  const all = async (): Promise<readonly SigningKey[]> => {
    let keys = known.length > 0 ? known : [await importKey(await storedOrNew(storage, FIRST_KEY))];
    for (;;) {
      const next = await storage.get(placeAfter(keys[0]!));
      if (next === undefined) break;
      keys = [await importKey(next as JWK), ...keys];
    }
    if (keys.length > known.length) known = keys;
    return keys;
  };
  return {
    all,
    current: async () => (await all())[0]!,
    async rotate() {
      const [current] = await all();
      return await importKey(await storedOrNew(storage, placeAfter(current!)));
    },
  };
}

/** The keys of the JWK Set (RFC 7517 section 5). */
export async function publishedKeys(keys: SigningKeys): Promise<JWK[]> {
  return (await keys.all()).slice(0, PUBLISHED).map(({ publicJwk }) => publicJwk);
}

function placeAfter({ kid }: SigningKey): string {
  return `${FIRST_KEY}:${kid}`;
}

async function storedOrNew(storage: DevTenantStorage, place: string): Promise<JWK> {
  const stored = await storage.get(place);
  if (stored !== undefined) return stored as JWK;
  const { privateKey } = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
  const created = await exportJWK(privateKey);
  if (await storage.add(place, created, TEN_YEARS)) return created;
  return (await storage.get(place)) as JWK;
}

async function importKey(jwk: JWK): Promise<SigningKey> {
  const kid = await calculateJwkThumbprint(jwk);
  const publicJwk: JWK = { kty: "RSA", use: "sig", alg: "RS256", kid, n: jwk.n!, e: jwk.e! };
  const [privateKey, publicKey] = await Promise.all([importJWK(jwk, "RS256"), importJWK(publicJwk, "RS256")]);
  return { kid, privateKey: privateKey as CryptoKey, publicKey: publicKey as CryptoKey, publicJwk };
}

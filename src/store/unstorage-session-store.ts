import { InvalidConfigurationError } from "../errors/index.ts";
import {
  type KeyValueOptions,
  KeyValueSessions,
  type KeyValueStoreOptions,
  keyValueStore,
} from "./key-value-sessions.ts";
import type { StoreMaker } from "./stateful-state-store.ts";

/** What is used of a storage of `unstorage`. */
export interface UnstorageLike {
  getItem(key: string): Promise<unknown>;
  setItem(key: string, value: string, options?: { ttl?: number }): Promise<unknown>;
  removeItem(key: string): Promise<unknown>;
  getKeys(base?: string): Promise<string[]>;
}

/**
 * Sessions in a storage of `unstorage`: Redis, Upstash, Vercel KV and whatever else it has a driver for.
 *
 * What it can promise is what such a storage can. Sessions are sealed, and end on time for users whatever the driver does; only
 * drivers that know `ttl` (Redis, Upstash, Vercel KV, Cloudflare KV, Deno KV) also forget them, the others need cleaning up. A
 * logout stays: whoever writes the session late takes it back. There is no compare-and-set: of two changes at the very same time
 * one is lost. Rotating refresh tokens need a `coordinator`. A back-channel logout asks the driver for the keys that begin with a
 * text, for which Redis goes through all keys of its database. Where reads of the driver are stale, so are sessions.
 */
export class UnstorageSessionStore<TStoreOptions = unknown> extends KeyValueSessions<TStoreOptions> {
  /**
   * @param storage what `createStorage` made
   * @param options the secret, and where in the storage the sessions lie
   * @throws InvalidConfigurationError for anything but a storage, and for an empty secret
   */
  constructor(storage: UnstorageLike, options: KeyValueOptions<TStoreOptions>) {
    if (typeof storage?.getKeys !== "function") {
      throw new InvalidConfigurationError(
        "The store needs a storage of unstorage: 'unstorageSessions(createStorage({ driver }))'.",
      );
    }
    super(
      {
        async get(key) {
          const value = await storage.getItem(key);
          return typeof value === "string" ? value : undefined;
        },
        put: (key, value, ttl) => storage.setItem(key, value, { ttl }),
        delete: (key) => storage.removeItem(key),
        keys: (prefix) => storage.getKeys(prefix),
      },
      options,
    );
  }
}

/**
 * The same for the option `stateStore` of `edgeAuth`, with its secret.
 *
 * @example
 * const storage = createStorage({ driver: upstashDriver({ url, token }) });
 * edgeAuth({ stateStore: unstorageSessions(storage) });
 */
export function unstorageSessions<TStoreOptions = unknown>(
  storage: UnstorageLike,
  options?: KeyValueStoreOptions<TStoreOptions>,
): StoreMaker<TStoreOptions> {
  return keyValueStore((given) => new UnstorageSessionStore(storage, given), options);
}

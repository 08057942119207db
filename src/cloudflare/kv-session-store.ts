import { InvalidConfigurationError } from "../errors/index.ts";
import {
  type KeyValueOptions,
  KeyValueSessions,
  type KeyValueStoreOptions,
  keyValueStore,
} from "../store/key-value-sessions.ts";
import type { StoreMaker } from "../store/stateful-state-store.ts";

/** What of a binding to Workers KV is used. */
export type KVSessionNamespace = Pick<KVNamespace, "get" | "put" | "delete" | "list">;

/**
 * Sessions in Workers KV, sealed, each key with a time to live: cheap to read everywhere, and what KV promises.
 *
 * Other places of the world may see a session as it was up to a minute ago, or later still: a logout ends it at once where it
 * happens, and elsewhere when KV says so. There is no compare-and-set, and a key takes one write a second: of two changes at a time
 * one is lost or fails with `SessionStoreError`. Refresh tokens that rotate need a `coordinator`; without one a refresh that brings
 * another refresh token fails with `InvalidConfigurationError`. Where any of that matters, `DurableObjectSessionStore` has none of
 * it.
 */
export class KVSessionStore<TStoreOptions = unknown> extends KeyValueSessions<TStoreOptions> {
  /**
   * @param kv the binding to a KV namespace
   * @param options the secret that seals, what keys begin with, and who sees to it that refresh tokens are spent once
   * @throws InvalidConfigurationError without the binding, and for an empty secret
   */
  constructor(kv: KVSessionNamespace, options: KeyValueOptions<TStoreOptions>) {
    if (typeof kv?.list !== "function") {
      throw new InvalidConfigurationError(
        "There is no binding to the KV namespace that keeps sessions. Add one to 'kv_namespaces' of the Wrangler configuration, and give it to the store: 'kvSessions(env.SESSIONS)'.",
      );
    }
    super(
      {
        get: (key) => kv.get(key),
        async getAll(keys) {
          const found = await kv.get(keys);
          return keys.map((key) => found.get(key));
        },
        put: (key, value, expirationTtl) => kv.put(key, value, { expirationTtl }),
        delete: (key) => kv.delete(key),
        async keys(prefix) {
          const names: string[] = [];
          for (let cursor: string | undefined; ; ) {
            const page = await kv.list({ prefix, ...(cursor && { cursor }) });
            names.push(...page.keys.map((key) => key.name));
            if (page.list_complete) return names;
            cursor = page.cursor;
          }
        },
      },
      options,
    );
  }
}

/**
 * The same for the option `stateStore` of `edgeAuth`, with its secret.
 *
 * @example
 * edgeAuth((env) => ({ stateStore: kvSessions(env.SESSIONS) }));
 */
export function kvSessions<TStoreOptions = unknown>(
  kv: KVSessionNamespace,
  options?: KeyValueStoreOptions<TStoreOptions>,
): StoreMaker<TStoreOptions> {
  return keyValueStore((given) => new KVSessionStore(kv, given), options);
}

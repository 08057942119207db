import { InvalidConfigurationError } from "../errors/index.ts";
import { fetchKeys, fetchMetadata } from "../protocol/discovery.ts";
import type { Jwk, KeySource, RequestSettings, ServerMetadata } from "../protocol/server.ts";
import { issuerName } from "../session/issuer-name.ts";
import { type DiagnosticsOptions, observe } from "./observe.ts";
import { shareWork, waitUntilOf } from "./shared-work.ts";

/** Options of the cache of metadata and keys. */
export interface DiscoveryCacheOptions {
  /** Seconds. Default 600; 0 turns reuse off. */
  ttl?: number | undefined;
  /** Issuers remembered at most. Default 100; the one unused for longest goes. */
  maxEntries?: number | undefined;
}

/** An issuer's metadata and keys, kept in isolate memory as plain values. */
export interface DiscoveryCache {
  metadata(issuer: URL, storeOptions: unknown): Promise<ServerMetadata>;
  keys(metadata: ServerMetadata, storeOptions: unknown): KeySource;
}

interface Entry<T> {
  value: T;
  /** Seconds since the epoch. */
  staleAt: number;
}

/** Seconds until an issuer that failed is asked again, while what it said before goes on serving. */
const retryAfter = 30;
/** Keys asked for because none fitted: so many in so many seconds, since a forged token costs its sender nothing. */
const refetchBurst = 3;
const refetchWindow = 60;

/**
 * A cache of its own: clients never share one, since their `customFetch` may differ.
 *
 * @throws InvalidConfigurationError where an option is no number
 */
export function createDiscoveryCache(
  { ttl = 600, maxEntries = 100 }: DiscoveryCacheOptions,
  request: RequestSettings,
  { onEvent, tracing }: DiagnosticsOptions = {},
): DiscoveryCache {
  if ([ttl, maxEntries].some((value) => typeof value !== "number" || Number.isNaN(value)))
    throw new InvalidConfigurationError("'discoveryCache' takes 'ttl' and 'maxEntries' as numbers.");
  const documents = new Map<string, Entry<ServerMetadata>>();
  const keySets = new Map<string, Entry<readonly Jwk[]>>();
  const refetches = new Map<string, number[]>();
  const shareDocument = shareWork<ServerMetadata>();
  const shareKeys = shareWork<readonly Jwk[]>();

  const remember = <T>(entries: Map<string, T>, name: string, entry: T): void => {
    entries.delete(name);
    if (entries.size >= maxEntries) entries.delete(entries.keys().next().value!);
    entries.set(name, entry);
  };

  const cached = async <T>(
    entries: Map<string, Entry<T>>,
    name: string,
    fresh: boolean,
    load: () => Promise<T>,
  ): Promise<T> => {
    const now = Date.now() / 1000;
    const known = ttl > 0 ? entries.get(name) : undefined;
    if (known && known.staleAt > now && !fresh) {
      remember(entries, name, known);
      return known.value;
    }
    try {
      const value = await load();
      if (ttl > 0) remember(entries, name, { value, staleAt: Date.now() / 1000 + ttl });
      return value;
    } catch (error) {
      if (!known) throw error;
      remember(entries, name, { value: known.value, staleAt: Math.max(known.staleAt, now + retryAfter) });
      return known.value;
    }
  };

  const mayRefetch = (name: string): boolean => {
    const now = Date.now() / 1000;
    const recent = (refetches.get(name) ?? []).filter((time) => time > now - refetchWindow);
    if (recent.length >= refetchBurst) return false;
    remember(refetches, name, [...recent, now]);
    return true;
  };

  const asked = <R>(
    issuer: URL,
    document: "metadata" | "keys",
    storeOptions: unknown,
    run: () => Promise<R>,
  ): Promise<R> =>
    observe({ onEvent, tracing }, storeOptions, "discovery", run, undefined, {
      domain: issuerName(issuer),
      document,
    });

  return {
    metadata: (issuer, storeOptions) =>
      cached(documents, issuer.href, false, () =>
        shareDocument(issuer.href, waitUntilOf(storeOptions), () =>
          asked(issuer, "metadata", storeOptions, () => fetchMetadata(issuer, request)),
        ),
      ),
    keys: (metadata, storeOptions) => {
      const { issuer } = metadata;
      let last: readonly Jwk[] | undefined;
      return async (refetch) => {
        // Without a cache as well, a token that fits no key buys no more requests than the burst.
        const fresh = refetch && mayRefetch(issuer);
        if (last && !fresh) return last;
        last = await cached(keySets, issuer, fresh, () =>
          shareKeys(issuer, waitUntilOf(storeOptions), () =>
            asked(new URL(issuer), "keys", storeOptions, () => fetchKeys(metadata, request)),
          ),
        );
        return last;
      };
    },
  };
}

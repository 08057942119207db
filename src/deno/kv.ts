/** A key of Deno KV. */
export type DenoKvKey = readonly string[];

/** What lies under a key; `null` twice where nothing does. */
export interface DenoKvEntry {
  key: unknown;
  value: unknown;
  versionstamp: string | null;
}

/** Changes that are made together, or not at all where a check fails. */
export interface DenoKvAtomic {
  check(...checks: { key: DenoKvKey; versionstamp: string | null }[]): DenoKvAtomic;
  set(key: DenoKvKey, value: unknown, options?: { expireIn?: number }): DenoKvAtomic;
  delete(key: DenoKvKey): DenoKvAtomic;
  commit(): Promise<{ ok: boolean }>;
}

/** What of a `Deno.Kv` is used. Written down here, so that the types of a host without Deno need not know it. */
export interface DenoKv {
  getMany(keys: DenoKvKey[]): Promise<DenoKvEntry[]>;
  list(selector: { prefix: DenoKvKey }): AsyncIterable<DenoKvEntry>;
  atomic(): DenoKvAtomic;
}

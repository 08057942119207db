/**
 * Sessions in Deno KV.
 *
 * @module
 */
export {
  DenoKvSessionStore,
  type DenoKvSessionStoreOptions,
  type DenoKvSessionsOptions,
  denoKvSessions,
} from "./deno-kv-session-store.ts";
export type { DenoKv, DenoKvAtomic, DenoKvEntry, DenoKvKey } from "./kv.ts";

/**
 * Sessions on Cloudflare's own storage: Durable Objects that own them, and the entrypoint that refreshes them.
 *
 * @module
 */
export type {
  CarrierCalls,
  CoordinationRequest,
  CoordinatorCalls,
  ErrandTask,
  RefreshTask,
  SessionCalls,
} from "./calls.ts";
export {
  DurableObjectRefreshCoordinator,
  durableObjectCoordinator,
} from "./durable-object-refresh-coordinator.ts";
export {
  DurableObjectRevocationList,
  type DurableObjectRevocationListOptions,
} from "./durable-object-revocation-list.ts";
export { DurableObjectSessionStore, durableObjectSessions } from "./durable-object-session-store.ts";
export { KVRevocationList, type KVRevocationListOptions } from "./kv-revocation-list.ts";
export { type KVSessionNamespace, KVSessionStore, kvSessions } from "./kv-session-store.ts";
export type { IndexRow, LogoutOrder } from "./logout-index.ts";
export type { ObjectNamespace, ObjectPlace } from "./namespace.ts";
export type { ClientAndSecret, ObjectOptions } from "./options.ts";
export type { PlainError } from "./plain-error.ts";
export { refreshCarrier } from "./refresh-carrier.ts";
export { type RefreshCoordinatorOptions, refreshCoordinator } from "./refresh-coordinator.ts";
export type { Commit, CommitAnswer, RenewalAnswer, RenewalRequest } from "./renewals.ts";
export { type RevocationCalls, revocationList } from "./revocation-object.ts";
export type { Revocation } from "./revocation-record.ts";
export { type SessionObjectOptions, sessionObject } from "./session-object.ts";
export type { Reading, Writing, Written } from "./session-record.ts";
export { cloudflareTracing } from "./tracing.ts";

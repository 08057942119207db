/**
 * Sessions on Cloudflare's own storage: Durable Objects that own them.
 *
 * @module
 */
export type { ObjectNamespace, ObjectPlace } from "./namespace.ts";
export type { ClientAndSecret, ObjectOptions } from "./options.ts";
export { type SessionCalls, type SessionObjectOptions, sessionObject } from "./session-object.ts";
export type { Reading, Writing, Written } from "./session-record.ts";

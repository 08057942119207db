/**
 * The session inspector: a page of the development tenant that shows what an app keeps of a session, and lets it age.
 *
 * It is one of the app's own routes, so it sees the very store, cookies and client that the app has. With `edgeAuth`, and with
 * `auth0()` of `auth0-edge/hono` in the same way:
 *
 * ```ts
 * const tenant = devTenant({ appBaseUrl: "http://localhost:8787" });
 * const auth = edgeAuth({
 *   ...tenant.clientOptions,
 *   moreRoutes: [sessionInspector({ tenant, store: "Durable Objects" })],
 * });
 * // GET /auth/inspector
 * ```
 *
 * @module
 */
export { type SessionInspectorOptions, sessionInspector } from "./session-inspector.ts";

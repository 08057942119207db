/**
 * Login for Hono.
 *
 * @module
 */
export type { ClaimValue } from "../web/claim-rules.ts";
export { type AuthEnv, auth0 } from "./auth0.ts";
export { claimCheck, claimEquals, claimIncludes, requiresAuth, requiresOrg } from "./guards.ts";

/**
 * Tests of apps that log people in: session cookies without a login, logins without a browser, and a clock.
 *
 * @module
 */
export { type FakeClock, fakeClock } from "./fake-clock.ts";
export type { LogInOptions, TestedApp } from "./log-in.ts";
export { type AppOptions, type SessionDetails, sessionCookie, type TokenDetails } from "./session-cookie.ts";
export { type TestAuth, type TestAuthOptions, testAuth } from "./test-auth.ts";

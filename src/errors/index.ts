/**
 * Every error of the SDK: a class to catch and a stable `code` to switch on.
 * Class names and codes are those of `@auth0/auth0-server-js` where it has one.
 */
export * from "./auth0-errors.ts";
export * from "./edge-auth-error.ts";
export * from "./protocol-errors.ts";
export * from "./session-errors.ts";

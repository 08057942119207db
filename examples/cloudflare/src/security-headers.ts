import { secureHeaders } from "hono/secure-headers";
import type { Env } from "./env.ts";

/** No script at all, and no style but our own. */
export const securityHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    // Pictures of people come from wherever they logged in.
    imgSrc: ["'self'", "https:"],
    // Some forms go on to the issuer.
    formAction: ["'self'", (c) => (c.env as Env).AUTH0_DOMAIN ?? ""],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

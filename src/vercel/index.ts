/**
 * Login for Vercel's Routing Middleware and for the proxy of Next.
 *
 * @module
 */
export { type MiddlewareAnswer, type VercelAuth, vercelAuth } from "./vercel-auth.ts";

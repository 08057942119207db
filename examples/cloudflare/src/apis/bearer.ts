import type { EdgeAuthOptions } from "auth0-edge";
import type { MiddlewareHandler } from "hono";
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { Env } from "../env.ts";

/** Where access tokens come from, if the settings do not say it. */
export type Issuer = Pick<EdgeAuthOptions, "domain" | "customFetch">;
type Keys = ReturnType<typeof createLocalJWKSet>;

/** The environment of an API: whose token it was called with. */
export interface ApiEnv {
  Bindings: Env;
  Variables: { claims: JWTPayload };
}

/** Middleware of a route that wants a token for an audience, with a scope. */
export type RequiresToken = (
  setting: "API_AUDIENCE" | "INVOICES_AUDIENCE",
  scope: string,
) => MiddlewareHandler<ApiEnv>;

const keysLifetime = 10 * 60 * 1000;

/** What an API does as any other would: it wants a bearer token (RFC 6750) that the issuer signed for it. */
export function bearerTokens({ domain, customFetch }: Issuer = {}): RequiresToken {
  // Public keys, and no promise of them: a request must not wait for one that another request began.
  let known: { keys: Keys; until: number } | undefined;

  const keysOf = async (issuer: string): Promise<Keys> => {
    if (known && known.until > Date.now()) return known.keys;
    const url = `${issuer}.well-known/jwks.json`;
    const response = await (customFetch ?? fetch)(url, { signal: AbortSignal.timeout(5000) });
    const keys = createLocalJWKSet((await response.json()) as JSONWebKeySet);
    known = { keys, until: Date.now() + keysLifetime };
    return keys;
  };

  return (setting, scope) => async (c, next) => {
    const audience = c.env[setting];
    if (!audience) return c.json({ error: "not_found", message: `${setting} is not set.` }, 404);
    const token = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (!token) {
      c.header("www-authenticate", "Bearer");
      return c.json({ error: "unauthorized", message: "Send an access token." }, 401);
    }
    const issuer = `https://${domain ?? c.env.AUTH0_DOMAIN}/`;
    const keys = await keysOf(issuer);
    let claims: JWTPayload & { scope?: unknown };
    try {
      const options = { issuer, audience, algorithms: ["RS256"], requiredClaims: ["exp", "sub"] };
      claims = (await jwtVerify(token, keys, options)).payload;
    } catch {
      c.header("www-authenticate", 'Bearer error="invalid_token"');
      return c.json({ error: "invalid_token", message: "The access token is not valid for this API." }, 401);
    }
    if (!String(claims.scope).split(" ").includes(scope)) {
      c.header("www-authenticate", `Bearer error="insufficient_scope", scope="${scope}"`);
      return c.json({ error: "insufficient_scope", message: `The access token lacks ${scope}.` }, 403);
    }
    c.set("claims", claims);
    await next();
  };
}

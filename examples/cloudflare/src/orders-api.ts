import type { EdgeAuthOptions } from "auth0-edge";
import { Hono } from "hono";
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { Env } from "./env.ts";

/** Where access tokens come from, if the settings do not say it. */
export type Issuer = Pick<EdgeAuthOptions, "domain" | "customFetch">;
type Keys = ReturnType<typeof createLocalJWKSet>;

const keysLifetime = 10 * 60 * 1000;

/** An API as any other: it wants a bearer token (RFC 6750) that the issuer signed for it. */
export function createOrdersApi({ domain, customFetch }: Issuer = {}): Hono<{ Bindings: Env }> {
  const api = new Hono<{ Bindings: Env }>();
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

  api.get("/orders", async (c) => {
    const audience = c.env.API_AUDIENCE;
    if (!audience) return c.json({ error: "not_found", message: "API_AUDIENCE is not set." }, 404);
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
    if (!String(claims.scope).split(" ").includes("read:orders")) {
      c.header("www-authenticate", 'Bearer error="insufficient_scope", scope="read:orders"');
      return c.json({ error: "insufficient_scope", message: "The access token lacks read:orders." }, 403);
    }
    return c.json({ customer: claims.sub, orders });
  });

  return api;
}

const orders = [
  { id: "2026-0117", item: "Pour-over kettle", quantity: 1, status: "delivered" },
  { id: "2026-0142", item: "Paper filters, box of 100", quantity: 2, status: "on its way" },
  { id: "2026-0159", item: "Ethiopia Guji, 250 g", quantity: 3, status: "being roasted" },
];

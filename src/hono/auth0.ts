import type { Context, MiddlewareHandler } from "hono";
import { type ExecutionContextLike, edgeAuth } from "../web/edge-auth.ts";
import type { EdgeClient } from "../web/edge-client.ts";
import type { EdgeAuthOptions } from "../web/options.ts";
import type { RequestAuth } from "../web/request-auth.ts";

/**
 * The environment of a Hono app that uses {@link auth0}.
 *
 * @typeParam Bindings the Worker's `env`
 * @typeParam Claims claims of the user beside the standard ones
 * @typeParam TClient the client that `createClient` makes
 */
export interface AuthEnv<
  Bindings extends object = object,
  Claims extends object = object,
  TClient extends EdgeClient<Claims> = EdgeClient<Claims>,
> {
  Bindings: Bindings;
  Variables: {
    /** The login state of the request. */
    auth0: RequestAuth<TClient>;
  };
}

/**
 * Middleware for the whole app: answers the auth routes and fills `c.var.auth0`.
 *
 * @param options options, or a function of the settings (`c.env` on Workers)
 *
 * @example
 * const app = new Hono<AuthEnv>();
 * app.use(auth0());
 * app.get("/profile", requiresAuth(), async (c) => c.json(await c.var.auth0.getUser()));
 */
export function auth0<
  Bindings extends object = object,
  Claims extends object = object,
  TClient extends EdgeClient<Claims> = EdgeClient<Claims>,
>(
  options: EdgeAuthOptions<TClient> | ((env: Bindings) => EdgeAuthOptions<TClient>) = {},
): MiddlewareHandler<AuthEnv<Bindings, Claims, TClient>> {
  const edge = edgeAuth<Bindings, TClient>(options);
  return async (c, next) => {
    const { auth, response } = await edge.begin(c.req.raw, c.env, executionContext(c));
    if (response) return withPrepared(c, response);
    // The generic bindings hide from the compiler which variables there are.
    (c as unknown as Context<AuthEnv>).set("auth0", auth as unknown as RequestAuth);
    await next();
    const answer = await auth.respond(c.res);
    if (answer === c.res) return;
    // Hono merges the headers of an earlier response into a later one, which would double every cookie.
    c.res = undefined;
    c.res = answer;
  };
}

/** A response of ours with the headers that were set on the context before it, which Hono leaves out of one made elsewhere. */
export function withPrepared(c: Context, response: Response): Response {
  return c.newResponse(response.body, response);
}

/** Hono throws where the host passes no execution context. */
function executionContext(c: Context): ExecutionContextLike | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

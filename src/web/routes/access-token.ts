import { contextOf } from "../../core-client.ts";
import type { EdgeAuthError, OAuthErrorCause } from "../../errors/index.ts";
import { scopeWithOpenId } from "../../session/scope.ts";
import type { AuthRoute, Exchange } from "../exchange.ts";
import { noStore } from "../pages/pages.ts";
import { problemOf } from "../pages/problems.ts";
import { refuse } from "../pages/report.ts";
import { forOwnScripts } from "./own-scripts.ts";

/** Which access tokens scripts of the app may have, beside those of the login itself. */
export interface AccessTokenRouteOptions {
  /** Audiences. Default: none but the login's. */
  audiences?: readonly string[] | undefined;
  /** Single scopes, of whatever audience. Default: none but the login's. */
  scopes?: readonly string[] | undefined;
}

/**
 * `GET /auth/access-token?audience=&scope=`, for the option `moreRoutes`: an access token of the logged-in user as JSON, for scripts
 * of the app's own pages: `{ token, scope, expires_at, expires_in }`, times in seconds. A token that is given to a page can be
 * stolen by whatever runs there: leave this route out where the server can call the API (`auth.fetch`).
 *
 * Who asks is told by `Sec-Fetch-Site`, which browsers set and pages cannot: it must be `same-origin`. Where it is missing,
 * `X-Requested-With` has to be there, which makes a page of another origin ask leave first, and it gets none. Answers are kept by no
 * cache, and cannot be embedded by others.
 *
 * What goes wrong is told as `{ error, message }`: 401 where somebody has to log in (again), 403 for what the options do not name
 * (`audience_not_allowed`, `scope_not_allowed`) and what the issuer refuses, 5xx where it cannot be asked.
 *
 * @example
 * const auth = edgeAuth({ moreRoutes: [accessTokenRoute({ audiences: ["https://orders.example.com/"] })] });
 * // In a page: const { token } = await (await fetch("/auth/access-token?audience=https://orders.example.com/")).json();
 */
export function accessTokenRoute({ audiences = [], scopes = [] }: AccessTokenRouteOptions = {}): AuthRoute {
  return forOwnScripts("/access-token", async (exchange) => {
    const { url, auth } = exchange;
    const login = contextOf(auth.client).authorizationParams;
    const audience = url.searchParams.get("audience") || undefined;
    if (audience && audience !== login.audience && !audiences.includes(audience)) {
      return await refused(exchange, 403, "audience_not_allowed");
    }
    const wanted = new Set(url.searchParams.get("scope")?.split(" ").filter(Boolean));
    const allowed = [...scopeWithOpenId(login.scope).split(" "), ...scopes];
    for (const one of wanted) {
      if (!allowed.includes(one)) return await refused(exchange, 403, "scope_not_allowed");
    }
    if (!(await auth.getUser())) return await auth.challenge();
    try {
      const scope = wanted.size ? [...wanted].join(" ") : undefined;
      const tokens = await auth.getAccessToken({ audience, scope });
      const { accessToken, expiresAt } = tokens;
      const left = Math.max(0, expiresAt - Math.floor(Date.now() / 1000));
      const body = { token: accessToken, scope: tokens.scope, expires_at: expiresAt, expires_in: left };
      return Response.json(body, { headers: noStore });
    } catch (error) {
      return await failed(exchange, error);
    }
  });
}

async function failed(exchange: Exchange, error: unknown): Promise<Response> {
  const { status, code, message } = problemOf(error, exchange.request, "");
  if (status >= 500) return await refused(exchange, status, code, message, error);
  const { cause } = error as EdgeAuthError<Partial<OAuthErrorCause>>;
  const said = cause?.error ?? "login_required";
  const known: Record<string, number> = { login_required: 401, invalid_grant: 401, invalid_response: 502 };
  return await refused(exchange, known[said] ?? 403, code, undefined, error);
}

async function refused(
  exchange: Exchange,
  status: number,
  code: string,
  message = status === 401 ? "Log in again." : "There is no such access token to be had.",
  error?: unknown,
): Promise<Response> {
  return await refuse(exchange, { status, code, title: "No access token", message }, error);
}

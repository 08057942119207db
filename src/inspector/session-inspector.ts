import { contextOf } from "../core-client.ts";
import type { DevTenant } from "../dev/index.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import { loadSession } from "../flows/load-session.ts";
import { type AuthRoute, type Exchange, methodNotAllowed } from "../web/exchange.ts";
import { act } from "./actions.ts";
import { formToken, ownForm } from "./form-token.ts";
import { formExpired, refusal } from "./guard.ts";
import { inspectorPage } from "./page.ts";
import { takeSnapshot } from "./snapshot.ts";

/** Options of {@link sessionInspector}. */
export interface SessionInspectorOptions {
  /** The tenant that the app logs in at. The inspector serves no app of any other issuer. */
  tenant: DevTenant;
  /** Path below the base path of the app's routes. Default `/inspector`, so `/auth/inspector`. */
  path?: string | undefined;
  /** What to call the place where sessions live, such as `Workers KV`. Default: what can be seen from outside. */
  store?: string | undefined;
}

/**
 * A page with everything an app keeps of the session of this browser: claims, what is left of the life of each token and of the
 * session, cookies against their limits, and the store. No token is shown whole. Buttons let access tokens expire, refresh,
 * end the session by the back channel, rotate the tenant's keys, and log out.
 *
 * For the option `moreRoutes` of `edgeAuth` and `auth0()`. It answers requests to this very machine only, and only where the app
 * logs in at the development tenant; nothing but this import turns it on.
 *
 * @throws InvalidConfigurationError without a tenant
 *
 * @example
 * edgeAuth({ ...tenant.clientOptions, moreRoutes: [sessionInspector({ tenant })] });
 */
export function sessionInspector({ tenant, path = "/inspector", store }: SessionInspectorOptions): AuthRoute {
  if (typeof tenant?.rotateKeys !== "function") {
    throw new InvalidConfigurationError(
      "'tenant' must be a development tenant: sessionInspector({ tenant: devTenant() }).",
    );
  }
  return { path, handle: (exchange) => handle(exchange, tenant, store) };
}

async function handle(exchange: Exchange, tenant: DevTenant, store: string | undefined): Promise<Response> {
  const { request, auth } = exchange;
  if (!["GET", "HEAD", "POST"].includes(request.method)) return methodNotAllowed("GET, POST");
  const refused = await refusal(exchange, tenant);
  if (refused) return refused;
  const context = contextOf(auth.client);
  const state = await loadSession(context, auth.storeOptions);
  if (request.method === "POST") {
    const form = await ownForm(exchange);
    if (!form) return await formExpired();
    return await act(form.get("do"), { exchange, context, tenant, state });
  }
  const snapshot = await takeSnapshot({ exchange, context, tenant, state }, store);
  const page = await inspectorPage(exchange, snapshot, await formToken(exchange));
  return request.method === "HEAD" ? new Response(null, page) : page;
}

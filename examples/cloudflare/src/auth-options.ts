import { apiOrigins, type EdgeAuthOptions, linkRoutes, pageTheme, ServerClient } from "auth0-edge";
import type { Client, Env } from "./env.ts";
import { type SessionPlace, stateStore } from "./sessions.ts";

/**
 * Options of the login. The objects that own sessions are made of the same ones.
 *
 * @param place where sessions live. Default: where the setting says
 */
export function authOptions(env: Env, place?: SessionPlace): EdgeAuthOptions<Client> {
  return {
    authorizationParams: authorizationParams(env),
    stateStore: stateStore(env, place),
    apis: apiOrigins(apisOf(env)),
    moreRoutes: [linkRoutes()],
    // Pages that say what went wrong look like the others.
    theme: pageTheme({ appName: "auth0-edge", logoUrl: "/favicon.svg", accentColor: "#0d6b62" }),
    // Linking accounts and logging in by approval are more than every app needs.
    createClient: (options) => new ServerClient(options),
  };
}

/** What is asked for at login. `offline_access` brings a refresh token, so that access tokens can be renewed. */
function authorizationParams({ API_AUDIENCE: audience }: Env): EdgeAuthOptions["authorizationParams"] {
  const scope = "openid profile email offline_access";
  return audience ? { audience, scope: `${scope} read:orders` } : { scope };
}

/** Where access tokens may be sent. The APIs are part of this Worker, so their origin is its own. */
function apisOf({ API_AUDIENCE, INVOICES_AUDIENCE, APP_BASE_URL }: Env): Record<string, string> {
  // What is missing or wrong with it is for the SDK to say.
  if (!URL.canParse(APP_BASE_URL)) return {};
  const { origin } = new URL(APP_BASE_URL);
  const audiences = [API_AUDIENCE, INVOICES_AUDIENCE].filter((audience) => audience !== undefined);
  return Object.fromEntries(audiences.map((audience) => [audience, origin]));
}

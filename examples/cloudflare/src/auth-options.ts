import type { EdgeAuthOptions } from "auth0-edge";
import type { Env } from "./env.ts";
import { stateStore } from "./sessions.ts";

/** Options of the login. The objects that own sessions are made of the same ones. */
export function authOptions(env: Env): EdgeAuthOptions {
  return { authorizationParams: authorizationParams(env), stateStore: stateStore(env) };
}

/** What is asked for at login. `offline_access` brings a refresh token, so that access tokens can be renewed. */
function authorizationParams({ API_AUDIENCE: audience }: Env): EdgeAuthOptions["authorizationParams"] {
  const scope = "openid profile email offline_access";
  return audience ? { audience, scope: `${scope} read:orders` } : { scope };
}

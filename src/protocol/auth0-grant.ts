import { customFetch } from "oauth4webapi";
import type { FailureClass } from "./auth0-api.ts";
import type { LoginTokens } from "./authorization-code.ts";
import { InvalidTokenError, oauthErrorCause } from "./oauth-error.ts";
import type { IssuerFetch, Server } from "./server.ts";
import { requestTokens, type TokenResponse } from "./token-request.ts";

/** A grant that needs no redirect, before it is sent. */
export interface Auth0Grant {
  grantType: string;
  parameters: Readonly<Record<string, string | undefined>>;
  headers?: Readonly<Record<string, string>>;
  /** Members that JSON carries and a form cannot: with them the whole request is JSON. */
  json?: Readonly<Record<string, unknown>>;
  Failure: FailureClass;
}

/**
 * Asks the token endpoint by one of Auth0's own grants. The grant comes first, so that wrong options are refused before the
 * server is asked for.
 *
 * @throws EdgeAuthError of the grant's own class, with the OAuth error in `cause`; `mfa_required` brings `mfa_token`
 */
export async function tokensByGrant(grant: Auth0Grant, server: Server): Promise<TokenResponse> {
  return await attempt(grant, server);
}

/** The same for a login: who has come is what the ID token says, so one has to come. */
export async function loginByGrant(grant: Auth0Grant, server: Server): Promise<LoginTokens> {
  return (await attempt(grant, server, true)) as LoginTokens;
}

async function attempt(
  { grantType, parameters, headers, json, Failure }: Auth0Grant,
  server: Server,
  isLogin = false,
): Promise<TokenResponse> {
  const { request } = server;
  const settings = { ...request, headers: { ...request.headers, ...headers } };
  if (json) settings[customFetch] = withJson(request[customFetch], json);
  try {
    const tokens = await requestTokens({ ...server, request: settings }, grantType, parameters);
    if (isLogin && !tokens.claims) throw new InvalidTokenError("The issuer sent no ID token.");
    return tokens;
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new Failure(`The issuer gave no tokens: ${cause.message}`, cause);
  }
}

/** Sends as JSON what comes as a form. */
function withJson(fetch: IssuerFetch, members: Auth0Grant["json"]): IssuerFetch {
  return (url, { headers, body, ...init } = {}) =>
    fetch(url, {
      ...init,
      headers: { ...(headers as Record<string, string>), "content-type": "application/json" },
      body: JSON.stringify({ ...Object.fromEntries(body as URLSearchParams), ...members }),
    });
}

import type { Client, User } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Parameters } from "./parameters.ts";
import type { Grant } from "./records.ts";
import { grantableScope, parseScope } from "./scope.ts";
import { tokensOrSecondFactor } from "./second-factor.ts";
import type { TokenRequest } from "./token-response.ts";

/**
 * The tokens for a person who has proven who they are at the token endpoint itself. There is no browser and so
 * no login session: ID tokens of such logins have no `sid`, as with Auth0.
 *
 * @param parameters `scope` and `audience` are read; an audience without scopes gives all the API has.
 * @param claims What the grant adds to {@link Grant}.
 * @throws {OAuthError} 403 `access_denied` for an audience that does not exist.
 */
export function directLogin(
  parameters: Parameters,
  client: Client,
  user: User,
  tenant: TenantContext,
  claims: Partial<Grant> = {},
): TokenRequest {
  const audience = parameters.get("audience");
  const api = audience === undefined ? undefined : tenant.configuration.apis.get(audience);
  if (audience !== undefined && api === undefined) {
    throw new OAuthError(403, "access_denied", `Service not found: ${audience}`);
  }
  const asked = parseScope(parameters.get("scope"));
  const scope = grantableScope(asked.length > 0 ? asked : (api?.scopes ?? []), client, api);
  const grant: Grant = {
    id: randomToken(),
    clientId: client.clientId,
    sub: user.sub,
    authTime: tenant.now(),
    scope,
    ...(audience === undefined ? {} : { audience }),
    ...claims,
  };
  const { refreshTokenLifetime } = tenant.configuration;
  const refreshable = scope.includes("offline_access");
  return {
    grant,
    scope,
    audience,
    nonce: undefined,
    refreshableUntil: refreshable ? tenant.now() + refreshTokenLifetime : undefined,
  };
}

/** {@link directLogin}, answered with the tokens or with `mfa_required`. */
export async function logInDirectly(
  parameters: Parameters,
  client: Client,
  user: User,
  tenant: TenantContext,
  claims: Partial<Grant> = {},
): Promise<Response> {
  return await tokensOrSecondFactor(tenant, client, directLogin(parameters, client, user, tenant, claims));
}

import type { Api, Client, User } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import type { Grant } from "./grant.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Organization } from "./organization-options.ts";
import { directOrganizationOf } from "./organization-request.ts";
import { requireMember } from "./organizations.ts";
import type { Parameters } from "./parameters.ts";
import { grantableScope, parseScope } from "./scope.ts";
import { tokensOrSecondFactor } from "./second-factor.ts";
import type { TokenRequest } from "./token-response.ts";

/**
 * What a login at the token endpoint is for. Grants that use something up check this first, so that a typing mistake
 * costs nobody their code.
 *
 * @throws {OAuthError} 403 `access_denied` for an API that does not exist; 400 `invalid_request` for an organization
 * that does not exist, or is missing.
 */
export function directRequest(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): { api: Api | undefined; organization: Organization | undefined } {
  const audience = parameters.get("audience");
  const api = audience === undefined ? undefined : tenant.configuration.apis.get(audience);
  if (audience !== undefined && api === undefined) {
    throw new OAuthError(403, "access_denied", `Service not found: ${audience}`);
  }
  return { api, organization: directOrganizationOf(parameters, client, tenant) };
}

/**
 * The tokens for a person who has proven who they are at the token endpoint itself. There is no browser and so
 * no login session: ID tokens of such logins have no `sid`, as with Auth0.
 *
 * @param parameters `scope`, `audience` and `organization` are read; an audience without scopes gives all the API has.
 * @param claims What the grant adds to {@link Grant}.
 * @throws {OAuthError} 403 `access_denied` for an organization that the person does not belong to, and what
 * {@link directRequest} throws.
 */
export async function directLogin(
  parameters: Parameters,
  client: Client,
  user: User,
  tenant: TenantContext,
  claims: Partial<Grant> = {},
): Promise<TokenRequest> {
  const { api, organization } = directRequest(parameters, client, tenant);
  const asked = parseScope(parameters.get("scope"));
  const scope = grantableScope(asked.length > 0 ? asked : (api?.scopes ?? []), client, api);
  if (organization !== undefined) await requireMember(tenant, organization, user.sub);
  const grant: Grant = {
    id: randomToken(),
    clientId: client.clientId,
    sub: user.sub,
    authTime: tenant.now(),
    scope,
    ...(api === undefined ? {} : { audience: api.audience }),
    ...(organization && { organization: { id: organization.id, name: organization.name } }),
    ...claims,
  };
  const { refreshTokenLifetime } = tenant.configuration;
  const refreshable = scope.includes("offline_access");
  return {
    grant,
    scope,
    audience: api?.audience,
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
  return await tokensOrSecondFactor(
    tenant,
    client,
    await directLogin(parameters, client, user, tenant, claims),
  );
}

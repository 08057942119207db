import { createAccessToken } from "../access-token.ts";
import { type Client, isConfidential } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { randomToken } from "../encoding.ts";
import type { Grant } from "../grant.ts";
import { OAuthError } from "../oauth-error.ts";
import { organizationOf } from "../organization-request.ts";
import type { Parameters } from "../parameters.ts";
import { jsonResponse } from "../responses.ts";
import { parseScope } from "../scope.ts";

/**
 * The client credentials grant (RFC 6749 §4.4): a token for the application itself, for an API that it has a
 * client grant for. There is neither an ID token nor a refresh token.
 *
 * @throws {OAuthError} 403: `unauthorized_client` to a public client; `access_denied` without an audience, for an
 * API that does not exist or that the client may not use; `invalid_scope` when no scope asked for is granted.
 */
export async function clientCredentialsGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  if (!isConfidential(client)) {
    throw new OAuthError(403, "unauthorized_client", "A public client has no credentials of its own.");
  }
  const audience = parameters.get("audience");
  if (audience === undefined) {
    const why = "No audience parameter was provided, and no default audience has been configured";
    throw new OAuthError(403, "access_denied", why);
  }
  const organization = parameters.has("organization")
    ? organizationOf(parameters, client, tenant)
    : undefined;
  const scope = scopeFor(audience, parameters, client, tenant);
  const grant: Grant = {
    id: randomToken(),
    clientId: client.clientId,
    sub: `${client.clientId}@clients`,
    authTime: tenant.now(),
    scope,
    audience,
    ...(organization && { organization: { id: organization.id, name: organization.name } }),
    gty: "client-credentials",
  };
  return jsonResponse({
    access_token: await createAccessToken(tenant, grant, scope, audience),
    ...(scope.length === 0 ? {} : { scope: scope.join(" ") }),
    expires_in: tenant.configuration.accessTokenLifetime,
    token_type: "Bearer",
  });
}

function scopeFor(
  audience: string,
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): readonly string[] {
  const api = tenant.configuration.apis.get(audience);
  if (api === undefined) {
    throw new OAuthError(403, "access_denied", `Service not enabled within domain: ${audience}`);
  }
  const clientGrant = client.clientGrants.find((candidate) => candidate.audience === audience);
  if (clientGrant === undefined) {
    const why = `Client is not authorized to access "${audience}". It needs a client grant for this API (clientGrants).`;
    throw new OAuthError(403, "access_denied", why);
  }
  const granted = clientGrant.scopes.filter((name) => api.scopes.includes(name));
  const asked = parseScope(parameters.get("scope"));
  if (asked.length === 0) return granted;
  const narrowed = granted.filter((name) => asked.includes(name));
  if (narrowed.length > 0) return narrowed;
  throw new OAuthError(403, "invalid_scope", `Client has not been granted scopes: ${asked.join(" ")}`);
}

import type { Client } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import type { Grant } from "../grant.ts";
import { invalidGrant, OAuthError } from "../oauth-error.ts";
import { type Parameters, required } from "../parameters.ts";
import { grantableScope, OIDC_SCOPES, parseScope } from "../scope.ts";
import { requireSecondFactor } from "../second-factor.ts";
import { tokenResponse } from "../token-response.ts";

/** Auth0's words for every refresh token it does not accept. */
const REFUSED = "Unknown or invalid refresh token.";

/**
 * The refresh token grant (RFC 6749 §6) with rotation: each refresh token works once, without an overlap
 * period. One that is presented again ends its whole family (RFC 9700 §4.14.2, Auth0: "Refresh Token
 * Rotation"). Of concurrent calls with the same token exactly one is answered with tokens.
 *
 * @throws {OAuthError} `invalid_grant` for the token; `access_denied` for an audience the client may not ask
 * for; `invalid_scope` when none of the scopes asked for can be given; `mfa_required` where the API wants a second
 * factor.
 */
export async function refreshTokenGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const token = required(parameters, "refresh_token");
  const { records } = tenant;
  const record = await records.load("refresh", token);
  if (record === undefined || record.grant.clientId !== client.clientId) throw invalidGrant(REFUSED);
  const { grant, familyExpiresAt } = record;
  if (await records.isRevoked(grant.id)) throw invalidGrant(REFUSED);
  // Refuse what is asked wrongly before the token is spent, or a typing mistake would end the session.
  const audience = audienceOf(parameters, client, grant, tenant);
  const scope = scopeOf(parameters, client, grant, audience, tenant);

  const issue = { grant, scope, audience, nonce: undefined, refreshableUntil: familyExpiresAt };

  // Marked for longer than the token lives, so that the marker cannot expire first.
  const familyLifetime = familyExpiresAt - tenant.now() + 60;
  const alive = !(await records.isSpent("refresh", token));
  // A token waits unspent for the second factor, but one that was used before ends its family all the same.
  if (alive) await requireSecondFactor(tenant, client, issue);
  if (!alive || !(await records.spend("refresh", token, familyLifetime))) {
    await records.revoke(grant.id, familyLifetime + tenant.configuration.accessTokenLifetime);
    throw invalidGrant(REFUSED);
  }
  return await tokenResponse(tenant, issue);
}

function audienceOf(
  parameters: Parameters,
  client: Client,
  grant: Grant,
  tenant: TenantContext,
): string | undefined {
  const asked = parameters.get("audience") ?? grant.audience;
  if (asked === undefined || asked === grant.audience) return asked;
  if (!tenant.configuration.apis.has(asked)) {
    throw new OAuthError(403, "access_denied", `Service not found: ${asked}`);
  }
  if (client.refreshTokenPolicies.some((policy) => policy.audience === asked)) return asked;
  const why = `Client is not authorized to access "${asked}" with this refresh token (refresh_token.policies).`;
  throw new OAuthError(403, "access_denied", why);
}

/** The granted scopes that fit the audience, narrowed to those asked for; others are left out silently. */
function scopeOf(
  parameters: Parameters,
  client: Client,
  grant: Grant,
  audience: string | undefined,
  { configuration: { apis } }: TenantContext,
): readonly string[] {
  const granted = grant.scope.filter((name) => audience === grant.audience || OIDC_SCOPES.includes(name));
  const policy = client.refreshTokenPolicies.find((candidate) => candidate.audience === audience);
  const offered =
    policy === undefined ? [] : grantableScope(policy.scopes, client, apis.get(policy.audience));
  const possible = [...new Set([...granted, ...offered])];
  const asked = parseScope(parameters.get("scope"));
  if (asked.length === 0) return possible;
  const narrowed = possible.filter((name) => asked.includes(name));
  if (narrowed.length > 0) return narrowed;
  throw new OAuthError(400, "invalid_scope", "None of the requested scopes was granted");
}

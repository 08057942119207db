import { createAccessToken } from "./access-token.ts";
import { rememberUse } from "./backchannel-logout.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import type { Grant } from "./grant.ts";
import { signIdToken } from "./id-token.ts";
import { invalidGrant } from "./oauth-error.ts";
import { jsonResponse } from "./responses.ts";

/** What one token response is about. */
export interface TokenRequest {
  grant: Grant;
  /** Scopes of this response: those of the grant, or fewer. */
  scope: readonly string[];
  /** The API the access token is for. */
  audience: string | undefined;
  /** The login's nonce, when there is one. */
  nonce: string | undefined;
  /** When the refresh token given out ends (seconds since the epoch), or `undefined` to give none out. */
  refreshableUntil: number | undefined;
  /** Further members of the response. */
  extra?: Readonly<Record<string, unknown>>;
}

/**
 * Issues the tokens and answers with them (RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3). Every grant type
 * ends here.
 *
 * @throws {OAuthError} `invalid_grant` when the person is no longer among the tenant's users.
 */
export async function tokenResponse(tenant: TenantContext, issue: TokenRequest): Promise<Response> {
  const { grant, scope } = issue;
  const user = await tenant.people.find(grant.sub);
  if (user === undefined) throw invalidGrant("The user of this grant no longer exists.");
  await rememberUse(tenant, grant);
  const accessToken = await createAccessToken(tenant, grant, scope, issue.audience);
  const body: Record<string, unknown> = { access_token: accessToken };
  if (issue.refreshableUntil !== undefined) {
    body.refresh_token = await createRefreshToken(tenant, grant, issue.refreshableUntil);
  }
  if (scope.includes("openid")) {
    body.id_token = await signIdToken(tenant, grant, user, scope, accessToken, issue.nonce);
  }
  Object.assign(body, issue.extra);
  body.scope = scope.join(" ");
  // RFC 9396 §7.
  if (grant.authorizationDetails) body.authorization_details = grant.authorizationDetails;
  body.expires_in = tenant.configuration.accessTokenLifetime;
  body.token_type = "Bearer";
  return jsonResponse(body);
}

async function createRefreshToken(tenant: TenantContext, grant: Grant, until: number): Promise<string> {
  const token = randomToken();
  await tenant.records.save("refresh", token, { grant, familyExpiresAt: until }, until - tenant.now());
  return token;
}

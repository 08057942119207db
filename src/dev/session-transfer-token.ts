import { type Client, DOMAIN, isConfidential, type User } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import { OAuthError } from "./oauth-error.ts";
import { organizationOf } from "./organization-request.ts";
import { requireMember } from "./organizations.ts";
import type { Parameters } from "./parameters.ts";
import { jsonResponse } from "./responses.ts";
import { OIDC_SCOPES, parseScope } from "./scope.ts";

const TOKEN_TYPE = "urn:auth0:params:oauth:token-type:session_transfer_token";
/** Seconds a token can be redeemed at the authorization endpoint. */
const LIFETIME = 60;

/** Whether an exchange asks for a session transfer token. */
export function isSessionTransfer(parameters: Parameters): boolean {
  return parameters.get("audience") === `urn:${DOMAIN}:session_transfer`;
}

/**
 * Answers with a session transfer token (Auth0: "Session Delegation"): with it a browser logs in as somebody else,
 * and the tokens of that login say who it really is.
 *
 * @throws {OAuthError} 400 `session_transfer_disabled` and `setactor_required`; 401 `access_denied` to a public client.
 */
export async function sessionTransferToken(
  parameters: Parameters,
  client: Client,
  user: User,
  actor: string | undefined,
  tenant: TenantContext,
): Promise<Response> {
  if (!isConfidential(client)) throw new OAuthError(401, "access_denied", "Unauthorized");
  if (!client.canCreateSessionTransferToken) {
    const why = "Session transfer tokens are not enabled for this client (canCreateSessionTransferToken).";
    throw new OAuthError(400, "session_transfer_disabled", why);
  }
  if (actor === undefined) {
    const why = "setActor is required when requesting a session transfer token via token exchange.";
    throw new OAuthError(400, "setactor_required", why);
  }
  const organization = organizationOf(parameters, client, tenant);
  if (organization !== undefined) await requireMember(tenant, organization, user.sub);
  const scope = parseScope(parameters.get("scope"));
  const token = randomToken();
  const record = {
    subject: user.sub,
    actor,
    clientId: client.clientId,
    ...(organization && { organization: organization.id }),
    ...(scope.length > 0 && { scope: scope.filter((name) => !OIDC_SCOPES.includes(name)) }),
  };
  await tenant.records.save("transfer", token, record, LIFETIME);
  return jsonResponse({
    access_token: token,
    issued_token_type: TOKEN_TYPE,
    token_type: "N_A",
    expires_in: LIFETIME,
    ...(scope.length > 0 && { scope: scope.join(" ") }),
  });
}

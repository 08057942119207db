import { type Client, isConfidential } from "../configuration.ts";
import { connectionNamed, connectionOf, isFederated } from "../connections.ts";
import type { TenantContext } from "../context.ts";
import { randomToken } from "../encoding.ts";
import { linkedIdentities } from "../identities.ts";
import { invalidGrant, invalidRequest, OAuthError } from "../oauth-error.ts";
import { type Parameters, required } from "../parameters.ts";
import { jsonResponse } from "../responses.ts";

const REQUESTED = "http://auth0.com/oauth/token-type/federated-connection-access-token";
const REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

/**
 * The exchange of one of the tenant's tokens for an access token of another service (Auth0: "Token Vault"). The
 * token is made up: no such service exists here. A refresh token is not used up by it.
 *
 * @throws {OAuthError} 401 `federated_connection_refresh_token_not_found` when the person has no account of the
 * connection, or none that fits `login_hint`; `invalid_grant` for the subject token.
 */
export async function connectionTokenGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  if (!isConfidential(client)) {
    throw new OAuthError(
      403,
      "unauthorized_client",
      "Only confidential clients may exchange tokens this way",
    );
  }
  const connection = connectionNamed(required(parameters, "connection"), tenant);
  if (required(parameters, "requested_token_type") !== REQUESTED) {
    throw invalidRequest(`requested_token_type must be ${REQUESTED}`);
  }
  for (const name of ["audience", "resource"]) {
    if (parameters.has(name)) throw invalidRequest(`${name} is not allowed here: the connection decides`);
  }
  const sub = await subjectOf(parameters, client, tenant);
  const accounts = (await accountsOf(tenant, sub)).filter((one) => one.connection === connection.name);
  const hint = parameters.get("login_hint");
  const account = accounts.find((one) => hint === undefined || isMeant(one, hint));
  if (account === undefined || !isFederated(connection)) throw notFound();
  return jsonResponse({
    access_token: `${connection.name}.${randomToken()}`,
    ...(account.scope !== undefined && { scope: account.scope }),
    expires_in: tenant.configuration.accessTokenLifetime,
    issued_token_type: REQUESTED,
    token_type: "Bearer",
  });
}

/** Whose token it is. */
async function subjectOf(parameters: Parameters, client: Client, tenant: TenantContext): Promise<string> {
  const { records } = tenant;
  const token = required(parameters, "subject_token");
  const type = required(parameters, "subject_token_type");
  if (type === REFRESH_TOKEN) {
    const grant = (await records.load("refresh", token))?.grant;
    const isDead =
      grant === undefined || (await records.isSpent("refresh", token)) || (await records.isRevoked(grant.id));
    if (isDead || grant.clientId !== client.clientId) throw invalidGrant("Unknown or invalid refresh token.");
    return grant.sub;
  }
  if (type !== ACCESS_TOKEN)
    throw invalidRequest("subject_token_type must be that of a refresh or access token");
  // An access token may be another client's: an API exchanges the tokens it is called with.
  const access = await records.load("access", token);
  if (access === undefined || (await records.isRevoked(access.grantId)))
    throw invalidGrant("Invalid access token");
  return access.sub;
}

interface Account {
  sub: string;
  connection: string | undefined;
  email?: string | undefined;
  scope?: string;
}

/** The person's own account, where it is one of another service, and those linked to it. */
async function accountsOf(tenant: TenantContext, sub: string): Promise<Account[]> {
  const person = await tenant.people.find(sub);
  if (person === undefined) throw invalidGrant("The user of this grant no longer exists.");
  const main = { sub, email: person.email, connection: connectionOf(sub, tenant)?.name };
  return [main, ...(await linkedIdentities(tenant, sub))];
}

/** The hint is the id that the account has at its own service; address and whole `sub` do as well. */
function isMeant({ sub, email }: Account, hint: string): boolean {
  return hint === sub || hint === sub.split("|").at(-1) || hint.toLowerCase() === email?.toLowerCase();
}

function notFound(): OAuthError {
  const why = "The user has no account of this connection, or none that fits login_hint.";
  return new OAuthError(401, "federated_connection_refresh_token_not_found", why);
}

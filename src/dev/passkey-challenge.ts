import { authenticateClient } from "./client-authentication.ts";
import { type Client, DATABASE_CONNECTION, DOMAIN } from "./configuration.ts";
import { isDatabase } from "./connections.ts";
import type { TenantContext } from "./context.ts";
import { randomToken, sha256Base64url } from "./encoding.ts";
import { GRANT_TYPE, requireGrantType } from "./grant-types.ts";
import { invalidRequest } from "./oauth-error.ts";
import { bodyParameters, type Parameters } from "./parameters.ts";
import type { NewPerson } from "./people.ts";

/** Seconds between a challenge and its answer. */
export const PASSKEY_LIFETIME = 300;

/** The relying party's id: browsers take the host name of the page only, and so that of the app. */
export function rpIdOf({ configuration: { appBaseUrl } }: TenantContext): string {
  return appBaseUrl === undefined ? DOMAIN : new URL(appBaseUrl).hostname;
}

/** The checked request of one of the two `/passkey/*` endpoints. */
export async function passkeyRequest(
  request: Request,
  tenant: TenantContext,
): Promise<{ parameters: Parameters; client: Client }> {
  const parameters = await bodyParameters(request, ["user_profile", "user_metadata"]);
  const client = await authenticateClient(request, parameters, tenant);
  requireGrantType(client, GRANT_TYPE.webauthn);
  requireDatabaseRealm(parameters, tenant);
  return { parameters, client };
}

/**
 * Checks that the `realm`, where there is one, is the database: passkeys belong to its people.
 *
 * @throws {OAuthError} 400 `invalid_request`.
 */
export function requireDatabaseRealm(parameters: Parameters, tenant: TenantContext): void {
  const realm = parameters.get("realm") ?? DATABASE_CONNECTION;
  if (!isDatabase(realm, tenant)) throw invalidRequest(`The connection "${realm}" does not exist`);
}

/**
 * Gives out a challenge.
 *
 * @param registration Who will be created when it is answered.
 */
export async function createChallenge(
  tenant: TenantContext,
  client: Client,
  registration?: { person: NewPerson; userHandle: string },
): Promise<{ authSession: string; challenge: string }> {
  const authSession = randomToken();
  const challenge = randomToken();
  const challengeHash = await sha256Base64url(challenge);
  const record = { clientId: client.clientId, challengeHash, ...(registration && { registration }) };
  await tenant.records.save("passkey", authSession, record, PASSKEY_LIFETIME);
  return { authSession, challenge };
}

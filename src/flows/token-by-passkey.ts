import { tokensByGrant } from "../protocol/auth0-grant.ts";
import { type PasskeyGetTokenOptions, passkeyGrant } from "../protocol/passkey-grant.ts";
import type { Server } from "../protocol/server.ts";
import type { TokenResponse } from "../protocol/token-request.ts";
import { assertOrganization, checkOrganization } from "../session/organization.ts";

/**
 * Tokens for a passkey, without a session having to do with it.
 *
 * @param server asked for once the options are known to be right
 * @throws OrganizationValidationError where `organization` is blank, or no ID token names it
 */
export async function tokenByPasskey(
  options: PasskeyGetTokenOptions,
  server: () => Promise<Server>,
): Promise<TokenResponse> {
  const grant = passkeyGrant(options);
  const organization = options.organization ?? undefined;
  assertOrganization(organization);
  const tokens = await tokensByGrant(grant, await server());
  checkOrganization(organization, tokens.claims ?? {});
  return tokens;
}

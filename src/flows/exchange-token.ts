import type { Server } from "../protocol/server.ts";
import {
  type ExchangeProfileOptions,
  exchangedTokens,
  exchangeRequest,
  type TokenVaultExchangeOptions,
} from "../protocol/token-exchange.ts";
import type { TokenResponse } from "../protocol/token-request.ts";
import { assertOrganization, checkOrganization } from "../session/organization.ts";

/**
 * Exchanges a token, without a session having to do with it (RFC 8693). The organization is held against the ID token, where
 * one comes: without `openid` none does.
 *
 * @param server asked for once the options are known to be right
 * @throws OrganizationValidationError where `organization` is blank, or the ID token names another
 */
export async function exchangeToken(
  options: ExchangeProfileOptions | TokenVaultExchangeOptions,
  server: () => Promise<Server>,
): Promise<TokenResponse> {
  const { organization, connection } = (options ?? {}) as Partial<
    ExchangeProfileOptions & TokenVaultExchangeOptions
  >;
  assertOrganization(organization);
  const request = exchangeRequest(options, connection !== undefined);
  const tokens = await exchangedTokens(await server(), request);
  if (tokens.claims) checkOrganization(organization, tokens.claims);
  return tokens;
}

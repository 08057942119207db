import { optionsOf, requireTexts } from "../arguments.ts";
import { TokenForConnectionError } from "../errors/index.ts";
import { oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";
import { sendExchange, tokenTypePrefix, vaultGrantType, vaultTokenType } from "./token-exchange.ts";
import type { TokenResponse } from "./token-request.ts";

/** Which upstream token is wanted, and what pays for it: a refresh token or an access token. */
export interface ConnectionTokenRequest {
  /** The connection, such as `google-oauth2`. */
  connection: string;
  /** Which account, where the user has several of that connection. */
  loginHint?: string | undefined;
  refreshToken?: string | undefined;
  accessToken?: string | undefined;
}

/**
 * Exchanges a token for an access token of an upstream identity provider (Auth0 Token Vault).
 *
 * @throws TokenForConnectionError with the OAuth error in `cause`
 */
export async function tokenForConnection(
  server: Server,
  request: ConnectionTokenRequest,
): Promise<TokenResponse> {
  const { connection, loginHint, refreshToken, accessToken } = request;
  try {
    const parameters = {
      connection,
      subject_token: refreshToken ?? accessToken,
      subject_token_type: tokenTypePrefix + (refreshToken ? "refresh_token" : "access_token"),
      requested_token_type: vaultTokenType,
      login_hint: loginHint,
    };
    return await sendExchange(server, { grantType: vaultGrantType, parameters });
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new TokenForConnectionError(`No token for the connection '${connection}': ${cause.message}`, cause);
  }
}

/**
 * Checks a request before it is sent.
 *
 * @throws MissingRequiredArgumentError without `connection`
 * @throws TokenForConnectionError unless there is exactly one token to exchange
 */
export function checkConnectionTokenRequest(request: ConnectionTokenRequest): void {
  requireTexts(request, "connection");
  const { refreshToken, accessToken } = optionsOf(request, "loginHint", "refreshToken", "accessToken");
  if (Boolean(refreshToken) !== Boolean(accessToken)) return;
  throw new TokenForConnectionError(
    "Give either a refresh token or an access token to exchange, and not both.",
  );
}

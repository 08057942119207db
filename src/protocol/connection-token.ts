import { TokenForConnectionError } from "../errors/index.ts";
import { oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";
import { requestTokens, type TokenResponse } from "./token-request.ts";

/** Which upstream token is wanted, and what pays for it: a refresh token or an access token. */
export interface ConnectionTokenRequest {
  /** The connection, such as `google-oauth2`. */
  connection: string;
  /** Which account, where the user has several of that connection. */
  loginHint?: string | undefined;
  refreshToken?: string | undefined;
  accessToken?: string | undefined;
}

const grantType = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";
const requestedTokenType = "http://auth0.com/oauth/token-type/federated-connection-access-token";
const tokenType = "urn:ietf:params:oauth:token-type:";

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
  if (Boolean(refreshToken) === Boolean(accessToken)) {
    throw new TokenForConnectionError(
      "Give either a refresh token or an access token to exchange, and not both.",
    );
  }
  try {
    return await requestTokens(server, grantType, {
      connection,
      subject_token: refreshToken ?? accessToken,
      subject_token_type: tokenType + (refreshToken ? "refresh_token" : "access_token"),
      requested_token_type: requestedTokenType,
      login_hint: loginHint,
    });
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new TokenForConnectionError(`No token for the connection '${connection}': ${cause.message}`, cause);
  }
}

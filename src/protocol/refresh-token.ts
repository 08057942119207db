import { TokenByRefreshTokenError } from "../errors/index.ts";
import type { IdTokenClaims } from "./id-token.ts";
import { InvalidTokenError, oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";
import { requestTokens, type TokenResponse } from "./token-request.ts";

/** What to ask for; left out, the issuer gives what the login got. */
export interface RefreshRequest {
  refreshToken: string;
  audience?: string | undefined;
  scope?: string | undefined;
  /** The user the tokens belong to, and when they logged in: an ID token that comes must say the same. */
  expected?: { sub?: string | undefined; auth_time?: unknown; nonce?: unknown } | undefined;
}

/**
 * Exchanges a refresh token (RFC 6749 section 6). An ID token need not come; one that does is checked as OpenID Connect
 * Core section 12.2 demands: same user, same `auth_time`, no nonce of another login.
 *
 * @throws TokenByRefreshTokenError with the OAuth error in `cause`
 */
export async function tokensByRefreshToken(server: Server, request: RefreshRequest): Promise<TokenResponse> {
  const { audience, scope, expected } = request;
  try {
    // First of all what the ID token is checked by: fetched afterwards, a failure would lose a refresh token that has rotated.
    if (server.metadata.jwks_uri) await server.keys(false);
    const tokens = await requestTokens(server, "refresh_token", {
      refresh_token: request.refreshToken,
      audience,
      scope,
    });
    const { claims } = tokens;
    if (claims && expected?.sub !== undefined && claims.sub !== expected.sub) {
      throw new InvalidTokenError("The ID token belongs to another user.");
    }
    if (claims && expected && belongsToOtherLogin(claims, expected)) {
      throw new InvalidTokenError("The ID token belongs to another login.");
    }
    return tokens;
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new TokenByRefreshTokenError(`The access token could not be refreshed: ${cause.message}`, cause);
  }
}

/** `auth_time` and `nonce` count where both tokens have them. */
function belongsToOtherLogin(claims: IdTokenClaims, login: NonNullable<RefreshRequest["expected"]>): boolean {
  return (["auth_time", "nonce"] as const).some(
    (name) => claims[name] !== undefined && login[name] !== undefined && claims[name] !== login[name],
  );
}

import { revocationRequest } from "oauth4webapi";
import { TokenRevocationError } from "../errors/index.ts";
import { expectStatus } from "./answer.ts";
import { oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";

/** What kind of token it is, for the issuer to look in the right place first. */
export type TokenTypeHint = "refresh_token" | "access_token";

/**
 * Revokes a token, a refresh token unless said otherwise (RFC 7009).
 *
 * @throws TokenRevocationError with the OAuth error in `cause`
 */
export async function revokeToken(
  server: Server,
  token: string,
  tokenTypeHint: TokenTypeHint = "refresh_token",
): Promise<void> {
  try {
    const response = await revocationRequest(
      server.metadata,
      server.client,
      server.clientAuthentication,
      token,
      {
        ...server.request,
        additionalParameters: { token_type_hint: tokenTypeHint },
      },
    );
    await expectStatus(response);
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new TokenRevocationError(`The token could not be revoked: ${cause.message}`, cause);
  }
}

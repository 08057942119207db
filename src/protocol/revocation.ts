import { processRevocationResponse, revocationRequest } from "oauth4webapi";
import { TokenRevocationError } from "../errors/index.ts";
import { oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";

/**
 * Revokes a refresh token (RFC 7009).
 *
 * @throws TokenRevocationError with the OAuth error in `cause`
 */
export async function revokeToken(server: Server, token: string): Promise<void> {
  try {
    const response = await revocationRequest(
      server.metadata,
      server.client,
      server.clientAuthentication,
      token,
      {
        ...server.request,
        additionalParameters: { token_type_hint: "refresh_token" },
      },
    );
    await processRevocationResponse(response);
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new TokenRevocationError(`The token could not be revoked: ${cause.message}`, cause);
  }
}

import { MissingClientAuthError, TokenByClientCredentialsError } from "../errors/index.ts";
import { oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";
import { requestTokens, type TokenResponse } from "./token-request.ts";

/** Which token of its own the client wants. */
export interface ClientCredentialsRequest {
  /** The API it is for. */
  audience: string;
  organization?: string | undefined;
}

/**
 * A token for the client itself (RFC 6749 section 4.4).
 *
 * @throws MissingClientAuthError for a public client
 * @throws TokenByClientCredentialsError with the OAuth error in `cause`
 */
export async function tokenByClientCredentials(
  server: Server,
  { audience, organization }: ClientCredentialsRequest,
): Promise<TokenResponse> {
  if (server.isPublicClient) throw new MissingClientAuthError();
  try {
    return await requestTokens(server, "client_credentials", { audience, organization });
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new TokenByClientCredentialsError(`No token for the client: ${cause.message}`, cause);
  }
}

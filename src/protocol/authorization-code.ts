import {
  authorizationCodeGrantRequest,
  expectNoState,
  nopkce,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from "oauth4webapi";
import { TokenByCodeError } from "../errors.ts";
import { oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";
import { readTokenResponse, type TokenResponse } from "./token-response.ts";

/** What a callback is checked against. */
export interface CodeChecks {
  /** The `state` of the request; `undefined` where it had none, and then the callback must have none either. */
  state: string | undefined;
  /** The `nonce` of the request; `undefined` where it had none. */
  nonce: string | undefined;
  codeVerifier: string | undefined;
  redirectUri: string;
  /** `max_age` of the request, in seconds: the ID token's `auth_time` has to honour it. */
  maxAge: number | undefined;
}

/**
 * Checks a callback (RFC 6749 section 4.1.2, RFC 9207) and exchanges its code (section 4.1.3). An ID token has to come.
 *
 * @throws TokenByCodeError with the OAuth error in `cause`
 */
export async function tokensByCode(
  server: Server,
  callback: URL,
  checks: CodeChecks,
): Promise<TokenResponse> {
  const { metadata, client } = server;
  try {
    const parameters = validateAuthResponse(metadata, client, callback, checks.state ?? expectNoState);
    const response = await authorizationCodeGrantRequest(
      metadata,
      client,
      server.clientAuthentication,
      parameters,
      checks.redirectUri,
      checks.codeVerifier ?? nopkce,
      server.request,
    );
    const body = await processAuthorizationCodeResponse(metadata, client, response, {
      requireIdToken: true,
      ...(checks.nonce !== undefined && { expectedNonce: checks.nonce }),
      ...(checks.maxAge !== undefined && { maxAge: checks.maxAge }),
    });
    return await readTokenResponse(server, body);
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new TokenByCodeError(`The login could not be completed: ${cause.message}`, cause);
  }
}

import { TokenByCodeError } from "../errors/index.ts";
import { authorizationCode } from "./authorization-response.ts";
import type { IdTokenClaims } from "./id-token.ts";
import { InvalidTokenError, oauthErrorCause } from "./oauth-error.ts";
import type { Server } from "./server.ts";
import { requestTokens, type TokenResponse } from "./token-request.ts";

/** What a callback is checked against. */
export interface CodeChecks {
  /** The `state` of the request; `undefined` where it had none, and then the callback must have none either. */
  state: string | undefined;
  /** The `nonce` of the request; `undefined` where it had none, and then the ID token must have none either. */
  nonce: string | undefined;
  codeVerifier: string | undefined;
  redirectUri: string;
  /** `max_age` of the request, in seconds: the ID token's `auth_time` has to honour it. */
  maxAge: number | undefined;
}

/** Tokens that came with an ID token. */
export type LoginTokens = TokenResponse & { claims: IdTokenClaims };

/** Seconds the issuer's clock may be off. */
const tolerance = 30;

/**
 * Checks a callback (RFC 6749 section 4.1.2, RFC 9207) and exchanges its code (section 4.1.3). An ID token has to come.
 *
 * @throws TokenByCodeError with the OAuth error in `cause`
 */
export async function tokensByCode(server: Server, callback: URL, checks: CodeChecks): Promise<LoginTokens> {
  try {
    const tokens = await requestTokens(server, "authorization_code", {
      code: authorizationCode(server.metadata, callback, checks.state),
      redirect_uri: checks.redirectUri,
      code_verifier: checks.codeVerifier,
    });
    const { claims } = tokens;
    if (!claims) throw new InvalidTokenError("The issuer sent no ID token.");
    checkLogin(claims, checks);
    return { ...tokens, claims };
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new TokenByCodeError(`The login could not be completed: ${cause.message}`, cause);
  }
}

/** What binds an ID token to one login (OpenID Connect Core section 3.1.3.7, items 11 and 13). */
function checkLogin({ nonce, auth_time }: IdTokenClaims, checks: CodeChecks): void {
  if (nonce !== checks.nonce) throw new InvalidTokenError("The ID token belongs to another login ('nonce').");
  if (checks.maxAge === undefined) return;
  if (typeof auth_time !== "number" || auth_time + checks.maxAge < Date.now() / 1000 - tolerance) {
    throw new InvalidTokenError("The user logged in too long ago ('auth_time').");
  }
}

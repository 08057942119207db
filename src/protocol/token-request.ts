import { genericTokenEndpointRequest } from "oauth4webapi";
import { type Answer, readAnswer } from "./answer.ts";
import { type IdTokenClaims, verifyIdToken } from "./id-token.ts";
import { InvalidTokenError } from "./oauth-error.ts";
import type { Server } from "./server.ts";

/** A detail of a rich authorization (RFC 9396). */
export interface AuthorizationDetails {
  type: string;
  [parameter: string]: unknown;
}

/** Who acts for the user (RFC 8693 section 4.1). */
export interface ActClaim {
  sub: string;
  [claim: string]: unknown;
}

/** Tokens an issuer answered with. */
export interface TokenResponse {
  accessToken: string;
  /** Seconds since the epoch. */
  expiresAt: number;
  /** The granted scope; absent where the issuer left it out, because it is the one asked for. */
  scope: string | undefined;
  idToken: string | undefined;
  refreshToken: string | undefined;
  /** Claims of the ID token, its signature and `at_hash` verified. */
  claims: IdTokenClaims | undefined;
  authorizationDetails: AuthorizationDetails[] | undefined;
  /** In lower case, `bearer` as a rule; `n_a` where the token is none to call an API with (RFC 8693 section 2.2.1). */
  tokenType?: string | undefined;
  /** What kind of token a token exchange issued (RFC 8693 section 2.2.1). */
  issuedTokenType?: string | undefined;
  /** Who acts for the user, where a token exchange named an actor; not verified where it comes from an access token. */
  act?: ActClaim | undefined;
  /** Auth0: the recovery code that takes the place of one that was used. */
  recoveryCode?: string | undefined;
}

/** RFC 6749 section 5.1 lets an issuer leave `expires_in` out: such a token is asked for anew after this many seconds. */
const assumedLifetime = 3600;

/**
 * Asks the token endpoint (RFC 6749 section 3.2): the one way there, whatever the grant.
 *
 * @param parameters parameters beside `grant_type` and those of the client's authentication; `undefined` ones are left out
 * @param tokenTypes what may be issued (section 7.1): a token whose type nobody knows is of no use
 */
export async function requestTokens(
  server: Server,
  grantType: string,
  parameters: Readonly<Record<string, string | string[] | undefined>>,
  tokenTypes: readonly string[] = ["bearer"],
): Promise<TokenResponse> {
  const { metadata, client, clientAuthentication, request } = server;
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): [string, string] => [name, one]),
  );
  const response = await genericTokenEndpointRequest(
    metadata,
    client,
    clientAuthentication,
    grantType,
    given,
    request,
  );
  const tokens = readTokens(await readAnswer(response), tokenTypes);
  const { idToken, accessToken } = tokens;
  return idToken === undefined
    ? tokens
    : { ...tokens, claims: await verifyIdToken(server, idToken, accessToken) };
}

/** The members of a successful answer (sections 5.1 and 7.1). Nothing of an ID token is believed yet. */
function readTokens(answer: Answer, tokenTypes: readonly string[]): TokenResponse {
  for (const [index, name] of [
    "access_token",
    "token_type",
    "refresh_token",
    "id_token",
    "scope",
  ].entries()) {
    const value = answer[name];
    if (typeof value === "string" ? value || name === "scope" : value === undefined && index > 1) continue;
    throw new InvalidTokenError(`The token response's '${name}' is missing or odd.`);
  }
  const { access_token, expires_in, scope, id_token, refresh_token } = answer as Record<string, string>;
  const tokenType = String(answer.token_type).toLowerCase();
  if (!tokenTypes.includes(tokenType)) throw new InvalidTokenError("The token is of a type nobody knows.");
  // A token for one purpose alone, as a session transfer: where its life is not told, nobody may count on any.
  const assumed = tokenType === "bearer" ? assumedLifetime : 0;
  const lifetime = expires_in === undefined ? assumed : Number.parseFloat(expires_in);
  if (!Number.isFinite(lifetime) || lifetime < 0)
    throw new InvalidTokenError("The token response's 'expires_in' is odd.");
  const { authorization_details, issued_token_type, recovery_code } = answer;
  return {
    accessToken: access_token!,
    expiresAt: Math.floor(Date.now() / 1000 + lifetime),
    scope,
    idToken: id_token,
    refreshToken: refresh_token,
    claims: undefined,
    authorizationDetails: authorization_details as AuthorizationDetails[] | undefined,
    tokenType,
    ...(issued_token_type !== undefined && { issuedTokenType: String(issued_token_type) }),
    ...(recovery_code !== undefined && { recoveryCode: String(recovery_code) }),
  };
}

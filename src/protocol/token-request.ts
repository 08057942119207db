import {
  genericTokenEndpointRequest,
  getValidatedIdTokenClaims,
  processGenericTokenEndpointResponse,
  type TokenEndpointResponse,
} from "oauth4webapi";
import { encodeBase64url } from "../base64url.ts";
import { verifyJws } from "./jws.ts";
import { InvalidTokenError } from "./oauth-error.ts";
import type { Server } from "./server.ts";

/** Claims of an ID token that was checked. */
export interface IdTokenClaims {
  iss: string;
  sub: string;
  aud: string | string[];
  exp: number;
  iat: number;
  nonce?: string;
  auth_time?: number;
  azp?: string;
  acr?: string;
  amr?: string[];
  /** Auth0: when the session at an upstream identity provider ends, seconds since the epoch. */
  session_expiry?: number;
  [claim: string]: unknown;
}

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
/** Seconds clocks may differ. */
const tolerance = 60;

/**
 * Asks the token endpoint (RFC 6749 section 3.2): the one way there, whatever the grant. `oauth4webapi` sends the request,
 * reads the answer, and checks `iss`, `aud`, `azp`, `exp` and `iat` of an ID token; its signature is checked here.
 *
 * @param parameters parameters beside `grant_type` and those of the client's authentication; `undefined` ones are left out
 * @param reading how to read the answer; for token types other than `Bearer`
 */
export async function requestTokens(
  { metadata, client, clientAuthentication, keys, request }: Server,
  grantType: string,
  parameters: Readonly<Record<string, string | string[] | undefined>>,
  reading?: Parameters<typeof processGenericTokenEndpointResponse>[3],
): Promise<TokenResponse> {
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
  const body = await processGenericTokenEndpointResponse(metadata, client, response, reading);
  if (body.id_token !== undefined) {
    await verifyIdToken(keys, client.client_id, body.id_token, body.access_token);
  }
  return readBody(body);
}

/**
 * What is left to check of an ID token: its signature, `azp` and `iat` (OpenID Connect Core section 3.1.3.7), and `at_hash`
 * where there is one (section 3.1.3.6).
 */
async function verifyIdToken(
  keys: Server["keys"],
  clientId: string,
  idToken: string,
  accessToken: string,
): Promise<void> {
  const { payload, hash } = await verifyJws(idToken, keys);
  if (payload.azp !== undefined && payload.azp !== clientId) {
    throw new InvalidTokenError("The ID token was issued to another client ('azp').");
  }
  if (Number(payload.iat) > Date.now() / 1000 + tolerance) {
    throw new InvalidTokenError("The ID token's 'iat' lies ahead.");
  }
  if (payload.at_hash === undefined) return;
  const digest = await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken));
  if (payload.at_hash !== encodeBase64url(new Uint8Array(digest, 0, digest.byteLength / 2))) {
    throw new InvalidTokenError("The ID token's 'at_hash' does not belong to the access token.");
  }
}

function readBody(body: TokenEndpointResponse): TokenResponse {
  return {
    accessToken: body.access_token,
    expiresAt: Math.floor(Date.now() / 1000) + (body.expires_in ?? assumedLifetime),
    scope: body.scope,
    idToken: body.id_token,
    refreshToken: body.refresh_token,
    claims: getValidatedIdTokenClaims(body) as IdTokenClaims | undefined,
    authorizationDetails: body.authorization_details as AuthorizationDetails[] | undefined,
    tokenType: body.token_type,
    ...(body.issued_token_type !== undefined && { issuedTokenType: String(body.issued_token_type) }),
    ...(body.recovery_code !== undefined && { recoveryCode: String(body.recovery_code) }),
  };
}

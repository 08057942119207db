import { getValidatedIdTokenClaims, type TokenEndpointResponse } from "oauth4webapi";
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
  [claim: string]: unknown;
}

/** A detail of a rich authorization (RFC 9396). */
export interface AuthorizationDetails {
  type: string;
  [parameter: string]: unknown;
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
}

/** RFC 6749 section 5.1 lets an issuer leave `expires_in` out: such a token is asked for anew after this many seconds. */
const assumedLifetime = 3600;

/**
 * The tokens of a response that `oauth4webapi` has processed, so that `iss`, `aud`, `azp`, `exp`, `iat` and `nonce` are
 * checked already. Left to do: the ID token's signature, and `at_hash` where it has one (OpenID Connect Core 3.1.3.6).
 *
 * @throws InvalidTokenError
 */
export async function readTokenResponse(server: Server, body: TokenEndpointResponse): Promise<TokenResponse> {
  const { access_token: accessToken, id_token: idToken, expires_in: expiresIn = assumedLifetime } = body;
  const claims = getValidatedIdTokenClaims(body) as IdTokenClaims | undefined;
  if (idToken !== undefined) {
    const { payload, hash } = await verifyJws(idToken, server.keys);
    if (payload.at_hash !== undefined && payload.at_hash !== (await halfHash(hash, accessToken))) {
      throw new InvalidTokenError("The ID token's 'at_hash' does not belong to the access token.");
    }
  }
  return {
    accessToken,
    expiresAt: Math.floor(Date.now() / 1000) + expiresIn,
    scope: body.scope,
    idToken,
    refreshToken: body.refresh_token,
    claims,
    authorizationDetails: body.authorization_details as AuthorizationDetails[] | undefined,
  };
}

async function halfHash(hash: string, text: string): Promise<string> {
  const digest = await crypto.subtle.digest(hash, new TextEncoder().encode(text));
  return encodeBase64url(new Uint8Array(digest, 0, digest.byteLength / 2));
}

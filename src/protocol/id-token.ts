import { isText } from "../arguments.ts";
import { encodeBase64url } from "../base64url.ts";
import { type Claims, verifyJws } from "./jws.ts";
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

/** Seconds clocks may differ; a token from a clock that is ahead is less of a risk than one that has expired. */
const tolerance = 30;
const aheadTolerance = 60;

/**
 * Checks an ID token (OpenID Connect Core section 3.1.3.7): signature, algorithm, `iss`, `aud`, `azp`, `sub`, `exp`, `iat`, `nbf`, and
 * `at_hash` where there is one (section 3.1.3.6). What binds it to a login is for the caller to check.
 *
 * @throws InvalidTokenError
 */
export async function verifyIdToken(
  server: Server,
  idToken: string,
  accessToken: string,
): Promise<IdTokenClaims> {
  const { payload, hash } = await verifyJws(idToken, server.keys, async (header, claims) => {
    const wrong =
      wrongIssuance(server, header, claims) ?? wrongClaim(server.client.client_id, claims, Date.now() / 1000);
    if (wrong) throw new InvalidTokenError(`The ID token is not valid: ${wrong}`);
  });
  if (payload.at_hash !== undefined) {
    const digest = await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken));
    if (payload.at_hash !== encodeBase64url(new Uint8Array(digest, 0, digest.byteLength / 2))) {
      throw new InvalidTokenError("The ID token's 'at_hash' does not belong to the access token.");
    }
  }
  return payload as IdTokenClaims;
}

/** What is wrong with who made a token of the issuer's, how, and for whom: alike for ID tokens and logout tokens. */
export function wrongIssuance(
  { metadata, client }: Server,
  { alg }: Claims,
  { iss, aud }: Claims,
): string | undefined {
  const { id_token_signed_response_alg: registered } = client;
  const algorithms = [registered ?? metadata.id_token_signing_alg_values_supported ?? "RS256"].flat();
  if (!algorithms.includes(String(alg))) return "Its signature algorithm is not that of ID tokens ('alg').";
  if (iss !== metadata.issuer) return "It comes from another issuer ('iss').";
  return [aud].flat().includes(client.client_id) ? undefined : "It is meant for another client ('aud').";
}

function wrongClaim(
  clientId: string,
  { sub, aud, azp, exp, iat, nbf, auth_time }: Claims,
  now: number,
): string | undefined {
  const isNumber = (value: unknown): value is number => typeof value === "number";
  if (!isText(sub)) return "It names no user ('sub').";
  if (azp === undefined ? [aud].flat().length > 1 : azp !== clientId)
    return "It is meant for others as well ('aud'), or was issued to another client ('azp').";
  if (!isNumber(exp) || exp <= now - tolerance) return "It has expired ('exp').";
  if (!isNumber(iat) || iat > now + aheadTolerance) return "Its 'iat' is missing or lies ahead.";
  if (nbf !== undefined && (!isNumber(nbf) || nbf > now + tolerance)) return "It is not valid yet ('nbf').";
  return auth_time === undefined || (isNumber(auth_time) && auth_time >= 0)
    ? undefined
    : "Its 'auth_time' is no time.";
}

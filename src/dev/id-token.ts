import { encode } from "jose/base64url";
import { SignJWT } from "jose/jwt/sign";
import { ISSUER, type User } from "./configuration.ts";
import { connectionOf } from "./connections.ts";
import type { TenantContext } from "./context.ts";
import { sha256 } from "./encoding.ts";
import type { Grant } from "./grant.ts";
import { grantClaims } from "./grant-claims.ts";
import { userClaims } from "./user-claims.ts";

/** Seconds an ID token lives; Auth0's default for new applications. */
const LIFETIME = 36_000;

/**
 * Signs an ID token (OpenID Connect Core 1.0 §2).
 *
 * @param scope Scopes of this token response; they decide which claims about the person are in.
 * @param accessToken The access token issued with it, for `at_hash` (§3.1.3.6).
 * @param nonce The login's; left out on refresh (§12.2).
 */
export async function signIdToken(
  tenant: TenantContext,
  grant: Grant,
  user: User,
  scope: readonly string[],
  accessToken: string,
  nonce: string | undefined,
): Promise<string> {
  const { kid, privateKey } = await tenant.signingKeys.current();
  const now = tenant.now();
  const leftHalf = (await sha256(accessToken)).subarray(0, 16);
  const sessionExpiresIn = user.sessionExpiresIn ?? connectionOf(user.sub, tenant)?.sessionExpiresIn;
  const claims = {
    ...userClaims(user, scope),
    ...(grant.sid === undefined ? {} : { sid: grant.sid }),
    auth_time: grant.authTime,
    at_hash: encode(leftHalf),
    ...(sessionExpiresIn === undefined ? {} : { session_expiry: grant.authTime + sessionExpiresIn }),
    ...(grant.mfa ? { amr: ["mfa"] } : {}),
    ...grantClaims(grant),
    ...(nonce === undefined ? {} : { nonce }),
  };
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
    .setIssuer(ISSUER)
    .setSubject(grant.sub)
    .setAudience(grant.clientId)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME)
    .sign(privateKey);
}

import { SignJWT } from "jose/jwt/sign";
import { ISSUER } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";

/** Seconds a logout token is good for. */
const LIFETIME = 120;

/** What has ended: a session of a person, or all of theirs. At least one of the two is there. */
export interface Ended {
  sub?: string;
  sid?: string;
}

/** Signs a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export async function signLogoutToken(
  tenant: TenantContext,
  clientId: string,
  { sub, sid }: Ended,
): Promise<string> {
  const { kid, privateKey } = await tenant.signingKeys.current();
  const now = tenant.now();
  const claims = {
    events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    jti: randomToken(),
    ...(sub !== undefined && { sub }),
    ...(sid !== undefined && { sid }),
  };
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "logout+jwt", kid })
    .setIssuer(ISSUER)
    .setAudience(clientId)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME)
    .sign(privateKey);
}

import { SignJWT } from "jose/jwt/sign";
import { ISSUER } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import type { Grant } from "./grant.ts";
import { grantClaims } from "./grant-claims.ts";

/**
 * Makes an access token: a JWT in Auth0's token profile when it is for an API, otherwise an opaque one that
 * serves the userinfo endpoint only.
 *
 * @param scope Scopes of this token.
 * @param audience The API it is for.
 */
export async function createAccessToken(
  tenant: TenantContext,
  grant: Grant,
  scope: readonly string[],
  audience: string | undefined,
): Promise<string> {
  const { accessTokenLifetime } = tenant.configuration;
  const token =
    audience === undefined ? randomToken() : await signAccessToken(tenant, grant, scope, audience);
  const record = { grantId: grant.id, sub: grant.sub, scope };
  await tenant.records.save("access", token, record, accessTokenLifetime);
  return token;
}

async function signAccessToken(
  tenant: TenantContext,
  grant: Grant,
  scope: readonly string[],
  audience: string,
): Promise<string> {
  const { kid, privateKey } = await tenant.signingKeys.current();
  const now = tenant.now();
  // `jti` keeps two tokens of the same second apart: they are told apart by their hash in the storage.
  const claims = {
    azp: grant.clientId,
    scope: scope.join(" "),
    jti: randomToken(),
    ...(grant.gty === undefined ? {} : { gty: grant.gty }),
    ...grantClaims(grant),
    // RFC 9396 §9.1.
    ...(grant.authorizationDetails && { authorization_details: grant.authorizationDetails }),
  };
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
    .setIssuer(ISSUER)
    .setSubject(grant.sub)
    .setAudience(scope.includes("openid") ? [audience, `${ISSUER}userinfo`] : audience)
    .setIssuedAt(now)
    .setExpirationTime(now + tenant.configuration.accessTokenLifetime)
    .sign(privateKey);
}

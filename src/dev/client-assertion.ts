import type { JWTVerifyGetKey } from "jose";
import { createLocalJWKSet } from "jose/jwks/local";
import { jwtVerify } from "jose/jwt/verify";
import { importSPKI } from "jose/key/import";
import { type Client, ISSUER } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Parameters } from "./parameters.ts";

/** `token_endpoint_auth_signing_alg_values_supported`. */
export const ASSERTION_ALGORITHMS: readonly string[] = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
];

/** `client_assertion_type` of RFC 7523 §2.2. */
const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** Seconds an assertion may live; Auth0 takes no longer ones. */
const MAX_LIFETIME = 300;
/** Audiences that mean this tenant. */
const AUDIENCES: readonly unknown[] = [ISSUER, `${ISSUER}oauth/token`];

/**
 * Checks the assertion of a client that authenticates by `private_key_jwt` (RFC 7523 §3). Each one works once.
 *
 * @throws {OAuthError} 401 `invalid_client`.
 */
export async function checkClientAssertion(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<void> {
  const assertion = parameters.get("client_assertion");
  if (assertion === undefined) throw refused("The client has to authenticate by private_key_jwt");
  if (parameters.get("client_assertion_type") !== TYPE)
    throw refused(`client_assertion_type must be ${TYPE}`);
  const now = tenant.now();
  const claims = await verified(assertion, client, now);
  // One string only: an assertion that names several audiences could be one made for another server.
  if (!AUDIENCES.includes(claims.aud)) throw refused(`The assertion must have the audience ${ISSUER}`);
  if (claims.exp! - now > MAX_LIFETIME)
    throw refused(`The assertion may live ${MAX_LIFETIME} seconds at most`);
  const { jti } = claims;
  if (typeof jti !== "string" || jti === "") throw refused("The assertion must have a jti");
  if (!(await tenant.records.spend("assertion", `${client.clientId} ${jti}`, MAX_LIFETIME + 60))) {
    throw refused("The assertion has been used before");
  }
}

async function verified(assertion: string, client: Client, now: number) {
  try {
    const { payload } = await jwtVerify(assertion, keysOf(client), {
      algorithms: [...ASSERTION_ALGORITHMS],
      issuer: client.clientId,
      subject: client.clientId,
      requiredClaims: ["exp"],
      currentDate: new Date(now * 1000),
    });
    return payload;
  } catch {
    throw refused("The assertion is malformed, expired, of another client or not signed by its key");
  }
}

function keysOf({ jwks, publicKeyPem }: Client): JWTVerifyGetKey {
  if (jwks !== undefined) return createLocalJWKSet({ keys: [...jwks.keys] });
  return ({ alg }) => importSPKI(publicKeyPem!, alg!);
}

function refused(description: string): OAuthError {
  return new OAuthError(401, "invalid_client", description);
}

import { OAuthError } from "./oauth-error.ts";

/** The grant types of the tenant's token endpoint. */
export const GRANT_TYPE = {
  authorizationCode: "authorization_code",
  refreshToken: "refresh_token",
  clientCredentials: "client_credentials",
  password: "password",
  passwordRealm: "http://auth0.com/oauth/grant-type/password-realm",
  ciba: "urn:openid:params:grant-type:ciba",
  connectionToken: "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token",
  passwordlessOtp: "http://auth0.com/oauth/grant-type/passwordless/otp",
  mfaOtp: "http://auth0.com/oauth/grant-type/mfa-otp",
  mfaOob: "http://auth0.com/oauth/grant-type/mfa-oob",
  mfaRecoveryCode: "http://auth0.com/oauth/grant-type/mfa-recovery-code",
  webauthn: "urn:okta:params:oauth:grant-type:webauthn",
  tokenExchange: "urn:ietf:params:oauth:grant-type:token-exchange",
} as const;

/** All of them. */
export const DEV_TENANT_GRANT_TYPES: readonly string[] = Object.values(GRANT_TYPE);

/**
 * Checks that a client may use a grant type.
 *
 * @throws {OAuthError} 403 `unauthorized_client`.
 */
export function requireGrantType(client: { grantTypes: readonly string[] }, grantType: string): void {
  if (client.grantTypes.includes(grantType)) return;
  throw new OAuthError(403, "unauthorized_client", `Grant type '${grantType}' not allowed for the client.`);
}

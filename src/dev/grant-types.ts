/** The grant types of the tenant's token endpoint. */
export const GRANT_TYPE = {
  authorizationCode: "authorization_code",
  refreshToken: "refresh_token",
  clientCredentials: "client_credentials",
  password: "password",
  passwordRealm: "http://auth0.com/oauth/grant-type/password-realm",
} as const;

/** All of them. */
export const DEV_TENANT_GRANT_TYPES: readonly string[] = Object.values(GRANT_TYPE);

import type { Endpoint } from "./context.ts";
import { DIRECT_ENDPOINTS } from "./direct-endpoints.ts";
import { avatarEndpoint } from "./endpoints/avatar.ts";
import { homeEndpoint } from "./endpoints/home.ts";
import { jwksEndpoint } from "./endpoints/jwks.ts";
import { oidcLogoutEndpoint } from "./endpoints/oidc-logout.ts";
import { openidConfigurationEndpoint } from "./endpoints/openid-configuration.ts";
import { revokeEndpoint } from "./endpoints/revoke.ts";
import { tokenEndpoint } from "./endpoints/token.ts";
import { userinfoEndpoint } from "./endpoints/userinfo.ts";
import { v2LogoutEndpoint } from "./endpoints/v2-logout.ts";
import { LOGIN_ENDPOINTS } from "./login-endpoints.ts";

/** Every endpoint of the tenant. */
export const ENDPOINTS: readonly Endpoint[] = [
  openidConfigurationEndpoint,
  jwksEndpoint,
  ...LOGIN_ENDPOINTS,
  tokenEndpoint,
  userinfoEndpoint,
  revokeEndpoint,
  oidcLogoutEndpoint,
  v2LogoutEndpoint,
  ...DIRECT_ENDPOINTS,
  avatarEndpoint,
  homeEndpoint,
];

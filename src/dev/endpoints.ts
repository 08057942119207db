import type { Endpoint } from "./context.ts";
import { avatarEndpoint } from "./endpoints/avatar.ts";
import { changePasswordEndpoint } from "./endpoints/change-password.ts";
import { homeEndpoint } from "./endpoints/home.ts";
import { jwksEndpoint } from "./endpoints/jwks.ts";
import { mailboxEndpoint } from "./endpoints/mailbox.ts";
import { mfaAssociateEndpoint } from "./endpoints/mfa-associate.ts";
import { mfaAuthenticatorEndpoint, mfaAuthenticatorsEndpoint } from "./endpoints/mfa-authenticators.ts";
import { mfaChallengeEndpoint } from "./endpoints/mfa-challenge.ts";
import { oidcLogoutEndpoint } from "./endpoints/oidc-logout.ts";
import { openidConfigurationEndpoint } from "./endpoints/openid-configuration.ts";
import { otpChallengeEndpoint } from "./endpoints/otp-challenge.ts";
import { passwordlessLinkEndpoint } from "./endpoints/passwordless-link.ts";
import { passwordlessStartEndpoint } from "./endpoints/passwordless-start.ts";
import { resetPasswordEndpoint } from "./endpoints/reset-password.ts";
import { revokeEndpoint } from "./endpoints/revoke.ts";
import { signupEndpoint } from "./endpoints/signup.ts";
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
  passwordlessStartEndpoint,
  passwordlessLinkEndpoint,
  otpChallengeEndpoint,
  signupEndpoint,
  changePasswordEndpoint,
  resetPasswordEndpoint,
  mfaAssociateEndpoint,
  mfaAuthenticatorsEndpoint,
  mfaAuthenticatorEndpoint,
  mfaChallengeEndpoint,
  mailboxEndpoint,
  avatarEndpoint,
  homeEndpoint,
];

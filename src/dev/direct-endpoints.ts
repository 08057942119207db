import type { Endpoint } from "./context.ts";
import { anonymousLogoutEndpoint } from "./endpoints/anonymous-logout.ts";
import { anonymousTokenEndpoint } from "./endpoints/anonymous-token.ts";
import { changePasswordEndpoint } from "./endpoints/change-password.ts";
import { mailboxEndpoint } from "./endpoints/mailbox.ts";
import { mfaAssociateEndpoint } from "./endpoints/mfa-associate.ts";
import { mfaAuthenticatorEndpoint, mfaAuthenticatorsEndpoint } from "./endpoints/mfa-authenticators.ts";
import { mfaChallengeEndpoint } from "./endpoints/mfa-challenge.ts";
import { otpChallengeEndpoint } from "./endpoints/otp-challenge.ts";
import { passkeyChallengeEndpoint } from "./endpoints/passkey-challenge.ts";
import { passkeyRegisterEndpoint } from "./endpoints/passkey-register.ts";
import { passwordlessLinkEndpoint } from "./endpoints/passwordless-link.ts";
import { passwordlessStartEndpoint } from "./endpoints/passwordless-start.ts";
import { resetPasswordEndpoint } from "./endpoints/reset-password.ts";
import { signupEndpoint } from "./endpoints/signup.ts";
import { webfingerEndpoint } from "./endpoints/webfinger.ts";

/** The endpoints of those ways to log in that need no login page, and what belongs to them. */
export const DIRECT_ENDPOINTS: readonly Endpoint[] = [
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
  passkeyRegisterEndpoint,
  passkeyChallengeEndpoint,
  anonymousTokenEndpoint,
  anonymousLogoutEndpoint,
  webfingerEndpoint,
  mailboxEndpoint,
];

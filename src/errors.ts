/**
 * Every error of the SDK: a class to catch and a stable `code` to switch on.
 * Class names and codes are those of `@auth0/auth0-server-js` where it has one.
 */

/** What an authorization server said, kept as the `cause` of the error it led to (RFC 6749 section 5.2). */
export interface OAuthErrorCause {
  /** The `error` code, such as `invalid_grant`. */
  error: string;
  /** The `error_description`, where the server sent one. */
  error_description?: string | undefined;
  /** A readable summary. */
  message: string;
  /** HTTP status of the answer; absent where there was none, or where the browser brought the error. */
  statusCode?: number | undefined;
  /** Auth0's `mfa_token`, present when `error` is `mfa_required`. */
  mfa_token?: string | undefined;
  /** Which factors may be challenged or enrolled, present when `error` is `mfa_required`. */
  mfa_requirements?: MfaRequirements | undefined;
}

/** A factor Auth0 names where it demands another one. */
export type MfaRequiredFactorType =
  | "otp"
  | "oob"
  | "email"
  | "webauthn-roaming"
  | "webauthn-platform"
  | "push-notification"
  | "phone";

/** What a user has to do before tokens are issued: prove a factor they have, or enroll one. */
export interface MfaRequirements {
  challenge?: { type: MfaRequiredFactorType }[] | undefined;
  enroll?: { type: MfaRequiredFactorType }[] | undefined;
}

/** Base of all errors this package throws on purpose: `instanceof EdgeAuthError` catches every one. */
export class EdgeAuthError extends Error {
  /** Stable and machine-readable. */
  readonly code: string;

  /** The name is passed as text, because minifiers rename classes. */
  constructor(name: string, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
    this.code = code;
  }
}

/** No transaction belongs to this callback: it expired, was used, or was started in another browser. */
export class MissingTransactionError extends EdgeAuthError {
  constructor(
    message = "No login in this browser belongs to this callback. It may have expired, be finished already, or have begun in another browser. Please start again.",
  ) {
    super("MissingTransactionError", "missing_transaction_error", message);
  }
}

/** An argument the method cannot do without was left out. */
export class MissingRequiredArgumentError extends EdgeAuthError {
  /** @param argument the name of the missing argument */
  constructor(argument: string) {
    super(
      "MissingRequiredArgumentError",
      "missing_required_argument_error",
      `The argument '${argument}' is required but was not provided.`,
    );
  }
}

/** There is no session, and the method needs one. */
export class MissingSessionError extends EdgeAuthError {
  constructor(message: string) {
    super("MissingSessionError", "missing_session_error", message);
  }
}

/** An option has a value that cannot work; the message names the option and what to do. */
export class InvalidConfigurationError extends EdgeAuthError {
  constructor(message: string, cause?: unknown) {
    super("InvalidConfigurationError", "invalid_configuration_error", message, cause);
  }
}

/**
 * The issuer of a token or callback is not the one it should be. Part of the contract of `@auth0/auth0-server-js`, so that
 * code which catches it compiles; here such a token is a `TokenByCodeError` or `VerifyLogoutTokenError`.
 */
export class IssuerValidationError extends EdgeAuthError {
  constructor(message: string) {
    super("IssuerValidationError", "issuer_validation_error", message);
  }
}

/** The upstream identity provider's session ended (`session_expiry`): the user has to log in again. */
export class SessionExpiredError extends EdgeAuthError {
  constructor(message = "The session has reached the ceiling its identity provider set. Log in again.") {
    super("SessionExpiredError", "session_expired", message);
  }
}

/** The session does not fit 8 KB of cookies. The cookies of before are untouched. */
export class SessionTooLargeError extends EdgeAuthError {
  constructor(message: string) {
    super("SessionTooLargeError", "session_too_large", message);
  }
}

/** The response has left, so a session that lives in a cookie cannot be changed any more. */
export class ResponseCommittedError extends EdgeAuthError {
  constructor(
    message = "The response was already sent, so its cookies can no longer change. Get the access token before the response is returned, or use a stateful store.",
  ) {
    super("ResponseCommittedError", "response_committed", message);
  }
}

/** The issuer's metadata or keys cannot be had: it is down, slow, or answers something else. */
export class DiscoveryError extends EdgeAuthError {
  constructor(message: string, cause?: unknown) {
    super("DiscoveryError", "discovery_error", message, cause);
  }
}

/** The issuer, or this configuration, does not offer what was asked for; `code` says what. */
export class NotSupportedError extends EdgeAuthError {
  constructor(code: "par_not_supported_error" | "mtls_without_custom_fetch_not_supported", message: string) {
    super("NotSupportedError", code, message);
  }
}

/** The operation needs a client that proves itself, and neither secret, key nor certificate is configured. */
export class MissingClientAuthError extends EdgeAuthError {
  constructor(
    message = "Configure 'clientSecret', 'clientAssertionSigningKey' or 'useMtls': this operation is not open to public clients.",
  ) {
    super("MissingClientAuthError", "missing_client_auth_error", message);
  }
}

/** The authorization URL cannot be built. */
export class BuildAuthorizationUrlError extends EdgeAuthError {
  constructor(message: string, cause?: unknown) {
    super("BuildAuthorizationUrlError", "build_authorization_url_error", message, cause);
  }
}

/** The URL for linking an account cannot be built. */
export class BuildLinkUserUrlError extends EdgeAuthError {
  constructor(message: string, cause?: unknown) {
    super("BuildLinkUserUrlError", "build_link_user_url_error", message, cause);
  }
}

/** The URL for unlinking an account cannot be built. */
export class BuildUnlinkUserUrlError extends EdgeAuthError {
  constructor(message: string, cause?: unknown) {
    super("BuildUnlinkUserUrlError", "build_unlink_user_url_error", message, cause);
  }
}

/** The callback or the exchange of its code failed; `cause` has the OAuth error. */
export class TokenByCodeError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenByCodeError", "token_by_code_error", message, cause);
  }
}

/** The refresh token is missing, or the issuer refused it; `cause` has the OAuth error. */
export class TokenByRefreshTokenError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenByRefreshTokenError", "token_by_refresh_token_error", message, cause);
  }
}

/** The client's own token cannot be had; `cause` has the OAuth error. */
export class TokenByClientCredentialsError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenByClientCredentialsError", "token_by_client_credentials_error", message, cause);
  }
}

/** The claims of the UserInfo endpoint cannot be had; `cause` has the OAuth error. */
export class UserInfoError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("UserInfoError", "user_info_error", message, cause);
  }
}

/** An access token of an upstream identity provider cannot be had; `cause` has the OAuth error. */
export class TokenForConnectionError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenForConnectionError", "token_for_connection_error", message, cause);
  }
}

/** A back-channel login was refused, ran out of time, or could not be started; `cause` has the OAuth error. */
export class BackchannelAuthenticationError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("BackchannelAuthenticationError", "backchannel_authentication_error", message, cause);
  }
}

/** A token exchange (RFC 8693) failed; `cause` has the OAuth error. */
export class TokenExchangeError extends EdgeAuthError {
  /** @param code `actor_unavailable` where a session transfer has nobody to act; see {@link TokenExchangeErrorCode} */
  constructor(message: string, cause?: OAuthErrorCause, code = "token_exchange_error") {
    super("TokenExchangeError", code, message, cause);
  }
}

/** Codes of a session transfer that failed; the latter two are the issuer's, and stand in `cause.error`. */
export const TokenExchangeErrorCode = {
  ACTOR_UNAVAILABLE: "actor_unavailable",
  SETACTOR_REQUIRED: "setactor_required",
  SESSION_TRANSFER_DISABLED: "session_transfer_disabled",
} as const;
export type TokenExchangeErrorCode = (typeof TokenExchangeErrorCode)[keyof typeof TokenExchangeErrorCode];

/** User name and password got no tokens; `cause` has the OAuth error. */
export class TokenByPasswordError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenByPasswordError", "token_by_password_error", message, cause);
  }
}

/** A one-time code or magic link could not be sent; `cause` has the OAuth error. */
export class PasswordlessStartError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasswordlessStartError", "passwordless_start_error", message, cause);
  }
}

/** A one-time code was refused, or another factor is required; `cause` has the OAuth error. */
export class PasswordlessVerifyError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasswordlessVerifyError", "passwordless_verify_error", message, cause);
  }
}

/** A one-time code for a database connection could not be sent; `cause` has the OAuth error. */
export class PasswordlessChallengeError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasswordlessChallengeError", "passwordless_challenge_error", message, cause);
  }
}

/** A one-time code of a database connection got no tokens; `cause` has the OAuth error. */
export class PasswordlessDbGetTokenError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasswordlessDbGetTokenError", "passwordless_db_get_token_error", message, cause);
  }
}

/** The authenticators of a user cannot be listed; `cause` has the OAuth error. */
export class MfaListAuthenticatorsError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaListAuthenticatorsError", "mfa_list_authenticators_error", message, cause);
  }
}

/** An authenticator cannot be enrolled; `cause` has the OAuth error. */
export class MfaEnrollmentError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaEnrollmentError", "mfa_enrollment_error", message, cause);
  }
}

/** An authenticator cannot be deleted; `cause` has the OAuth error. */
export class MfaDeleteAuthenticatorError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaDeleteAuthenticatorError", "mfa_delete_authenticator_error", message, cause);
  }
}

/** An authenticator cannot be challenged; `cause` has the OAuth error. */
export class MfaChallengeError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaChallengeError", "mfa_challenge_error", message, cause);
  }
}

/** A second factor was refused; `cause` has the OAuth error. */
export class MfaVerifyError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaVerifyError", "mfa_verify_error", message, cause);
  }
}

/** Signing up with a passkey cannot begin; `cause` has the OAuth error. */
export class PasskeyRegisterError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasskeyRegisterError", "passkey_register_error", message, cause);
  }
}

/** Logging in with a passkey cannot begin; `cause` has the OAuth error. */
export class PasskeyChallengeError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasskeyChallengeError", "passkey_challenge_error", message, cause);
  }
}

/** A passkey got no tokens; `cause` has the OAuth error. */
export class PasskeyGetTokenError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasskeyGetTokenError", "passkey_get_token_error", message, cause);
  }
}

/** A user could not be signed up; `cause` has the OAuth error. */
export class SignUpError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("SignUpError", "signup_error", message, cause);
  }
}

/** The mail for changing a password could not be asked for; `cause` has the OAuth error. */
export class ChangePasswordError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("ChangePasswordError", "change_password_error", message, cause);
  }
}

/** An anonymous session failed. Its `code` is the issuer's, such as `invalid_session_token`; `cause` has the OAuth error. */
export class AnonymousSessionError extends EdgeAuthError {
  constructor(code: string, message: string, cause?: OAuthErrorCause) {
    super("AnonymousSessionError", code, message, cause);
  }
}

/** A token could not be revoked (RFC 7009); `cause` has the OAuth error. */
export class TokenRevocationError extends EdgeAuthError {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenRevocationError", "token_revocation_error", message, cause);
  }
}

/** A logout token is not valid (OpenID Connect Back-Channel Logout 1.0 section 2.6). */
export class VerifyLogoutTokenError extends EdgeAuthError {
  constructor(message: string, cause?: unknown) {
    super("VerifyLogoutTokenError", "verify_logout_token_error", message, cause);
  }
}

/** A back-channel logout could not be carried out. */
export class BackchannelLogoutError extends EdgeAuthError {
  constructor(message: string, cause?: unknown) {
    super("BackchannelLogoutError", "backchannel_logout_error", message, cause);
  }
}

/** The organization asked for is blank, or is not the one in the ID token. */
export class OrganizationValidationError extends EdgeAuthError {
  constructor(message: string) {
    super("OrganizationValidationError", "organization_validation_error", message);
  }
}

/** An error whose `cause` says that another factor is required, and which. */
export type MfaRequiredError = EdgeAuthError & {
  cause: OAuthErrorCause & { error: "mfa_required"; mfa_token: string };
};

/** Whether an error says that a second factor is required: then `cause.mfa_token` opens the `mfa` methods. */
export function isMfaRequiredError(error: unknown): error is MfaRequiredError {
  const cause = error instanceof EdgeAuthError ? (error.cause as OAuthErrorCause | undefined) : undefined;
  return cause?.error === "mfa_required" && typeof cause.mfa_token === "string";
}

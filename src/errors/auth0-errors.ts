import { EdgeAuthError, type OAuthErrorCause } from "./edge-auth-error.ts";

/** What goes wrong at endpoints only Auth0 has. */

/** An access token of an upstream identity provider cannot be had; `cause` has the OAuth error. */
export class TokenForConnectionError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenForConnectionError", "token_for_connection_error", message, cause);
  }
}

/** User name and password got no tokens; `cause` has the OAuth error. */
export class TokenByPasswordError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenByPasswordError", "token_by_password_error", message, cause);
  }
}

/** A one-time code or magic link could not be sent; `cause` has the OAuth error. */
export class PasswordlessStartError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasswordlessStartError", "passwordless_start_error", message, cause);
  }
}

/** A one-time code was refused, or another factor is required; `cause` has the OAuth error. */
export class PasswordlessVerifyError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasswordlessVerifyError", "passwordless_verify_error", message, cause);
  }
}

/** A one-time code for a database connection could not be sent; `cause` has the OAuth error. */
export class PasswordlessChallengeError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasswordlessChallengeError", "passwordless_challenge_error", message, cause);
  }

  /** What is wrong with which field, where Auth0 says so: `cause.validation_errors`. */
  get validationErrors(): OAuthErrorCause["validation_errors"] {
    return this.cause?.validation_errors;
  }
}

/** A one-time code of a database connection got no tokens; `cause` has the OAuth error. */
export class PasswordlessDbGetTokenError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasswordlessDbGetTokenError", "passwordless_db_get_token_error", message, cause);
  }
}

/** The authenticators of a user cannot be listed; `cause` has the OAuth error. */
export class MfaListAuthenticatorsError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaListAuthenticatorsError", "mfa_list_authenticators_error", message, cause);
  }
}

/** An authenticator cannot be enrolled; `cause` has the OAuth error. */
export class MfaEnrollmentError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaEnrollmentError", "mfa_enrollment_error", message, cause);
  }
}

/** An authenticator cannot be deleted; `cause` has the OAuth error. */
export class MfaDeleteAuthenticatorError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaDeleteAuthenticatorError", "mfa_delete_authenticator_error", message, cause);
  }
}

/** An authenticator cannot be challenged; `cause` has the OAuth error. */
export class MfaChallengeError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaChallengeError", "mfa_challenge_error", message, cause);
  }
}

/** A second factor was refused; `cause` has the OAuth error. */
export class MfaVerifyError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("MfaVerifyError", "mfa_verify_error", message, cause);
  }
}

/** Signing up with a passkey cannot begin; `cause` has the OAuth error. */
export class PasskeyRegisterError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasskeyRegisterError", "passkey_register_error", message, cause);
  }
}

/** Logging in with a passkey cannot begin; `cause` has the OAuth error. */
export class PasskeyChallengeError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasskeyChallengeError", "passkey_challenge_error", message, cause);
  }
}

/** A passkey got no tokens; `cause` has the OAuth error. */
export class PasskeyGetTokenError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("PasskeyGetTokenError", "passkey_get_token_error", message, cause);
  }
}

/** A user could not be signed up; `cause` has the OAuth error. */
export class SignUpError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("SignUpError", "signup_error", message, cause);
  }
}

/** The mail for changing a password could not be asked for; `cause` has the OAuth error. */
export class ChangePasswordError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("ChangePasswordError", "change_password_error", message, cause);
  }
}

/** An anonymous session failed. Its `code` is the issuer's, such as `invalid_session_token`; `cause` has the OAuth error. */
export class AnonymousSessionError extends EdgeAuthError<OAuthErrorCause> {
  constructor(code: string, message: string, cause?: OAuthErrorCause) {
    super("AnonymousSessionError", code, message, cause);
  }
}

/** An error whose `cause` says that another factor is required, and which. */
export type MfaRequiredError = EdgeAuthError<OAuthErrorCause> & {
  cause: OAuthErrorCause & { error: "mfa_required"; mfa_token: string };
};

/** Whether an error says that a second factor is required: then `cause.mfa_token` opens the `mfa` methods. */
export function isMfaRequiredError(error: unknown): error is MfaRequiredError {
  const cause = error instanceof EdgeAuthError ? (error.cause as OAuthErrorCause | undefined) : undefined;
  return cause?.error === "mfa_required" && typeof cause.mfa_token === "string";
}

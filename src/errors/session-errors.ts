import { EdgeAuthError } from "./edge-auth-error.ts";

/** What goes wrong with configuration, arguments, sessions and callbacks. */

/** No transaction belongs to this callback: it expired, was used, or was started in another browser. */
export class MissingTransactionError extends EdgeAuthError {
  constructor(
    message = "No login in this browser belongs to this callback. It may have expired, be finished, or have begun in another browser. Please start again.",
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

/**
 * Linking an account cannot start. Part of the contract of `@auth0/auth0-server-js`, so that code which catches it compiles;
 * what goes wrong there is a `MissingSessionError` or `BuildLinkUserUrlError`.
 */
export class StartLinkUserError extends EdgeAuthError {
  constructor(message: string) {
    super("StartLinkUserError", "start_link_user_error", message);
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

/** The session was changed by other requests each time it was about to be. Nothing was lost; try again. */
export class SessionChangedError extends EdgeAuthError {
  constructor(message = "Other requests keep changing the session. Try again.") {
    super("SessionChangedError", "session_changed", message);
  }
}

/** The database that keeps the sessions failed or did not answer in time. Nothing is known of the session then. */
export class SessionStoreError extends EdgeAuthError {
  constructor(message = "The session store could not be reached.", cause?: unknown) {
    super("SessionStoreError", "session_store_error", message, cause);
  }
}

/** The response has left, so a session that lives in a cookie cannot be changed any more. */
export class ResponseCommittedError extends EdgeAuthError {
  constructor(
    message = "The response was already sent, so its cookies can no longer change. Get tokens and change the session before that, or use a stateful store.",
  ) {
    super("ResponseCommittedError", "response_committed", message);
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

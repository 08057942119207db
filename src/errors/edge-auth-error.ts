/** What an authorization server said, kept as the `cause` of the error it led to (RFC 6749 section 5.2). */
export interface OAuthErrorCause {
  /** The `error` code, such as `invalid_grant`. */
  error: string;
  /** The `error_description`; where the server sent none, the summary of `message`. */
  error_description: string;
  /** A readable summary. */
  message: string;
  /** HTTP status of the answer; absent where there was none, or where the browser brought the error. */
  statusCode?: number | undefined;
  /** Auth0's `mfa_token`, present when `error` is `mfa_required`. */
  mfa_token?: string | undefined;
  /** Which factors may be challenged or enrolled, present when `error` is `mfa_required`. */
  mfa_requirements?: MfaRequirements | undefined;
  /** What is wrong with which field, where Auth0 says so. */
  validation_errors?: { field: string; message: string }[] | undefined;
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

/**
 * Base of all errors this package throws on purpose: `instanceof EdgeAuthError` catches every one. `cause` says what led to it:
 * an {@link OAuthErrorCause} where an authorization server was asked.
 */
export class EdgeAuthError<TCause = unknown> extends Error {
  declare readonly cause?: TCause;
  /** Stable and machine-readable. */
  readonly code: string;

  /** The name is passed as text, because minifiers rename classes. */
  constructor(name: string, code: string, message: string, cause?: TCause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
    this.code = code;
  }

  /** HTTP status of the authorization server's answer, where that is what went wrong: `cause.statusCode`. */
  get statusCode(): number | undefined {
    return (this.cause as Partial<OAuthErrorCause> | undefined)?.statusCode;
  }
}

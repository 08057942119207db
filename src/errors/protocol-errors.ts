import { EdgeAuthError, type OAuthErrorCause } from "./edge-auth-error.ts";

/** What goes wrong between client and authorization server. */

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
export class BuildAuthorizationUrlError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("BuildAuthorizationUrlError", "build_authorization_url_error", message, cause);
  }
}

/** The URL for linking an account cannot be built. */
export class BuildLinkUserUrlError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("BuildLinkUserUrlError", "build_link_user_url_error", message, cause);
  }
}

/** The URL for unlinking an account cannot be built. */
export class BuildUnlinkUserUrlError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("BuildUnlinkUserUrlError", "build_unlink_user_url_error", message, cause);
  }
}

/** The callback or the exchange of its code failed; `cause` has the OAuth error. */
export class TokenByCodeError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenByCodeError", "token_by_code_error", message, cause);
  }
}

/** The refresh token is missing, or the issuer refused it; `cause` has the OAuth error. */
export class TokenByRefreshTokenError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenByRefreshTokenError", "token_by_refresh_token_error", message, cause);
  }
}

/** The client's own token cannot be had; `cause` has the OAuth error. */
export class TokenByClientCredentialsError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("TokenByClientCredentialsError", "token_by_client_credentials_error", message, cause);
  }
}

/** The claims of the UserInfo endpoint cannot be had; `cause` has the OAuth error. */
export class UserInfoError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("UserInfoError", "user_info_error", message, cause);
  }
}

/** A back-channel login was refused, ran out of time, or could not be started; `cause` has the OAuth error. */
export class BackchannelAuthenticationError extends EdgeAuthError<OAuthErrorCause> {
  constructor(message: string, cause?: OAuthErrorCause) {
    super("BackchannelAuthenticationError", "backchannel_authentication_error", message, cause);
  }
}

/** A token exchange (RFC 8693) failed; `cause` has the OAuth error. */
export class TokenExchangeError extends EdgeAuthError<OAuthErrorCause> {
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

/** A token could not be revoked (RFC 7009); `cause` has the OAuth error. */
export class TokenRevocationError extends EdgeAuthError<OAuthErrorCause> {
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

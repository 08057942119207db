/** What every event says. It never has a token, a code, a `state`, a secret, a cookie, an address or a claim. */
export interface AuthEventBase {
  /** When it happened, at the end of what it tells of: milliseconds since the epoch. */
  at: number;
  /** Host of the issuer, with its path where it has one; absent where none was chosen yet. */
  domain?: string | undefined;
  /** The request's name, as `login.requestId` and pages have it; absent where the work is that of several requests, or of none. */
  requestId?: string | undefined;
}

/** Tells of something that took its time. */
export interface TimedAuthEvent extends AuthEventBase {
  /** Milliseconds from its beginning. Workers see time go by only where something is waited for. */
  durationMs: number;
}

/** Tells of something that failed. */
export interface AuthFailure {
  /** `code` of the error; `internal_error` where it is none of the SDK's. */
  reason: string;
  /** What the issuer said, where it is one of these words. */
  error?: OAuthErrorCode | undefined;
}

/**
 * The error codes events repeat. They are those of RFC 6749, OpenID Connect Core, CIBA and Auth0's `mfa_required`, and our own
 * for a request without a proper answer: `timeout`, `request_failed`, `invalid_response`. `superseded` is that of a refresh token.
 */
export type OAuthErrorCode =
  | "access_denied"
  | "consent_required"
  | "expired_token"
  | "interaction_required"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_request"
  | "invalid_response"
  | "invalid_scope"
  | "login_required"
  | "mfa_required"
  | "request_failed"
  | "server_error"
  | "superseded"
  | "temporarily_unavailable"
  | "timeout"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "unsupported_response_type";

/** A browser was sent to the issuer to log in, or a one-time code or link was sent. */
export interface LoginStartedEvent extends TimedAuthEvent {
  type: "login_started";
}

/** Somebody has logged in, by whatever way, or has proven another factor. */
export interface LoginFinishedEvent extends TimedAuthEvent {
  type: "login_finished";
}

/** A login could not be started, or not be completed. */
export interface LoginFailedEvent extends TimedAuthEvent, AuthFailure {
  type: "login_failed";
}

/** A browser was sent to the issuer to link or unlink an account. */
export interface LinkStartedEvent extends TimedAuthEvent {
  type: "link_started";
}

/** An account was linked or unlinked. */
export interface LinkFinishedEvent extends TimedAuthEvent {
  type: "link_finished";
}

/** An account could not be linked or unlinked. */
export interface LinkFailedEvent extends TimedAuthEvent, AuthFailure {
  type: "link_failed";
}

/** What a refresh token was spent for. */
export interface RefreshedTokens {
  /** The API; absent where the call named none. */
  audience?: string | undefined;
  /** The connection, where the token is its provider's own (Auth0 Token Vault). */
  connection?: string | undefined;
}

/** A refresh token was spent: once for all requests that waited for it. */
export interface RefreshFinishedEvent extends TimedAuthEvent, RefreshedTokens {
  type: "refresh_finished";
}

/** The issuer was asked and gave no token. A token that is still good goes on serving. */
export interface RefreshFailedEvent extends TimedAuthEvent, RefreshedTokens, AuthFailure {
  type: "refresh_failed";
}

/** A session was ended by its browser. */
export interface LogoutFinishedEvent extends TimedAuthEvent {
  type: "logout_finished";
}

/** A session was not ended everywhere it should be; this browser is logged out all the same, unless the store failed. */
export interface LogoutFailedEvent extends TimedAuthEvent, AuthFailure {
  type: "logout_failed";
}

/** The sessions of a logout token were ended. */
export interface BackchannelLogoutFinishedEvent extends TimedAuthEvent {
  type: "backchannel_logout_finished";
}

/** A logout token was refused, or its sessions could not be ended. */
export interface BackchannelLogoutFailedEvent extends TimedAuthEvent, AuthFailure {
  type: "backchannel_logout_failed";
}

/** Which of the issuer's documents was fetched. */
export interface DiscoveredDocument {
  document: "metadata" | "keys";
}

/** The issuer's metadata or keys were fetched; nothing is told of what the cache had. */
export interface DiscoveryFinishedEvent extends TimedAuthEvent, DiscoveredDocument {
  type: "discovery_finished";
}

/** The issuer's metadata or keys could not be had. What it said before goes on serving. */
export interface DiscoveryFailedEvent extends TimedAuthEvent, DiscoveredDocument, AuthFailure {
  type: "discovery_failed";
}

/** A problem the operator has to see; only `edgeAuth` has it. It takes the place of a line of the log. */
export interface AuthErrorEvent extends AuthEventBase, AuthFailure {
  type: "error";
  /**
   * One line for people. What the issuer wrote is left out. Of a database or a function of yours it repeats what they threw.
   */
  message: string;
}

/** What `onEvent` is told: tell them apart by `type`. */
export type AuthEvent =
  | LoginStartedEvent
  | LoginFinishedEvent
  | LoginFailedEvent
  | LinkStartedEvent
  | LinkFinishedEvent
  | LinkFailedEvent
  | RefreshFinishedEvent
  | RefreshFailedEvent
  | LogoutFinishedEvent
  | LogoutFailedEvent
  | BackchannelLogoutFinishedEvent
  | BackchannelLogoutFailedEvent
  | DiscoveryFinishedEvent
  | DiscoveryFailedEvent
  | AuthErrorEvent;

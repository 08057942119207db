import { type Context, createContext } from "./context/context.ts";
import type { ServerClientOptions } from "./context/options.ts";
import { completeInteractiveLogin, type InteractiveLoginResult } from "./flows/complete-interactive-login.ts";
import { completeLinkUser } from "./flows/complete-link-user.ts";
import { type GetAccessTokenOptions, getAccessToken } from "./flows/get-access-token.ts";
import {
  type AccessTokenForConnectionOptions,
  getAccessTokenForConnection,
} from "./flows/get-access-token-for-connection.ts";
import { handleBackchannelLogout } from "./flows/handle-backchannel-logout.ts";
import { getSession, getUser } from "./flows/load-session.ts";
import {
  type LoginBackchannelOptions,
  type LoginBackchannelResult,
  loginBackchannel,
} from "./flows/login-backchannel.ts";
import { type LogoutOptions, logout } from "./flows/logout.ts";
import { type RevokeRefreshTokenOptions, revokeRefreshToken } from "./flows/revoke-refresh-token.ts";
import { type StartInteractiveLoginOptions, startInteractiveLogin } from "./flows/start-interactive-login.ts";
import {
  type StartLinkUserOptions,
  type StartUnlinkUserOptions,
  startLinkUser,
  startUnlinkUser,
} from "./flows/start-link-user.ts";
import type { ConnectionTokenSet, SessionData, TokenSet, UserClaims } from "./session/state-data.ts";

/**
 * Logs people in and keeps their sessions. Every method takes `storeOptions` last and hands them to the stores: with
 * `HeadersCookieHandler` they are `{ request, headers }`.
 *
 * @example
 * const cookies = new HeadersCookieHandler();
 * const client = new ServerClient({
 *   domain: "example.eu.auth0.com",
 *   clientId: "…",
 *   clientSecret: "…",
 *   authorizationParams: { redirect_uri: "https://example.com/auth/callback" },
 *   transactionStore: new CookieTransactionStore({ secret }, cookies),
 *   stateStore: new StatelessStateStore({ secret }, cookies),
 * });
 */
export class ServerClient<TStoreOptions = unknown> {
  readonly #context: Context<TStoreOptions>;

  /**
   * @throws MissingRequiredArgumentError without a store or client id
   * @throws InvalidConfigurationError where `domain` or `issuer` cannot be one
   */
  constructor(options: ServerClientOptions<TStoreOptions>) {
    this.#context = createContext(options);
  }

  /**
   * Starts a login.
   *
   * @returns where to send the browser
   * @throws MissingRequiredArgumentError without `authorizationParams.redirect_uri`
   * @throws InvalidConfigurationError where an option cannot be honoured
   * @throws OrganizationValidationError where `organization` is blank
   * @throws DiscoveryError where the issuer's metadata cannot be had
   * @throws BuildAuthorizationUrlError where the issuer lacks what a login needs
   */
  startInteractiveLogin<TAppState = unknown>(
    options: StartInteractiveLoginOptions<TAppState> = {},
    storeOptions?: TStoreOptions,
  ): Promise<URL> {
    return startInteractiveLogin(this.#context, options, storeOptions);
  }

  /**
   * Completes a login and makes the session.
   *
   * @param url the URL the issuer sent the browser back to, query included
   * @throws MissingTransactionError where no login of this browser belongs to it
   * @throws TokenByCodeError where the issuer refused, or a check failed; `cause` has the OAuth error
   * @throws OrganizationValidationError where the user came from another organization
   * @throws SessionExpiredError where the identity provider's session is already over
   * @throws SessionTooLargeError where the session does not fit into cookies
   */
  completeInteractiveLogin<TAppState = unknown>(
    url: URL,
    storeOptions?: TStoreOptions,
  ): Promise<InteractiveLoginResult<TAppState>> {
    return completeInteractiveLogin(this.#context, url, storeOptions);
  }

  /**
   * Starts linking another account to the logged-in user.
   *
   * @returns where to send the browser
   * @throws MissingRequiredArgumentError without `connection`
   * @throws MissingSessionError where nobody is logged in
   * @throws SessionExpiredError where the identity provider's session is over
   * @throws BuildLinkUserUrlError where the issuer lacks what it takes
   */
  startLinkUser<TAppState = unknown>(
    options: Partial<StartLinkUserOptions<TAppState>> = {},
    storeOptions?: TStoreOptions,
  ): Promise<URL> {
    return startLinkUser(this.#context, options, storeOptions);
  }

  /**
   * Completes linking: the session stays as it is, with a new ID token.
   *
   * @throws MissingTransactionError where nothing of this browser belongs to the callback
   * @throws MissingSessionError where the session is not the one it was started with
   * @throws TokenByCodeError where the issuer refused, or a check failed; `cause` has the OAuth error
   */
  completeLinkUser<TAppState = unknown>(
    url: URL,
    storeOptions?: TStoreOptions,
  ): Promise<{ appState: TAppState | undefined }> {
    return completeLinkUser(this.#context, url, storeOptions);
  }

  /** Starts unlinking an account from the logged-in user. Throws as `startLinkUser` does, `BuildUnlinkUserUrlError` included. */
  startUnlinkUser<TAppState = unknown>(
    options: Partial<StartUnlinkUserOptions<TAppState>> = {},
    storeOptions?: TStoreOptions,
  ): Promise<URL> {
    return startUnlinkUser(this.#context, options, storeOptions);
  }

  /** Completes unlinking. Throws as `completeLinkUser` does. */
  completeUnlinkUser<TAppState = unknown>(
    url: URL,
    storeOptions?: TStoreOptions,
  ): Promise<{ appState: TAppState | undefined }> {
    return completeLinkUser(this.#context, url, storeOptions);
  }

  /**
   * Logs a person in who approves it on another device (CIBA, poll mode). Waits until they have decided.
   *
   * @throws MissingRequiredArgumentError without `bindingMessage` or `loginHint.sub`
   * @throws MissingClientAuthError for public clients
   * @throws BackchannelAuthenticationError where they refused, ran out of time, or `signal` was aborted
   */
  loginBackchannel(
    options: LoginBackchannelOptions,
    storeOptions?: TStoreOptions,
  ): Promise<LoginBackchannelResult> {
    return loginBackchannel(this.#context, options, storeOptions);
  }

  /** The claims of the logged-in user; `undefined` where there is no session. */
  getUser(storeOptions?: TStoreOptions): Promise<UserClaims | undefined> {
    return getUser(this.#context, storeOptions);
  }

  /** The session; `undefined` where there is none. */
  getSession(storeOptions?: TStoreOptions): Promise<SessionData | undefined> {
    return getSession(this.#context, storeOptions);
  }

  /**
   * An access token: the cached one while it lives, else a new one by the session's refresh token.
   *
   * @throws TokenByRefreshTokenError where there is nothing to get one with, or the issuer refused; `cause` has the OAuth error
   * @throws SessionExpiredError where the identity provider's session is over
   * @throws MissingSessionError where the session ended in the meantime or belongs to another domain
   * @throws ResponseCommittedError where the response left and the session lives in a cookie
   */
  getAccessToken(storeOptions?: TStoreOptions): Promise<TokenSet>;
  getAccessToken(options: GetAccessTokenOptions, storeOptions?: TStoreOptions): Promise<TokenSet>;
  getAccessToken(
    first?: GetAccessTokenOptions | TStoreOptions,
    storeOptions?: TStoreOptions,
  ): Promise<TokenSet> {
    return storeOptions !== undefined || isTokenOptions(first)
      ? getAccessToken(this.#context, (first ?? {}) as GetAccessTokenOptions, storeOptions)
      : getAccessToken(this.#context, {}, first as TStoreOptions | undefined);
  }

  /**
   * An access token of an upstream identity provider (Auth0 Token Vault): the cached one while it lives, else a new one.
   *
   * @throws MissingRequiredArgumentError without `connection`
   * @throws TokenForConnectionError without a refresh token, or where the issuer refused; `cause` has the OAuth error
   * @throws MissingSessionError where the session ended in the meantime or belongs to another domain
   */
  getAccessTokenForConnection(
    options: AccessTokenForConnectionOptions,
    storeOptions?: TStoreOptions,
  ): Promise<ConnectionTokenSet> {
    return getAccessTokenForConnection(this.#context, options, storeOptions);
  }

  /**
   * Revokes a refresh token, the session's by default. The session itself stays.
   *
   * @throws MissingRequiredArgumentError where `token` is empty
   * @throws MissingSessionError where there is none to revoke
   * @throws TokenRevocationError where the issuer refused; `cause` has the OAuth error
   */
  revokeRefreshToken(options: RevokeRefreshTokenOptions = {}, storeOptions?: TStoreOptions): Promise<void> {
    return revokeRefreshToken(this.#context, options, storeOptions);
  }

  /**
   * Ends the session and revokes its refresh token.
   *
   * @returns where to send the browser so that it logs out at the issuer as well
   * @throws DiscoveryError where the issuer's metadata cannot be had; the session is ended all the same
   */
  logout(options: LogoutOptions = {}, storeOptions?: TStoreOptions): Promise<URL> {
    return logout(this.#context, options, storeOptions);
  }

  /**
   * Ends the sessions a logout token of the issuer names.
   *
   * @param logoutToken the `logout_token` of the issuer's request
   * @throws BackchannelLogoutError where the token is missing or the store cannot end sessions
   * @throws VerifyLogoutTokenError where the token is not valid
   */
  handleBackchannelLogout(logoutToken: string, storeOptions?: TStoreOptions): Promise<void> {
    return handleBackchannelLogout(this.#context, logoutToken, storeOptions);
  }
}

/** `getAccessToken` may be called with store options alone: those have no `audience` and no `scope`. */
function isTokenOptions(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("audience" in value || "scope" in value);
}

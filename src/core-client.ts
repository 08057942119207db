import type { Context } from "./context/context.ts";
import { observe } from "./context/observe.ts";
import { completeInteractiveLogin, type InteractiveLoginResult } from "./flows/complete-interactive-login.ts";
import { type GetAccessTokenOptions, getAccessToken } from "./flows/get-access-token.ts";
import { handleBackchannelLogout } from "./flows/handle-backchannel-logout.ts";
import { getSession, getUser } from "./flows/load-session.ts";
import { type LogoutOptions, logout } from "./flows/logout.ts";
import { type StartInteractiveLoginOptions, startInteractiveLogin } from "./flows/start-interactive-login.ts";
import { touchSession } from "./flows/touch-session.ts";
import { updateSession } from "./flows/update-session.ts";
import type { SessionOf, SessionUpdate, TokenSet, UserOf } from "./session/state-data.ts";

/**
 * What every app needs: logging in, knowing who is there, tokens, logging out. `edgeAuth` is built on it, so that a Worker
 * which needs no more carries no more; `ServerClient` has everything.
 *
 * @typeParam TClaims claims of the user beside the standard ones
 * @typeParam TData what the app keeps in the session by `updateSession`
 */
export class CoreClient<
  TStoreOptions = unknown,
  TClaims extends object = object,
  TData extends object = object,
> {
  readonly #context: Context<TStoreOptions>;

  constructor(context: Context<TStoreOptions>) {
    this.#context = context;
    contexts.set(this, context);
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
    return observe(this.#context, storeOptions, "login_start", startInteractiveLogin, options);
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
    return observe(
      this.#context,
      storeOptions,
      "login",
      completeInteractiveLogin<TStoreOptions, TAppState>,
      url,
    );
  }

  /** The claims of the logged-in user; `undefined` where there is no session. */
  getUser(storeOptions?: TStoreOptions): Promise<UserOf<TClaims> | undefined> {
    return getUser<TStoreOptions, TClaims>(this.#context, storeOptions);
  }

  /** The session; `undefined` where there is none. */
  getSession(storeOptions?: TStoreOptions): Promise<SessionOf<TClaims, TData> | undefined> {
    return getSession<TStoreOptions, TClaims, TData>(this.#context, storeOptions);
  }

  /**
   * Keeps data of the app in the session until it ends: members by name, beside those of the SDK. Members that are not
   * named stay; one that is `undefined` is removed. It lives through refreshes and linking; another login begins without.
   *
   * @param update the members, or a function that makes them of the session as it is now. Values are JSON.
   * @throws InvalidConfigurationError for a value that is no JSON, or a member of the SDK's own (`user`, `idToken`,
   * `refreshToken`, `tokenSets`, `connectionTokenSets`, `domain`, `sessionExpiresAt`, `internal`)
   * @throws MissingSessionError where there is no session
   * @throws SessionTooLargeError where it does not fit into cookies; the session of before stays
   * @throws ResponseCommittedError where the response left and the session lives in a cookie
   */
  updateSession(update: SessionUpdate<TClaims, TData>, storeOptions?: TStoreOptions): Promise<void> {
    return updateSession(this.#context, update, storeOptions);
  }

  /**
   * Extends a rolling session now, by its inactivity duration and never past its absolute end. (Reading extends it too, but
   * not before a tenth of that duration has passed.) A session that does not roll is left alone.
   *
   * @returns whether there is a session
   * @throws ResponseCommittedError where the response left
   */
  touch(storeOptions?: TStoreOptions): Promise<boolean> {
    return touchSession(this.#context, storeOptions);
  }

  /**
   * An access token: the cached one while it lives, else a new one by the session's refresh token. Cached is one for the same
   * audience whose scope has at least what was asked. One that ends within `refreshLeeway` is refreshed before it does;
   * where that fails, `invalid_grant` included, it serves to its end and the session stays. A session keeps 16 access tokens at
   * most, and in cookies as many as fit: those received first make room.
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
   * Ends the session and revokes its refresh token; with `everywhere` all sessions of the user.
   *
   * @returns where to send the browser so that it logs out at the issuer as well
   * @throws BackchannelLogoutError where the sessions of other browsers cannot be ended; this one is ended all the same
   * @throws DiscoveryError where the issuer's metadata cannot be had; the session is ended all the same
   */
  logout(options: LogoutOptions = {}, storeOptions?: TStoreOptions): Promise<URL> {
    return observe(this.#context, storeOptions, "logout", logout, options);
  }

  /**
   * Ends the sessions a logout token of the issuer names.
   *
   * @param logoutToken the `logout_token` of the issuer's request
   * @throws BackchannelLogoutError where the token is missing or the store cannot end sessions
   * @throws VerifyLogoutTokenError where the token is not valid
   */
  handleBackchannelLogout(logoutToken: string, storeOptions?: TStoreOptions): Promise<void> {
    return observe(this.#context, storeOptions, "backchannel_logout", handleBackchannelLogout, logoutToken);
  }
}

const contexts = new WeakMap<object, unknown>();

/** What a client is made of, for those parts of the SDK that work for it elsewhere. */
export function contextOf<T>(client: CoreClient<T>): Context<T> {
  return contexts.get(client) as Context<T>;
}

/** `getAccessToken` may be called with store options alone: those have no `audience` and no `scope`. */
function isTokenOptions(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("audience" in value || "scope" in value);
}

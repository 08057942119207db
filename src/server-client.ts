import { AuthClient } from "./auth-client.ts";
import { type Context, createContext, staticContext, withDomain } from "./context/context.ts";
import { callDomainResolver } from "./context/domain-resolver.ts";
import { observe } from "./context/observe.ts";
import type { ServerClientOptions } from "./context/options.ts";
import { CoreClient } from "./core-client.ts";
import { completeLinkUser } from "./flows/complete-link-user.ts";
import { completePasswordlessMagicLink } from "./flows/complete-magic-link.ts";
import { type CompletePasswordlessOptions, completePasswordless } from "./flows/complete-passwordless.ts";
import { currentServer } from "./flows/current-server.ts";
import {
  type CustomTokenExchangeOptions,
  customTokenExchange,
  type LoginWithCustomTokenExchangeOptions,
  type LoginWithCustomTokenExchangeResult,
  loginWithCustomTokenExchange,
} from "./flows/custom-token-exchange.ts";
import {
  type AccessTokenForConnectionOptions,
  getAccessTokenForConnection,
} from "./flows/get-access-token-for-connection.ts";
import type { DirectLoginResult } from "./flows/log-in-by-grant.ts";
import {
  type LoginBackchannelOptions,
  type LoginBackchannelResult,
  loginBackchannel,
} from "./flows/login-backchannel.ts";
import {
  type RequestSessionTransferTokenOptions,
  requestSessionTransferToken,
  type SessionTransferTokenResult,
} from "./flows/request-session-transfer-token.ts";
import { type RevokeRefreshTokenOptions, revokeRefreshToken } from "./flows/revoke-refresh-token.ts";
import {
  type BuildSessionTransferRedirectOptions,
  sessionTransferRedirect,
} from "./flows/session-transfer-redirect.ts";
import {
  type StartLinkUserOptions,
  type StartUnlinkUserOptions,
  startLinkUser,
  startUnlinkUser,
} from "./flows/start-link-user.ts";
import { type StartPasswordlessOptions, startPasswordless } from "./flows/start-passwordless.ts";
import { clientAuthenticator } from "./protocol/client-authentication.ts";
import type { TokenResponse } from "./protocol/token-request.ts";
import type { ConnectionTokenSet } from "./session/state-data.ts";
import { DatabaseClient } from "./sub-clients/database-client.ts";
import { ServerMfaClient } from "./sub-clients/mfa-client.ts";
import { ServerPasskeyClient } from "./sub-clients/passkey-client.ts";

/**
 * Logs people in and keeps their sessions. Every method takes `storeOptions` last and hands them to the stores: with
 * `HeadersCookieHandler` they are `{ request, headers }`.
 *
 * @typeParam TClaims claims of the user beside the standard ones, for `getUser` and `getSession`
 * @typeParam TData what the app keeps in the session, for `updateSession` and `getSession`
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
export class ServerClient<
  TStoreOptions = unknown,
  TClaims extends object = object,
  TData extends object = object,
> extends CoreClient<TStoreOptions, TClaims, TData> {
  readonly #context: Context<TStoreOptions>;
  #authClient: AuthClient | undefined;
  /** What to do when `isMfaRequiredError` says so. */
  readonly mfa: ServerMfaClient<TStoreOptions>;
  /** Signing up and logging in with passkeys. */
  readonly passkey: ServerPasskeyClient<TStoreOptions>;
  /** Users of database connections; makes no session. */
  readonly database: DatabaseClient<TStoreOptions>;

  /**
   * @throws MissingRequiredArgumentError without a store or client id
   * @throws InvalidConfigurationError where `domain` or `issuer` cannot be one
   */
  constructor(options: ServerClientOptions<TStoreOptions, TClaims>) {
    const context = createContext(options, {
      authenticator: clientAuthenticator,
      callResolver: callDomainResolver,
    });
    super(context);
    this.#context = context;
    this.mfa = new ServerMfaClient(context);
    this.passkey = new ServerPasskeyClient(context);
    this.database = new DatabaseClient(currentServer(context));
  }

  /**
   * The stateless client of the same issuer: it shares configuration, metadata and keys with this one, and touches no session.
   *
   * @throws InvalidConfigurationError where a function chooses the domain; `getAuthClient` is the way then
   */
  get authClient(): AuthClient {
    this.#authClient ??= new AuthClient(undefined, staticContext(this.#context), undefined);
    return this.#authClient;
  }

  /**
   * The stateless client of a request's issuer. It shares configuration, metadata and keys with this one, and touches no
   * session. It belongs to the request: ask for another one next time, which costs nothing.
   *
   * @throws InvalidConfigurationError where the resolver fails
   */
  async getAuthClient(storeOptions?: TStoreOptions): Promise<AuthClient> {
    return new AuthClient(undefined, await withDomain(this.#context, storeOptions), storeOptions);
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
    return observe(this.#context, storeOptions, "link_start", startLinkUser, options);
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
    return observe(this.#context, storeOptions, "link", completeLinkUser<TStoreOptions, TAppState>, url);
  }

  /** Starts unlinking an account from the logged-in user. Throws as `startLinkUser` does, `BuildUnlinkUserUrlError` included. */
  startUnlinkUser<TAppState = unknown>(
    options: Partial<StartUnlinkUserOptions<TAppState>> = {},
    storeOptions?: TStoreOptions,
  ): Promise<URL> {
    return observe(this.#context, storeOptions, "link_start", startUnlinkUser, options);
  }

  /** Completes unlinking. Throws as `completeLinkUser` does. */
  completeUnlinkUser<TAppState = unknown>(
    url: URL,
    storeOptions?: TStoreOptions,
  ): Promise<{ appState: TAppState | undefined }> {
    return observe(this.#context, storeOptions, "link", completeLinkUser<TStoreOptions, TAppState>, url);
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
    return observe(this.#context, storeOptions, "login", loginBackchannel, options);
  }

  /**
   * Sends a one-time code by email or SMS, or a link by email. `completePasswordless` completes a code,
   * `completePasswordlessMagicLink` the callback of a link, which has to be opened in this browser.
   *
   * @throws PasswordlessStartError where an option is missing, or the issuer refused; `cause` has the OAuth error
   * @throws InvalidConfigurationError where `authParams` would change what protects the login
   * @throws MissingClientAuthError for public clients
   * @throws ResponseCommittedError where the response left and the session lives in a cookie
   */
  startPasswordless(options: StartPasswordlessOptions, storeOptions?: TStoreOptions): Promise<void> {
    return observe(this.#context, storeOptions, "login_start", startPasswordless, options);
  }

  /**
   * Logs in the user who typed the one-time code.
   *
   * @throws PasswordlessVerifyError where the code is refused; `cause` has the OAuth error, such as `mfa_required`
   * @throws OrganizationValidationError where the user came from another organization
   * @throws SessionExpiredError where the identity provider's session is already over
   * @throws ResponseCommittedError where the response left and the session lives in a cookie
   */
  completePasswordless(
    options: CompletePasswordlessOptions,
    storeOptions?: TStoreOptions,
  ): Promise<DirectLoginResult> {
    return observe(this.#context, storeOptions, "login", completePasswordless, options);
  }

  /**
   * Completes the login of a link that was sent by email.
   *
   * @param url the URL the issuer sent the browser back to, query included
   * @throws MissingTransactionError where no link of this browser belongs to it
   * @throws TokenByCodeError where the issuer refused, or a check failed; `cause` has the OAuth error
   * @throws OrganizationValidationError where the user came from another organization
   * @throws SessionExpiredError where the identity provider's session is already over
   * @throws ResponseCommittedError where the response left and the session lives in a cookie
   */
  completePasswordlessMagicLink(url: URL, storeOptions?: TStoreOptions): Promise<DirectLoginResult> {
    return observe(this.#context, storeOptions, "login", completePasswordlessMagicLink, url);
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
   * A token of another kind in exchange for tokens of the issuer (RFC 8693; Auth0: Custom Token Exchange). The session stays
   * as it is.
   *
   * @throws MissingClientAuthError for public clients
   * @throws TokenExchangeError where the options cannot be honoured or the issuer refused; `cause` has the OAuth error
   * @throws OrganizationValidationError where `organization` is blank, or the ID token names another
   */
  customTokenExchange(
    options: CustomTokenExchangeOptions,
    storeOptions?: TStoreOptions,
  ): Promise<TokenResponse> {
    return customTokenExchange(this.#context, options, storeOptions);
  }

  /**
   * Logs a user in by a token of another kind. Throws as `customTokenExchange` does, and where there is no ID token.
   *
   * @throws SessionExpiredError where the identity provider's session is already over
   */
  loginWithCustomTokenExchange(
    options: LoginWithCustomTokenExchangeOptions,
    storeOptions?: TStoreOptions,
  ): Promise<LoginWithCustomTokenExchangeResult> {
    return observe(this.#context, storeOptions, "login", loginWithCustomTokenExchange, options);
  }

  /**
   * A token that opens a session of another user in another app, with the logged-in user as the one who acts. It serves once
   * and lives for about a minute; `buildSessionTransferRedirect` hands it over.
   *
   * @throws MissingRequiredArgumentError without `subjectToken` or `subjectTokenType`
   * @throws OrganizationValidationError where `organization` is blank
   * @throws MissingClientAuthError for public clients
   * @throws TokenExchangeError with code `actor_unavailable` where nobody can act, before anything is sent but a refresh;
   *   otherwise where the options cannot be honoured or the issuer refused; `cause` has the OAuth error
   */
  requestSessionTransferToken(
    options: RequestSessionTransferTokenOptions,
    storeOptions?: TStoreOptions,
  ): Promise<SessionTransferTokenResult> {
    return requestSessionTransferToken(this.#context, options, storeOptions);
  }

  /**
   * The URL that hands a session transfer token to the login of another app; its own query stays.
   *
   * @param targetLoginUrl absolute, https or this machine, and never from a request: whoever is there gets the session
   * @throws MissingRequiredArgumentError without URL or token
   * @throws InvalidConfigurationError where the URL is relative or not safe
   * @throws OrganizationValidationError where `organization` is blank
   */
  buildSessionTransferRedirect(
    targetLoginUrl: string,
    result: SessionTransferTokenResult,
    options?: BuildSessionTransferRedirectOptions,
  ): URL {
    return sessionTransferRedirect(targetLoginUrl, result, options);
  }
}

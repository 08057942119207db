import { optionsOf, requireTexts } from "./arguments.ts";
import { createIssuerContext, type IssuerContext } from "./context/context.ts";
import type { AuthClientOptions, RequestOptions } from "./context/options.ts";
import { requestedServer } from "./context/requested-server.ts";
import { type BackchannelAuthenticationOptions, backchannelRequest } from "./flows/backchannel-request.ts";
import {
  type BuildAuthorizationUrlOptions,
  type BuildAuthorizationUrlResult,
  type BuildLinkUserUrlOptions,
  type BuildLinkUserUrlResult,
  type BuildUnlinkUserUrlOptions,
  type BuildUnlinkUserUrlResult,
  buildAuthorizationUrl,
  buildLinkUserUrl,
  buildUnlinkUserUrl,
} from "./flows/build-urls.ts";
import { exchangeToken } from "./flows/exchange-token.ts";
import { type TokenByCodeOptions, tokenByCode } from "./flows/token-by-code.ts";
import { type TokenByMagicLinkCodeOptions, tokenByMagicLink } from "./flows/token-by-magic-link.ts";
import { tokensByGrant } from "./protocol/auth0-grant.ts";
import type { LoginTokens } from "./protocol/authorization-code.ts";
import {
  backchannelAuthenticationGrant,
  initiateBackchannelAuthentication,
  type PendingBackchannelAuthentication,
  pollBackchannelAuthentication,
} from "./protocol/backchannel-authentication.ts";
import { clientAuthenticator } from "./protocol/client-authentication.ts";
import { type ClientCredentialsRequest, tokenByClientCredentials } from "./protocol/client-credentials.ts";
import {
  type ConnectionTokenRequest,
  checkConnectionTokenRequest,
  tokenForConnection,
} from "./protocol/connection-token.ts";
import { endSessionUrl, type LogoutParameters } from "./protocol/end-session.ts";
import { type VerifiedLogoutToken, verifyLogoutToken } from "./protocol/logout-token.ts";
import { passwordGrant, type TokenByPasswordOptions } from "./protocol/password-grant.ts";
import {
  emailCodeGrant,
  smsCodeGrant,
  type TokenByPasswordlessEmailOptions,
  type TokenByPasswordlessSmsOptions,
} from "./protocol/passwordless-grant.ts";
import { type RefreshRequest, tokensByRefreshToken } from "./protocol/refresh-token.ts";
import { revokeToken, type TokenTypeHint } from "./protocol/revocation.ts";
import type { Server, ServerMetadata } from "./protocol/server.ts";
import type { ExchangeProfileOptions, TokenVaultExchangeOptions } from "./protocol/token-exchange.ts";
import type { TokenResponse } from "./protocol/token-request.ts";
import { type UserInfoRequest, type UserInfoResponse, userInfo } from "./protocol/user-info.ts";
import { AnonymousSessionClient } from "./sub-clients/anonymous-session-client.ts";
import { DatabaseClient } from "./sub-clients/database-client.ts";
import { MfaClient } from "./sub-clients/mfa-client.ts";
import { PasskeyClient } from "./sub-clients/passkey-client.ts";
import { PasswordlessClient } from "./sub-clients/passwordless-client.ts";

/**
 * A stateless OAuth client: the operations `ServerClient` is made of, without stores, cookies or sessions. Every call takes
 * `{ signal, headers, customFetch }` last.
 *
 * All of them throw `MissingRequiredArgumentError` or `InvalidConfigurationError` where an argument is wrong, before anything
 * is sent, and `DiscoveryError` where the issuer's metadata cannot be had. What only Auth0 has (passwords, passwordless, MFA,
 * passkeys, database users, anonymous sessions) throws its own error for a wrong argument.
 *
 * @example
 * const client = new AuthClient({ domain: "example.eu.auth0.com", clientId: "…", clientSecret: "…" });
 * const { accessToken } = await client.getTokenByClientCredentials({ audience: "https://api.example.com/" });
 */
export class AuthClient {
  readonly #context: IssuerContext;
  readonly #storeOptions: unknown;
  /** What to do when `isMfaRequiredError` says so. */
  readonly mfa: MfaClient = new MfaClient((request) => this.#server(request));
  /** Signing up and logging in with passkeys. */
  readonly passkey: PasskeyClient = new PasskeyClient((request) => this.#server(request));
  /** One-time codes and links. */
  readonly passwordless: PasswordlessClient = new PasswordlessClient((request) => this.#server(request));
  /** Users of database connections. */
  readonly database: DatabaseClient<RequestOptions> = new DatabaseClient((request) => this.#server(request));
  /** Sessions of people who have not logged in. */
  readonly anonymous: AnonymousSessionClient = new AnonymousSessionClient((request) => this.#server(request));

  /**
   * @throws MissingRequiredArgumentError without `clientId`
   * @throws InvalidConfigurationError where an option cannot be what it is
   */
  constructor(options: AuthClientOptions);
  /** @internal what a `ServerClient` shares with it */
  constructor(options: undefined, context: IssuerContext, storeOptions: unknown);
  constructor(options: AuthClientOptions | undefined, context?: IssuerContext, storeOptions?: unknown) {
    this.#context = context ?? createIssuerContext(options!, { authenticator: clientAuthenticator });
    this.#storeOptions = storeOptions;
  }

  /** A copy of the issuer's metadata. Only `signal` counts here. */
  async getServerMetadata(request?: RequestOptions): Promise<ServerMetadata> {
    return structuredClone((await this.#server(request)).metadata);
  }

  /**
   * The URL of a login, with PKCE. Scopes always include `openid`. The caller keeps the `codeVerifier`, and a `state` and
   * `nonce` of their own if they pass some in `authorizationParams`: `getTokenByCode` compares them. Without a `state` that
   * only this browser's callback fits, anybody can make a browser complete a login that it never began.
   *
   * @throws NotSupportedError where the issuer takes no pushed requests
   * @throws BuildAuthorizationUrlError where the issuer lacks what a login needs, or refused the push
   */
  async buildAuthorizationUrl(
    options?: BuildAuthorizationUrlOptions,
    request?: RequestOptions,
  ): Promise<BuildAuthorizationUrlResult> {
    return await buildAuthorizationUrl(this.#context, options, () => this.#server(request));
  }

  /** The URL that links another account to the user of an ID token. @throws BuildLinkUserUrlError */
  async buildLinkUserUrl(
    options: BuildLinkUserUrlOptions,
    request?: RequestOptions,
  ): Promise<BuildLinkUserUrlResult> {
    return await buildLinkUserUrl(this.#context, options, () => this.#server(request));
  }

  /** The URL that unlinks an account from the user of an ID token. @throws BuildUnlinkUserUrlError */
  async buildUnlinkUserUrl(
    options: BuildUnlinkUserUrlOptions,
    request?: RequestOptions,
  ): Promise<BuildUnlinkUserUrlResult> {
    return await buildUnlinkUserUrl(this.#context, options, () => this.#server(request));
  }

  /**
   * Tokens for a callback. `state` is compared where it is given; whoever leaves it out has to have checked it.
   *
   * @throws TokenByCodeError where the issuer refused, or a check failed; `cause` has the OAuth error
   * @throws OrganizationValidationError where the ID token is not of the organization given
   */
  async getTokenByCode(
    url: URL,
    options: TokenByCodeOptions,
    request?: RequestOptions,
  ): Promise<LoginTokens> {
    return await tokenByCode(url, options, () => this.#server(request));
  }

  /**
   * Tokens for the callback of a magic link, which no PKCE binds: `state` does, where it is given.
   *
   * @throws TokenByCodeError where the issuer refused, or a check failed; `cause` has the OAuth error
   */
  async getTokenByMagicLinkCode(
    url: URL,
    options?: TokenByMagicLinkCodeOptions,
    request?: RequestOptions,
  ): Promise<LoginTokens> {
    return await tokenByMagicLink(url, options, () => this.#server(request));
  }

  /** @throws TokenByPasswordError where the issuer refused; `cause` has the OAuth error, such as `mfa_required` */
  async getTokenByPassword(
    options: TokenByPasswordOptions,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    return await tokensByGrant(passwordGrant(options), await this.#server(request));
  }

  /** @throws PasswordlessVerifyError where the issuer refused; `cause` has the OAuth error, such as `mfa_required` */
  async getTokenByPasswordlessEmail(
    options: TokenByPasswordlessEmailOptions,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    return await tokensByGrant(emailCodeGrant(options), await this.#server(request));
  }

  /** @throws PasswordlessVerifyError where the issuer refused; `cause` has the OAuth error, such as `mfa_required` */
  async getTokenByPasswordlessSms(
    options: TokenByPasswordlessSmsOptions,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    return await tokensByGrant(smsCodeGrant(options), await this.#server(request));
  }

  /** @throws TokenByRefreshTokenError where the issuer refused; `cause` has the OAuth error */
  async getTokenByRefreshToken(options: RefreshRequest, request?: RequestOptions): Promise<TokenResponse> {
    const server = await this.#server(request, options, ["refreshToken"], ["audience", "scope"]);
    return await tokensByRefreshToken(server, options);
  }

  /** @throws TokenForConnectionError where the issuer refused; `cause` has the OAuth error */
  async getTokenForConnection(
    options: ConnectionTokenRequest,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    checkConnectionTokenRequest(options);
    return await tokenForConnection(await this.#server(request), options);
  }

  /**
   * A token of another kind in exchange for tokens of the issuer, or, with `connection`, a token of Auth0 in exchange for one
   * of an upstream identity provider.
   *
   * @throws MissingClientAuthError for a public client
   * @throws TokenExchangeError where the options cannot be honoured or the issuer refused; `cause` has the OAuth error
   * @throws OrganizationValidationError where `organization` is blank, or the ID token names another
   */
  async exchangeToken(
    options: ExchangeProfileOptions | TokenVaultExchangeOptions,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    return await exchangeToken(options, () => this.#server(request));
  }

  /**
   * @throws MissingClientAuthError for a public client
   * @throws TokenByClientCredentialsError where the issuer refused; `cause` has the OAuth error
   */
  async getTokenByClientCredentials(
    options: ClientCredentialsRequest,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    const server = await this.#server(request, options, ["audience"], ["organization"]);
    return await tokenByClientCredentials(server, options);
  }

  /** Asks a person on another device and waits for them. @throws BackchannelAuthenticationError */
  async backchannelAuthentication(
    options: BackchannelAuthenticationOptions,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    const asked = backchannelRequest(this.#context, options);
    const server = await this.#server(request);
    const pending = await initiateBackchannelAuthentication(server, asked);
    return await pollBackchannelAuthentication(server, pending);
  }

  /** Asks a person on another device and does not wait. @throws BackchannelAuthenticationError */
  async initiateBackchannelAuthentication(
    options: BackchannelAuthenticationOptions,
    request?: RequestOptions,
  ): Promise<PendingBackchannelAuthentication> {
    const asked = backchannelRequest(this.#context, options);
    return await initiateBackchannelAuthentication(await this.#server(request), asked);
  }

  /** Asks once whether the person has decided. @throws BackchannelAuthenticationError until they have */
  async backchannelAuthenticationGrant(
    options: { authReqId: string },
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    const server = await this.#server(request, options, ["authReqId"]);
    return await backchannelAuthenticationGrant(server, options.authReqId);
  }

  /** @throws UserInfoError where the issuer refused; `cause` has the OAuth error */
  async getUserInfo(options: UserInfoRequest, request?: RequestOptions): Promise<UserInfoResponse> {
    const server = await this.#server(request, options, ["accessToken"], ["expectedSubject"]);
    return await userInfo(server, options);
  }

  /** Revokes a token, a refresh token unless `tokenTypeHint` says otherwise. @throws TokenRevocationError */
  async revokeToken(
    options: { token: string; tokenTypeHint?: TokenTypeHint | undefined },
    request?: RequestOptions,
  ): Promise<void> {
    const server = await this.#server(request, options, ["token"], ["tokenTypeHint"]);
    await revokeToken(server, options.token, options.tokenTypeHint);
  }

  /** @throws VerifyLogoutTokenError where the token is not valid */
  async verifyLogoutToken(
    options: { logoutToken: string },
    request?: RequestOptions,
  ): Promise<VerifiedLogoutToken> {
    requireTexts(options, "logoutToken");
    return await verifyLogoutToken(() => this.#server(request), options.logoutToken);
  }

  /** Where the browser goes to log out at the issuer. */
  async buildLogoutUrl(options?: LogoutParameters, request?: RequestOptions): Promise<URL> {
    const server = await this.#server(request, options, [], ["returnTo", "state"]);
    return endSessionUrl(server, optionsOf(options));
  }

  /** The issuer, once the texts among the options are known to be there. */
  async #server(
    request: RequestOptions | undefined,
    options?: object,
    required: string[] = [],
    optional: string[] = [],
  ): Promise<Server> {
    requireTexts(options, ...required);
    optionsOf(options as Record<string, unknown> | undefined, ...optional);
    return await requestedServer(this.#context, this.#storeOptions, request);
  }
}

import type { IssuerOptions, RequestOptions } from "./context/options.ts";
import { createServers, type Servers } from "./context/servers.ts";
import { type CodeChecks, type LoginTokens, tokensByCode } from "./protocol/authorization-code.ts";
import {
  type BackchannelRequest,
  backchannelAuthenticationGrant,
  initiateBackchannelAuthentication,
  type PendingBackchannelAuthentication,
  pollBackchannelAuthentication,
} from "./protocol/backchannel-authentication.ts";
import { clientAuthenticator } from "./protocol/client-authentication.ts";
import { type ClientCredentialsRequest, tokenByClientCredentials } from "./protocol/client-credentials.ts";
import { type ConnectionTokenRequest, tokenForConnection } from "./protocol/connection-token.ts";
import { endSessionUrl, type LogoutParameters } from "./protocol/end-session.ts";
import { type VerifiedLogoutToken, verifyLogoutToken } from "./protocol/logout-token.ts";
import { type RefreshRequest, tokensByRefreshToken } from "./protocol/refresh-token.ts";
import { revokeToken } from "./protocol/revocation.ts";
import type { Server, ServerMetadata } from "./protocol/server.ts";
import type { TokenResponse } from "./protocol/token-request.ts";
import { type UserInfoRequest, type UserInfoResponse, userInfo } from "./protocol/user-info.ts";

/** What a callback is checked against, as far as the caller kept it. */
export type TokenByCodeOptions = Partial<Omit<CodeChecks, "codeVerifier">> & { codeVerifier: string };

/**
 * A stateless OAuth client: the operations `ServerClient` is made of, without stores, cookies or sessions. Every call takes
 * `{ signal, headers, customFetch }` last.
 *
 * @example
 * const client = new AuthClient({ domain: "example.eu.auth0.com", clientId: "…", clientSecret: "…" });
 * const { accessToken } = await client.getTokenByClientCredentials({ audience: "https://api.example.com/" });
 */
export class AuthClient {
  readonly #servers: Servers<undefined>;

  /** @throws InvalidConfigurationError where `domain` or `issuer` cannot be one */
  constructor(options: IssuerOptions<undefined> & { domain?: string | undefined }) {
    this.#servers = createServers(options, clientAuthenticator);
  }

  /** @throws DiscoveryError where the issuer's metadata cannot be had */
  async getServerMetadata(): Promise<ServerMetadata> {
    return (await this.#server()).metadata;
  }

  /**
   * Tokens for a callback. `state` is compared where it is given; whoever leaves it out has to have checked it.
   *
   * @throws TokenByCodeError where the issuer refused, or a check failed; `cause` has the OAuth error
   */
  async getTokenByCode(
    url: URL,
    options: TokenByCodeOptions,
    request?: RequestOptions,
  ): Promise<LoginTokens> {
    const checks: CodeChecks = {
      state: url.searchParams.get("state") ?? undefined,
      nonce: undefined,
      maxAge: undefined,
      redirectUri: url.origin + url.pathname,
      ...options,
    };
    return await tokensByCode(await this.#server(request), url, checks);
  }

  /** @throws TokenByRefreshTokenError where the issuer refused; `cause` has the OAuth error */
  async getTokenByRefreshToken(options: RefreshRequest, request?: RequestOptions): Promise<TokenResponse> {
    return await tokensByRefreshToken(await this.#server(request), options);
  }

  /** @throws TokenForConnectionError where the issuer refused; `cause` has the OAuth error */
  async getTokenForConnection(
    options: ConnectionTokenRequest,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    return await tokenForConnection(await this.#server(request), options);
  }

  /**
   * @throws MissingClientAuthError for a public client
   * @throws TokenByClientCredentialsError where the issuer refused; `cause` has the OAuth error
   */
  async getTokenByClientCredentials(
    options: ClientCredentialsRequest,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    return await tokenByClientCredentials(await this.#server(request), options);
  }

  /** Asks a person on another device and waits for them. @throws BackchannelAuthenticationError */
  async backchannelAuthentication(
    options: BackchannelRequest,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    const server = await this.#server(request);
    const pending = await initiateBackchannelAuthentication(server, options);
    return await pollBackchannelAuthentication(server, pending);
  }

  /** Asks a person on another device and does not wait. @throws BackchannelAuthenticationError */
  async initiateBackchannelAuthentication(
    options: BackchannelRequest,
    request?: RequestOptions,
  ): Promise<PendingBackchannelAuthentication> {
    return await initiateBackchannelAuthentication(await this.#server(request), options);
  }

  /** Asks once whether the person has decided. @throws BackchannelAuthenticationError until they have */
  async backchannelAuthenticationGrant(
    options: { authReqId: string },
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    return await backchannelAuthenticationGrant(await this.#server(request), options.authReqId);
  }

  /** @throws UserInfoError where the issuer refused; `cause` has the OAuth error */
  async getUserInfo(options: UserInfoRequest, request?: RequestOptions): Promise<UserInfoResponse> {
    return await userInfo(await this.#server(request), options);
  }

  /** @throws TokenRevocationError where the issuer refused; `cause` has the OAuth error */
  async revokeToken(options: { token: string }, request?: RequestOptions): Promise<void> {
    await revokeToken(await this.#server(request), options.token);
  }

  /** @throws VerifyLogoutTokenError where the token is not valid */
  async verifyLogoutToken(options: { logoutToken: string }): Promise<VerifiedLogoutToken> {
    return await verifyLogoutToken(await this.#server(), options.logoutToken);
  }

  /** Where the browser goes to log out at the issuer. */
  async buildLogoutUrl(options: LogoutParameters = {}): Promise<URL> {
    return endSessionUrl(await this.#server(), options);
  }

  async #server(request?: RequestOptions): Promise<Server> {
    return await this.#servers.server(await this.#servers.resolveDomain(undefined), undefined, request);
  }
}

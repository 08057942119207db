import type { IssuerOptions } from "./context/options.ts";
import { createServers, type Servers } from "./context/servers.ts";
import { endSessionUrl, type LogoutParameters } from "./protocol/end-session.ts";
import { type VerifiedLogoutToken, verifyLogoutToken } from "./protocol/logout-token.ts";
import { tokensByRefreshToken } from "./protocol/refresh-token.ts";
import { revokeToken } from "./protocol/revocation.ts";
import type { Server, ServerMetadata } from "./protocol/server.ts";
import type { TokenResponse } from "./protocol/token-request.ts";

/**
 * A stateless OAuth client: the same operations `ServerClient` is made of, without stores, cookies or sessions.
 *
 * @example
 * const client = new AuthClient({ domain: "example.eu.auth0.com", clientId: "…", clientSecret: "…" });
 * const tokens = await client.getTokenByRefreshToken({ refreshToken });
 */
export class AuthClient {
  readonly #servers: Servers;

  /** @throws InvalidConfigurationError where `domain` or `issuer` cannot be one */
  constructor(options: IssuerOptions<undefined> & { domain?: string | undefined }) {
    this.#servers = createServers(options as IssuerOptions);
  }

  /** @throws DiscoveryError where the issuer's metadata cannot be had */
  async getServerMetadata(): Promise<ServerMetadata> {
    return (await this.#server()).metadata;
  }

  /** @throws TokenByRefreshTokenError where the issuer refused; `cause` has the OAuth error */
  async getTokenByRefreshToken(options: {
    refreshToken: string;
    audience?: string | undefined;
    scope?: string | undefined;
  }): Promise<TokenResponse> {
    return await tokensByRefreshToken(await this.#server(), options);
  }

  /** @throws TokenRevocationError where the issuer refused; `cause` has the OAuth error */
  async revokeToken(options: { token: string }): Promise<void> {
    await revokeToken(await this.#server(), options.token);
  }

  /** @throws VerifyLogoutTokenError where the token is not valid */
  async verifyLogoutToken(options: { logoutToken: string }): Promise<VerifiedLogoutToken> {
    return await verifyLogoutToken(await this.#server(), options.logoutToken);
  }

  /** Where the browser goes to log out at the issuer. */
  async buildLogoutUrl(options: LogoutParameters = {}): Promise<URL> {
    return endSessionUrl(await this.#server(), options);
  }

  async #server(): Promise<Server> {
    return await this.#servers.server(await this.#servers.resolveDomain(undefined), undefined);
  }
}

import type { RequestOptions } from "../context/options.ts";
import {
  type AnonymousSession,
  anonymousAccessToken,
  anonymousTransferToken,
  type CreateAnonymousSessionOptions,
  createAnonymousSession,
  endAnonymousSession,
  type GetAnonymousAccessTokenOptions,
} from "../protocol/anonymous-session.ts";
import { callAuth0 } from "../protocol/auth0-api.ts";
import type { ServerSource } from "./server-source.ts";

/** Sessions of people who have not logged in. Tenant, client and API have to be open to them. */
export class AnonymousSessionClient {
  readonly #server: ServerSource<RequestOptions>;

  constructor(server: ServerSource<RequestOptions>) {
    this.#server = server;
  }

  /** @throws AnonymousSessionError whose `code` is the issuer's */
  async createSession(
    options?: CreateAnonymousSessionOptions,
    request?: RequestOptions,
  ): Promise<AnonymousSession> {
    return await callAuth0(createAnonymousSession(options), await this.#server(request));
  }

  /**
   * An access token for a session. Where that is over, or none was passed, a new one is made: `sessionReplaced` says so.
   *
   * @throws AnonymousSessionError whose `code` is the issuer's
   */
  async getAccessToken(
    options?: GetAnonymousAccessTokenOptions,
    request?: RequestOptions,
  ): Promise<AnonymousSession> {
    return await anonymousAccessToken(options, () => this.#server(request));
  }

  /**
   * Ends the session the request's cookie `auth0_anon` names. That cookie lives in the user's browser and at Auth0's host: a
   * server that has it passes it along as `{ headers: { cookie } }`. Access tokens live on until they expire.
   *
   * @throws AnonymousSessionError whose `code` is the issuer's
   */
  async logout(request?: RequestOptions): Promise<void> {
    await callAuth0(endAnonymousSession(), await this.#server(request));
  }

  /**
   * A ticket for `anon_transfer_token` among the `authorizationParams` of a login, which then takes over what is known of
   * the session. Good for 30 seconds, and once.
   *
   * @returns `null` where there is none to be had, so that nobody is kept from logging in
   */
  async mintTransferToken(sessionToken: string, request?: RequestOptions): Promise<string | null> {
    try {
      return await callAuth0(anonymousTransferToken(sessionToken), await this.#server(request));
    } catch {
      return null;
    }
  }
}

import type { Context } from "../context/context.ts";
import { observe } from "../context/observe.ts";
import type { RequestOptions } from "../context/options.ts";
import { currentServer } from "../flows/current-server.ts";
import { type DirectLoginResult, logInByGrant } from "../flows/log-in-by-grant.ts";
import { tokenByPasskey } from "../flows/token-by-passkey.ts";
import { callAuth0 } from "../protocol/auth0-api.ts";
import {
  challengePasskey,
  type PasskeyChallengeOptions,
  type PasskeyChallengeResponse,
  type PasskeyRegisterOptions,
  type PasskeyRegisterResponse,
  registerPasskey,
} from "../protocol/passkey.ts";
import { type PasskeyGetTokenOptions, passkeyGrant } from "../protocol/passkey-grant.ts";
import type { TokenResponse } from "../protocol/token-request.ts";
import type { ServerSource } from "./server-source.ts";

/**
 * The first half of signing up or logging in with a passkey. These endpoints take a client secret, or the id of a public
 * client, and neither a client assertion nor a certificate.
 */
export class PasskeyCeremonies<TLast = unknown> {
  readonly #server: ServerSource<TLast>;

  constructor(server: ServerSource<TLast>) {
    this.#server = server;
  }

  /** Begins signing up: `authnParamsPublicKey` is for `navigator.credentials.create()`. @throws PasskeyRegisterError */
  async register(options: PasskeyRegisterOptions, last?: TLast): Promise<PasskeyRegisterResponse> {
    return await callAuth0(registerPasskey(options), await this.#server(last));
  }

  /** Begins logging in: `authnParamsPublicKey` is for `navigator.credentials.get()`. @throws PasskeyChallengeError */
  async challenge(options?: PasskeyChallengeOptions, last?: TLast): Promise<PasskeyChallengeResponse> {
    return await callAuth0(challengePasskey(options), await this.#server(last));
  }
}

/** Passkeys of an {@link AuthClient}. */
export class PasskeyClient extends PasskeyCeremonies<RequestOptions> {
  readonly #server: ServerSource<RequestOptions>;

  constructor(server: ServerSource<RequestOptions>) {
    super(server);
    this.#server = server;
  }

  /**
   * Tokens for what the browser's credential says.
   *
   * @throws PasskeyGetTokenError where it is refused; `cause` has the OAuth error, such as `mfa_required`
   * @throws OrganizationValidationError where `organization` is blank, or not that of the ID token
   */
  async getTokenByPasskey(options: PasskeyGetTokenOptions, request?: RequestOptions): Promise<TokenResponse> {
    return await tokenByPasskey(options, () => this.#server(request));
  }
}

/** Passkeys of a {@link ServerClient}. */
export class ServerPasskeyClient<TStoreOptions = unknown> extends PasskeyCeremonies<TStoreOptions> {
  readonly #context: Context<TStoreOptions>;

  constructor(context: Context<TStoreOptions>) {
    super(currentServer(context));
    this.#context = context;
  }

  /**
   * Completes signing up or logging in, and makes the session.
   *
   * @throws PasskeyGetTokenError where it is refused; `cause` has the OAuth error, such as `mfa_required`
   * @throws OrganizationValidationError where `organization` is blank, or not that of the ID token
   * @throws SessionExpiredError where the identity provider's session is already over
   * @throws ResponseCommittedError where the response left and the session lives in a cookie
   */
  async getToken(options: PasskeyGetTokenOptions, storeOptions?: TStoreOptions): Promise<DirectLoginResult> {
    return await observe(
      this.#context,
      storeOptions,
      "login",
      (own) => logInByGrant(own, passkeyGrant(options), options, storeOptions),
      options,
    );
  }
}

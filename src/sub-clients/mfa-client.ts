import type { Context } from "../context/context.ts";
import { observe } from "../context/observe.ts";
import type { RequestOptions } from "../context/options.ts";
import { currentServer } from "../flows/current-server.ts";
import { type MfaVerifyResponse, verifyMfa } from "../flows/verify-mfa.ts";
import { callAuth0 } from "../protocol/auth0-api.ts";
import { tokensByGrant } from "../protocol/auth0-grant.ts";
import {
  type AuthenticatorResponse,
  type ChallengeOptions,
  type ChallengeResponse,
  challengeAuthenticator,
  type DeleteAuthenticatorOptions,
  deleteAuthenticator,
  type EnrollAuthenticatorOptions,
  type EnrollmentResponse,
  enrollAuthenticator,
  type ListAuthenticatorsOptions,
  listAuthenticators,
} from "../protocol/mfa.ts";
import { type MfaVerifyOptions, mfaGrant } from "../protocol/mfa-grant.ts";
import type { TokenResponse } from "../protocol/token-request.ts";
import type { ServerSource } from "./server-source.ts";

/** The authenticators of a user of whom another factor is required: see `isMfaRequiredError`. */
export class MfaAuthenticators<TLast = unknown> {
  readonly #server: ServerSource<TLast>;

  constructor(server: ServerSource<TLast>) {
    this.#server = server;
  }

  /** @throws MfaListAuthenticatorsError */
  async listAuthenticators(
    options: ListAuthenticatorsOptions,
    last?: TLast,
  ): Promise<AuthenticatorResponse[]> {
    return await callAuth0(listAuthenticators(options), await this.#server(last));
  }

  /** Begins to enroll an authenticator; `verify` completes it. @throws MfaEnrollmentError */
  async enrollAuthenticator(options: EnrollAuthenticatorOptions, last?: TLast): Promise<EnrollmentResponse> {
    return await callAuth0(enrollAuthenticator(options), await this.#server(last));
  }

  /** @throws MfaDeleteAuthenticatorError */
  async deleteAuthenticator(options: DeleteAuthenticatorOptions, last?: TLast): Promise<void> {
    await callAuth0(deleteAuthenticator(options), await this.#server(last));
  }

  /** Has a code or push message sent. An authenticator app needs no challenge. @throws MfaChallengeError */
  async challengeAuthenticator(options: ChallengeOptions, last?: TLast): Promise<ChallengeResponse> {
    return await callAuth0(challengeAuthenticator(options), await this.#server(last));
  }
}

/** Multi-factor authentication of an {@link AuthClient}. */
export class MfaClient extends MfaAuthenticators<RequestOptions> {
  readonly #server: ServerSource<RequestOptions>;

  constructor(server: ServerSource<RequestOptions>) {
    super(server);
    this.#server = server;
  }

  /** Tokens for a second factor. @throws MfaVerifyError where it is refused; `cause` has the OAuth error */
  async verify(options: MfaVerifyOptions, request?: RequestOptions): Promise<TokenResponse> {
    return await tokensByGrant(mfaGrant(options), await this.#server(request));
  }
}

/** Multi-factor authentication of a {@link ServerClient}. */
export class ServerMfaClient<TStoreOptions = unknown> extends MfaAuthenticators<TStoreOptions> {
  readonly #context: Context<TStoreOptions>;

  constructor(context: Context<TStoreOptions>) {
    super(currentServer(context));
    this.#context = context;
  }

  /**
   * Completes a login or a call for tokens that a second factor was required for. A live session of the same user gets the
   * tokens added and stays what it is otherwise; in any other case this is a login.
   *
   * @throws MfaVerifyError where the factor is refused (`cause` has the OAuth error), or where no ID token came: then nobody
   * can tell whose tokens they are, and nothing is saved
   * @throws OrganizationValidationError where the user came from another organization
   * @throws SessionExpiredError where the identity provider's session is already over
   * @throws ResponseCommittedError where the response left and the session lives in a cookie
   */
  verify(options: MfaVerifyOptions, storeOptions?: TStoreOptions): Promise<MfaVerifyResponse> {
    return observe(this.#context, storeOptions, "login", verifyMfa, options);
  }
}

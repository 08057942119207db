import type { RequestOptions } from "../context/options.ts";
import { callAuth0 } from "../protocol/auth0-api.ts";
import { tokensByGrant } from "../protocol/auth0-grant.ts";
import {
  type ChallengeWithEmailOptions,
  type ChallengeWithPhoneNumberOptions,
  challengeWithEmail,
  challengeWithPhoneNumber,
  type PasswordlessChallenge,
} from "../protocol/otp-challenge.ts";
import {
  databaseCodeGrant,
  type TokenByPasswordlessDbConnectionOptions,
} from "../protocol/passwordless-grant.ts";
import {
  type SendEmailOptions,
  type SendSmsOptions,
  sendEmail,
  sendSms,
} from "../protocol/passwordless-start.ts";
import type { TokenResponse } from "../protocol/token-request.ts";
import type { ServerSource } from "./server-source.ts";

/** Passwordless logins: codes and links on their way to the user. Not open to public clients. */
export class PasswordlessClient {
  readonly #server: ServerSource<RequestOptions>;

  constructor(server: ServerSource<RequestOptions>) {
    this.#server = server;
  }

  /**
   * Sends a one-time code or a link by email. `getTokenByPasswordlessEmail` and `getTokenByMagicLinkCode` complete it.
   *
   * @throws PasswordlessStartError
   * @throws MissingClientAuthError for a public client
   */
  async sendEmail(options: SendEmailOptions, request?: RequestOptions): Promise<void> {
    await callAuth0(sendEmail(options), await this.#server(request));
  }

  /**
   * Sends a one-time code by SMS. `getTokenByPasswordlessSms` completes it.
   *
   * @throws PasswordlessStartError
   * @throws MissingClientAuthError for a public client
   */
  async sendSms(options: SendSmsOptions, request?: RequestOptions): Promise<void> {
    await callAuth0(sendSms(options), await this.#server(request));
  }

  /**
   * Sends a one-time code by email to a user of a database connection.
   *
   * @throws PasswordlessChallengeError
   * @throws MissingClientAuthError for a public client
   */
  async challengeWithEmail(
    options: ChallengeWithEmailOptions,
    request?: RequestOptions,
  ): Promise<PasswordlessChallenge> {
    return await callAuth0(challengeWithEmail(options), await this.#server(request));
  }

  /**
   * Sends a one-time code by phone to a user of a database connection.
   *
   * @throws PasswordlessChallengeError
   * @throws MissingClientAuthError for a public client
   */
  async challengeWithPhoneNumber(
    options: ChallengeWithPhoneNumberOptions,
    request?: RequestOptions,
  ): Promise<PasswordlessChallenge> {
    return await callAuth0(challengeWithPhoneNumber(options), await this.#server(request));
  }

  /** Tokens for such a code. @throws PasswordlessDbGetTokenError; `cause` has the OAuth error, such as `mfa_required` */
  async getTokenByPasswordlessDbConnection(
    options: TokenByPasswordlessDbConnectionOptions,
    request?: RequestOptions,
  ): Promise<TokenResponse> {
    return await tokensByGrant(databaseCodeGrant(options), await this.#server(request));
  }
}

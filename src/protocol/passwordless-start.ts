import { PasswordlessStartError } from "../errors/index.ts";
import type { Auth0Call } from "./auth0-api.ts";
import { headerOf, objectOption, textParameters } from "./auth0-options.ts";

/** Sends a one-time code by email. */
export interface SendEmailCodeOptions {
  email: string;
  send?: "code" | undefined;
  /** Only links carry them. */
  authParams?: undefined;
  /** BCP 47 tag, such as `fr-CA`, of the language the mail is to be in. */
  language?: string | undefined;
}

/** Sends a link by email that logs in. */
export interface SendEmailLinkOptions {
  email: string;
  send: "link";
  /**
   * Parameters of the authorization request the link makes, as they are: `redirect_uri`, `response_type`, `scope`, `state`.
   * Whoever sends a link keeps its `state`, and compares it at the callback.
   */
  authParams?: Record<string, unknown> | undefined;
  /** BCP 47 tag, such as `fr-CA`, of the language the mail is to be in. */
  language?: string | undefined;
}

/** Sends a one-time code (the default) or a link by email. */
export type SendEmailOptions = SendEmailCodeOptions | SendEmailLinkOptions;

/** Sends a one-time code by SMS. */
export interface SendSmsOptions {
  /** In E.164 format, such as `+14155550100`. */
  phoneNumber: string;
  /** BCP 47 tag, such as `fr-CA`, of the language the message is to be in. */
  language?: string | undefined;
}

/** @throws PasswordlessStartError */
export function sendEmail(options: SendEmailOptions): Auth0Call<void> {
  const { email, send = "code" } = textParameters(PasswordlessStartError, options, ["email"], ["send"]);
  if (send !== "code" && send !== "link")
    throw new PasswordlessStartError("'send' must be 'code' or 'link'.");
  const authParams =
    send === "link" ? objectOption(PasswordlessStartError, "authParams", options.authParams) : undefined;
  return start({ email, connection: "email", send, authParams }, options);
}

/** @throws PasswordlessStartError */
export function sendSms(options: SendSmsOptions): Auth0Call<void> {
  return start(
    { ...textParameters(PasswordlessStartError, options, ["phoneNumber"]), connection: "sms" },
    options,
  );
}

/** `POST /passwordless/start` (Auth0 Authentication API, "Get code or link"). */
function start(body: Record<string, unknown>, options: { language?: string | undefined }): Auth0Call<void> {
  return {
    path: "/passwordless/start",
    body,
    headers: headerOf(PasswordlessStartError, options, "language", "x-request-language"),
    client: "confidential",
    Failure: PasswordlessStartError,
  };
}

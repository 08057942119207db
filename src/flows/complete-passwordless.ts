import type { Context } from "../context/context.ts";
import { PasswordlessVerifyError } from "../errors/index.ts";
import { textParameters } from "../protocol/auth0-options.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import { emailCodeGrant, smsCodeGrant } from "../protocol/passwordless-grant.ts";
import { type DirectLoginResult, logInByGrant } from "./log-in-by-grant.ts";

/** A one-time code that came by email. */
export interface CompletePasswordlessEmailOptions {
  connection: "email";
  /** Where the code was sent to. */
  email: string;
  /** The code. */
  verificationCode: string;
  /** `audience`, `scope` and `organization`; they come before those of the client. */
  authorizationParams?: AuthorizationParameters | undefined;
}

/** A one-time code that came by SMS. */
export interface CompletePasswordlessSmsOptions {
  connection: "sms";
  /** Where the code was sent to, in E.164 format. */
  phoneNumber: string;
  /** The code. */
  verificationCode: string;
  /** `audience`, `scope` and `organization`; they come before those of the client. */
  authorizationParams?: AuthorizationParameters | undefined;
}

export type CompletePasswordlessOptions = CompletePasswordlessEmailOptions | CompletePasswordlessSmsOptions;

/** Logs in the user who typed the one-time code. */
export async function completePasswordless<T>(
  context: Context<T>,
  options: CompletePasswordlessOptions,
  storeOptions: T | undefined,
): Promise<DirectLoginResult> {
  textParameters(PasswordlessVerifyError, options, ["connection", "verificationCode"]);
  const { connection, verificationCode: code, authorizationParams } = options;
  const { audience, scope } = authorizationParams ?? {};
  if (connection !== "email" && connection !== "sms") {
    throw new PasswordlessVerifyError("'connection' must be 'email' or 'sms'.");
  }
  const grant =
    connection === "sms"
      ? smsCodeGrant({ phoneNumber: options.phoneNumber, code, audience, scope })
      : emailCodeGrant({ email: options.email, code, audience, scope });
  return await logInByGrant(context, grant, options, storeOptions);
}

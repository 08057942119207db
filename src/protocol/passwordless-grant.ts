import { PasswordlessDbGetTokenError, PasswordlessVerifyError } from "../errors/index.ts";
import type { Auth0Grant } from "./auth0-grant.ts";
import { textParameters } from "./auth0-options.ts";

/** A one-time code that came by email. */
export interface TokenByPasswordlessEmailOptions {
  /** Where the code was sent to. */
  email: string;
  code: string;
  audience?: string | undefined;
  /** With `openid` an ID token comes, with `offline_access` a refresh token. */
  scope?: string | undefined;
}

/** A one-time code that came by SMS. */
export interface TokenByPasswordlessSmsOptions {
  /** Where the code was sent to, in E.164 format. */
  phoneNumber: string;
  code: string;
  audience?: string | undefined;
  /** With `openid` an ID token comes, with `offline_access` a refresh token. */
  scope?: string | undefined;
}

/** A one-time code for a database connection. */
export interface TokenByPasswordlessDbConnectionOptions {
  /** From the challenge. */
  authSession: string;
  /** The code. */
  otp: string;
  audience?: string | undefined;
  /** With `openid` an ID token comes, with `offline_access` a refresh token. */
  scope?: string | undefined;
}

const grantType = "http://auth0.com/oauth/grant-type/passwordless/otp";

/** @throws PasswordlessVerifyError */
export function emailCodeGrant(options: TokenByPasswordlessEmailOptions): Auth0Grant {
  const required = ["email", "code"] as const;
  const { email, code, ...rest } = textParameters(PasswordlessVerifyError, options, required, [
    "audience",
    "scope",
  ]);
  return codeGrant({ username: email, otp: code, realm: "email", ...rest });
}

/** @throws PasswordlessVerifyError */
export function smsCodeGrant(options: TokenByPasswordlessSmsOptions): Auth0Grant {
  const required = ["phoneNumber", "code"] as const;
  const { phone_number, code, ...rest } = textParameters(PasswordlessVerifyError, options, required, [
    "audience",
    "scope",
  ]);
  return codeGrant({ username: phone_number, otp: code, realm: "sms", ...rest });
}

/** @throws PasswordlessDbGetTokenError */
export function databaseCodeGrant(options: TokenByPasswordlessDbConnectionOptions): Auth0Grant {
  const required = ["authSession", "otp"] as const;
  const parameters = textParameters(PasswordlessDbGetTokenError, options, required, ["audience", "scope"]);
  return { grantType, parameters, Failure: PasswordlessDbGetTokenError };
}

function codeGrant(parameters: Auth0Grant["parameters"]): Auth0Grant {
  return { grantType, parameters, Failure: PasswordlessVerifyError };
}

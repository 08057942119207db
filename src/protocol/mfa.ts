import { isText } from "../arguments.ts";
import {
  MfaChallengeError,
  MfaDeleteAuthenticatorError,
  MfaEnrollmentError,
  MfaListAuthenticatorsError,
} from "../errors/index.ts";
import type { Answer } from "./answer.ts";
import type { Auth0Call } from "./auth0-api.ts";
import { camelCase, hasTexts, textParameters } from "./auth0-options.ts";

/** What an authenticator is; one that uses email is an `oob` one. */
export type AuthenticatorType = "otp" | "oob" | "recovery-code";
/** How an out-of-band code travels; `auth0` is a push message. */
export type OobChannel = "sms" | "voice" | "auth0" | "email";

/** An authenticator of the user. */
export interface AuthenticatorResponse {
  id: string;
  authenticatorType: AuthenticatorType;
  /** Whether its enrollment is complete. */
  active: boolean;
  name?: string | undefined;
  /** Only of out-of-band ones. */
  oobChannels?: OobChannel[] | undefined;
  type?: string | undefined;
}

export interface ListAuthenticatorsOptions {
  /** The `mfa_token` of the error that demanded another factor. */
  mfaToken: string;
}

export interface DeleteAuthenticatorOptions {
  authenticatorId: string;
  /** Auth0 wants an access token for the audience `https://{domain}/mfa/` with the scope `remove:authenticators` here. */
  mfaToken: string;
}

/** An app that shows one-time codes. */
export interface EnrollOtpOptions {
  authenticatorTypes: ["otp"];
  mfaToken: string;
}

/** A code by SMS or voice, or a push message. */
export interface EnrollOobOptions {
  authenticatorTypes: ["oob"];
  oobChannels: OobChannel[];
  /** In E.164 format; for `sms` and `voice`. */
  phoneNumber?: string | undefined;
  mfaToken: string;
}

/** A code by email. */
export interface EnrollEmailOptions {
  authenticatorTypes: ["oob"];
  oobChannels: ["email"];
  /** Default: the address Auth0 has of the user. */
  email?: string | undefined;
  mfaToken: string;
}

export type EnrollAuthenticatorOptions = EnrollOtpOptions | EnrollOobOptions | EnrollEmailOptions;

export interface OtpEnrollmentResponse {
  authenticatorType: "otp";
  /** For whoever cannot scan the barcode, in Base32. */
  secret: string;
  /** `otpauth://…`, to be shown as a QR code. */
  barcodeUri: string;
  recoveryCodes?: string[] | undefined;
  id?: string | undefined;
}

export interface OobEnrollmentResponse {
  authenticatorType: "oob";
  oobChannel: OobChannel;
  /** To be sent along with what the user types. */
  oobCode?: string | undefined;
  /** `prompt` where the user has to type a code. */
  bindingMethod?: string | undefined;
  id?: string | undefined;
  barcodeUri?: string | undefined;
  recoveryCodes?: string[] | undefined;
}

export type EnrollmentResponse = OtpEnrollmentResponse | OobEnrollmentResponse;

export interface ChallengeOptions {
  challengeType: "otp" | "oob";
  /** Default: Auth0 chooses one of the user's. */
  authenticatorId?: string | undefined;
  mfaToken: string;
}

export interface ChallengeResponse {
  challengeType: "otp" | "oob";
  /** To be sent along with what the user types. */
  oobCode?: string | undefined;
  /** `prompt` where the user has to type a code. */
  bindingMethod?: string | undefined;
}

/** `GET /mfa/authenticators`. @throws MfaListAuthenticatorsError */
export function listAuthenticators(options: ListAuthenticatorsOptions): Auth0Call<AuthenticatorResponse[]> {
  const { mfa_token } = textParameters(MfaListAuthenticatorsError, options, ["mfaToken"]);
  return {
    path: "/mfa/authenticators",
    method: "GET",
    headers: bearer(mfa_token),
    Failure: MfaListAuthenticatorsError,
    read: (answer) => (Array.isArray(answer) ? answer.filter(Boolean).map(readAuthenticator) : undefined),
  };
}

/** Auth0 names one channel of an authenticator; the result has a list of them. */
function readAuthenticator({ oob_channel, ...answer }: Answer): AuthenticatorResponse {
  const channels = oob_channel === undefined ? {} : { oob_channels: [oob_channel] };
  return camelCase({ ...channels, ...answer });
}

/** `POST /mfa/associate`. @throws MfaEnrollmentError */
export function enrollAuthenticator(options: EnrollAuthenticatorOptions): Auth0Call<EnrollmentResponse> {
  const optional = ["phoneNumber", "email"] as const;
  const given = options as unknown as Record<string, unknown>;
  const { mfa_token, ...body } = textParameters(MfaEnrollmentError, given, ["mfaToken"], optional);
  const { authenticatorTypes, oobChannels } = given;
  return {
    path: "/mfa/associate",
    headers: bearer(mfa_token),
    body: {
      ...body,
      authenticator_types: textList("authenticatorTypes", authenticatorTypes),
      ...(oobChannels !== undefined && { oob_channels: textList("oobChannels", oobChannels) }),
    },
    Failure: MfaEnrollmentError,
    read: (answer) =>
      answer.authenticator_type === "otp" || answer.authenticator_type === "oob"
        ? camelCase(answer)
        : undefined,
  };
}

function textList(name: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length && value.every(isText)) return value;
  throw new MfaEnrollmentError(`'${name}' must be a list of texts.`);
}

/** `DELETE /mfa/authenticators/{id}`. @throws MfaDeleteAuthenticatorError */
export function deleteAuthenticator(options: DeleteAuthenticatorOptions): Auth0Call<void> {
  const required = ["authenticatorId", "mfaToken"] as const;
  const parameters = textParameters(MfaDeleteAuthenticatorError, options, required);
  return {
    path: `/mfa/authenticators/${encodeURIComponent(parameters.authenticator_id!)}`,
    method: "DELETE",
    headers: bearer(parameters.mfa_token),
    Failure: MfaDeleteAuthenticatorError,
  };
}

/** `POST /mfa/challenge`, where the client proves itself and the token stands in the body. @throws MfaChallengeError */
export function challengeAuthenticator(options: ChallengeOptions): Auth0Call<ChallengeResponse> {
  const required = ["mfaToken", "challengeType"] as const;
  return {
    path: "/mfa/challenge",
    body: textParameters(MfaChallengeError, options, required, ["authenticatorId"]),
    client: "any",
    Failure: MfaChallengeError,
    read: (answer) => (hasTexts(answer, "challenge_type") ? camelCase(answer) : undefined),
  };
}

function bearer(mfaToken: string | undefined): Record<string, string> {
  return { authorization: `Bearer ${mfaToken}` };
}

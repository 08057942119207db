import { MfaVerifyError } from "../errors/index.ts";
import type { Auth0Grant } from "./auth0-grant.ts";
import { textParameters } from "./auth0-options.ts";

/** How the user proves another factor. */
export type MfaFactorType = "otp" | "oob" | "recovery-code";

/** A code of the user's authenticator app. */
export interface MfaVerifyOtpOptions {
  /** The `mfa_token` of the error that demanded another factor. */
  mfaToken: string;
  factorType: "otp";
  otp: string;
  /** The API the access token is for: the one of the call that demanded another factor. */
  audience?: string | undefined;
}

/** A code that was sent to the user, or their approval of a push message. */
export interface MfaVerifyOobOptions {
  mfaToken: string;
  factorType: "oob";
  /** From the challenge. */
  oobCode: string;
  /** What the user typed, where the challenge says `prompt`. */
  bindingCode?: string | undefined;
  audience?: string | undefined;
}

/** A recovery code. The tokens bring the one that takes its place. */
export interface MfaVerifyRecoveryCodeOptions {
  mfaToken: string;
  factorType: "recovery-code";
  recoveryCode: string;
  audience?: string | undefined;
}

export type MfaVerifyOptions = MfaVerifyOtpOptions | MfaVerifyOobOptions | MfaVerifyRecoveryCodeOptions;

/** What each factor is proved with. */
const factors: Record<string, [required: string, ...optional: string[]]> = {
  otp: ["otp"],
  oob: ["oobCode", "bindingCode"],
  "recovery-code": ["recoveryCode"],
};

/**
 * Auth0's grants `mfa-otp`, `mfa-oob` and `mfa-recovery-code`.
 *
 * @throws MfaVerifyError
 */
export function mfaGrant(options: MfaVerifyOptions): Auth0Grant {
  const { factor_type = "" } = textParameters(MfaVerifyError, options, ["factorType"]);
  if (!Object.hasOwn(factors, factor_type)) {
    throw new MfaVerifyError("'factorType' must be 'otp', 'oob' or 'recovery-code'.");
  }
  const [required, ...optional] = factors[factor_type]!;
  return {
    grantType: `http://auth0.com/oauth/grant-type/mfa-${factor_type}`,
    parameters: textParameters<Record<string, unknown>>(
      MfaVerifyError,
      { ...options },
      ["mfaToken", required],
      [...optional, "audience"],
    ),
    Failure: MfaVerifyError,
  };
}

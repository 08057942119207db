import { PasswordlessChallengeError } from "../errors/index.ts";
import type { Auth0Call } from "./auth0-api.ts";
import { hasTexts, textParameters } from "./auth0-options.ts";

/** Sends a one-time code by email to a user of a database connection. */
export interface ChallengeWithEmailOptions {
  email: string;
  /** The database connection. */
  connection: string;
  /** Whether somebody the connection does not know is signed up. Default `false`. */
  allowSignup?: boolean | undefined;
}

/** Sends a one-time code by phone to a user of a database connection. */
export interface ChallengeWithPhoneNumberOptions {
  /** In E.164 format, such as `+14155550100`. */
  phoneNumber: string;
  /** The database connection. */
  connection: string;
  /** Default: `text`. */
  deliveryMethod?: "text" | "voice" | undefined;
  /** Whether somebody the connection does not know is signed up. Default `false`. */
  allowSignup?: boolean | undefined;
}

/** A code is on its way. */
export interface PasswordlessChallenge {
  /** Opaque: to be sent along with the code. */
  authSession: string;
}

/** @throws PasswordlessChallengeError */
export function challengeWithEmail(options: ChallengeWithEmailOptions): Auth0Call<PasswordlessChallenge> {
  return challenge(textParameters(PasswordlessChallengeError, options, ["email", "connection"]), options);
}

/** @throws PasswordlessChallengeError */
export function challengeWithPhoneNumber(
  options: ChallengeWithPhoneNumberOptions,
): Auth0Call<PasswordlessChallenge> {
  const required = ["phoneNumber", "connection"] as const;
  return challenge(
    textParameters(PasswordlessChallengeError, options, required, ["deliveryMethod"]),
    options,
  );
}

/** `POST /otp/challenge` (Auth0, passwordless with a database connection). */
function challenge(
  body: Record<string, string>,
  { allowSignup }: { allowSignup?: boolean | undefined },
): Auth0Call<PasswordlessChallenge> {
  return {
    path: "/otp/challenge",
    body: { ...body, allow_signup: allowSignup === true },
    client: "confidential",
    Failure: PasswordlessChallengeError,
    read: (answer) =>
      hasTexts(answer, "auth_session") ? { authSession: answer.auth_session as string } : undefined,
  };
}

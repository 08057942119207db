import { PasskeyChallengeError, PasskeyRegisterError } from "../errors/index.ts";
import type { Answer } from "./answer.ts";
import type { Auth0Call } from "./auth0-api.ts";
import { hasTexts, objectOption, textParameters } from "./auth0-options.ts";

/** For `navigator.credentials.create()` (Web Authentication section 5.4); bytes are base64url. */
export interface PasskeyCreationOptions {
  challenge: string;
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: { type: string; alg: number }[];
  authenticatorSelection?: { residentKey?: string; userVerification?: string } | undefined;
  /** Milliseconds. */
  timeout?: number | undefined;
}

/** For `navigator.credentials.get()` (Web Authentication section 5.5); bytes are base64url. */
export interface PasskeyRequestOptions {
  challenge: string;
  rpId: string;
  /** Milliseconds. */
  timeout?: number | undefined;
  userVerification?: string | undefined;
}

/** Who signs up. One of `email`, `phoneNumber` and `username` is needed, as the connection demands. */
export type PasskeyRegisterOptions = {
  email?: string | undefined;
  /** In E.164 format. */
  phoneNumber?: string | undefined;
  username?: string | undefined;
  name?: string | undefined;
  givenName?: string | undefined;
  familyName?: string | undefined;
  nickname?: string | undefined;
  /** URL. */
  picture?: string | undefined;
  userMetadata?: Record<string, string> | undefined;
  /** The database connection. */
  realm?: string | undefined;
  /** By id or name. */
  organization?: string | undefined;
} & ({ email: string } | { phoneNumber: string } | { username: string });

export interface PasskeyRegisterResponse {
  /** Opaque: to be sent along with the credential. */
  authSession: string;
  authnParamsPublicKey: PasskeyCreationOptions;
}

export interface PasskeyChallengeOptions {
  /** The database connection. */
  realm?: string | undefined;
  /** By id or name. */
  organization?: string | undefined;
}

export interface PasskeyChallengeResponse {
  /** Opaque: to be sent along with the credential. */
  authSession: string;
  authnParamsPublicKey: PasskeyRequestOptions;
}

const identifiers = ["email", "phoneNumber", "username"] as const;
const profile = [...identifiers, "name", "givenName", "familyName", "nickname", "picture"] as const;

/** `POST /passkey/register`. @throws PasskeyRegisterError */
export function registerPasskey(options: PasskeyRegisterOptions): Auth0Call<PasskeyRegisterResponse> {
  const userProfile = textParameters(PasskeyRegisterError, options, [], profile);
  if (!identifiers.some((name) => options?.[name])) {
    throw new PasskeyRegisterError("One of 'email', 'phoneNumber' and 'username' must be given.");
  }
  return {
    path: "/passkey/register",
    body: {
      ...textParameters(PasskeyRegisterError, options, [], ["realm", "organization"]),
      user_profile: userProfile,
      user_metadata: objectOption(PasskeyRegisterError, "userMetadata", options.userMetadata),
    },
    client: "secret",
    Failure: PasskeyRegisterError,
    read: readChallenge<PasskeyRegisterResponse>,
  };
}

/** `POST /passkey/challenge`. @throws PasskeyChallengeError */
export function challengePasskey(
  options: PasskeyChallengeOptions | undefined,
): Auth0Call<PasskeyChallengeResponse> {
  return {
    path: "/passkey/challenge",
    body: textParameters(PasskeyChallengeError, options, [], ["realm", "organization"]),
    client: "secret",
    Failure: PasskeyChallengeError,
    read: readChallenge<PasskeyChallengeResponse>,
  };
}

function readChallenge<T>(answer: Answer): T | undefined {
  const { auth_session: authSession, authn_params_public_key: authnParamsPublicKey } = answer;
  return hasTexts(answer, "auth_session") && typeof authnParamsPublicKey === "object"
    ? ({ authSession, authnParamsPublicKey } as T)
    : undefined;
}

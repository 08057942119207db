import type { PasskeyPublicKey } from "./cose-key.ts";
import type { NewPerson } from "./people.ts";

/** A one-time code as it is kept. */
export interface KeptCode {
  /** Random, and known to nobody else. */
  id: string;
  hash: string;
}

/** A password that was set (RFC 8018 §5.2, PBKDF2). */
export interface PasswordRecord {
  /** base64url. */
  salt: string;
  /** base64url. */
  hash: string;
}

/** A code that was sent for the database connection. */
export interface OtpSessionRecord extends KeptCode {
  /** The client that asked for it. */
  clientId: string;
  kind: "email" | "sms";
  /** Where it was sent to. */
  address: string;
}

/** A link that was sent by mail. */
export interface LinkRecord {
  email: string;
  /** The authorization request that it stands for. */
  parameters: readonly (readonly [string, string])[];
}

/** A link to the page for a new password. */
export interface ResetRecord {
  /** Whose password it is. */
  sub: string;
}

/** A second factor. */
export interface FactorRecord {
  /** Auth0's form, `totp|dev_...` or `sms|dev_...`. */
  id: string;
  /** `authenticator_type`: an authenticator app, or a message sent out of band. */
  type: "otp" | "oob";
  /** Whether it has been used once. */
  active: boolean;
  /** Base32, of an authenticator app. Like the signing key it is of no use as a hash. */
  secret?: string;
  /** How messages are sent. */
  channel?: "sms" | "voice" | "email";
  /** Where they are sent to. */
  address?: string;
}

/** A code that was sent to a second factor. */
export interface OobRecord extends KeptCode {
  factorId: string;
  /** Hash of the `mfa_token` it was sent for. */
  mfaToken: string;
}

/** A challenge for a passkey. */
export interface PasskeyRecord {
  /** The client that asked for it. */
  clientId: string;
  challengeHash: string;
  /** Who will be created, at a sign-up. */
  registration?: { person: NewPerson; userHandle: string };
}

/** A passkey. */
export interface CredentialRecord {
  sub: string;
  publicKey: PasskeyPublicKey;
  /** The signature counter, 0 where the authenticator has none. */
  signCount: number;
  /** `user.id` of the registration. */
  userHandle: string;
}

/** The session of somebody who has not logged in. */
export interface AnonymousRecord {
  sub: string;
  clientId: string;
  /** Seconds since the epoch; the record outlives it, so that the refusal can say what is wrong. */
  expiresAt: number;
  metadata?: Record<string, unknown>;
}

/** The records of those ways to log in that need no browser. */
export interface DirectRecordTypes {
  /** Under the `sub`. */
  password: PasswordRecord;
  /** Under `<client id> <connection> <address>`: only the newest code counts. */
  otp: KeptCode;
  /** Under the `auth_session`. */
  "otp-session": OtpSessionRecord;
  /** Under the ticket in the link. */
  link: LinkRecord;
  /** Under the ticket in the link. */
  reset: ResetRecord;
  /** Under `<sub> <number>`. */
  factor: FactorRecord;
  /** Under the `sub`: the hash of the recovery code. */
  recovery: { code: string };
  /** Under the `oob_code`. */
  oob: OobRecord;
  /** Under the `auth_session`. */
  passkey: PasskeyRecord;
  /** Under the id of the credential. */
  credential: CredentialRecord;
  /** Under the `session_token`. */
  anonymous: AnonymousRecord;
}

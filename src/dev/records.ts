import type { BackchannelRecordTypes } from "./backchannel-records.ts";
import type { DirectRecordTypes } from "./direct-records.ts";
import { sha256Base64url } from "./encoding.ts";
import type { Grant } from "./grant.ts";
import type { DevTenantStorage } from "./storage.ts";

/** A grant that an authorization code stands for (RFC 6749 §4.1.2). */
export interface CodeRecord {
  grant: Grant;
  redirectUri: string;
  /** After this the code is refused; the record outlives it, so that a reuse is still noticed. */
  redeemableUntil: number;
  codeChallenge?: string;
  nonce?: string;
}

/** A grant that a refresh token stands for. */
export interface RefreshRecord {
  grant: Grant;
  /** End of the whole family, seconds since the epoch: rotation does not move it. */
  familyExpiresAt: number;
}

/** What an access token allows at the tenant's own endpoints. */
export interface AccessRecord {
  grantId: string;
  sub: string;
  scope: readonly string[];
}

/** An authorization request that waits for a person to choose. */
export interface LoginRecord {
  /** The parameters as they came, sealed; they are checked again when the choice is made. */
  parameters: string;
  /** Whether the client pushed them (RFC 9126). */
  pushed: boolean;
  /** Hash of the cookie of the browser that may choose. */
  browser: string;
  /** Present once someone has logged in. */
  progress?: LoginProgress;
}

/** How far a login has come, where it takes several pages. */
export interface LoginProgress {
  /** The login session in which it goes on. */
  sid: string;
  /** Id of the organization that was chosen, or `none`. */
  organization?: string;
  /** Whether the accounts have been changed as asked. */
  linked?: boolean;
  /** Whether what is asked for in detail has been approved. */
  consented?: boolean;
}

/** A pushed authorization request (RFC 9126). */
export interface PushRecord {
  clientId: string;
  /** Sealed. */
  parameters: string;
}

/** An account linked to somebody's own (Auth0: a member of the user's `identities`). */
export interface IdentityRecord {
  /** Its `sub` if it were not linked. */
  sub: string;
  /** Name of its connection. */
  connection: string;
  name: string;
  email?: string;
  /** What the connection was asked for. */
  scope?: string;
}

/** An invitation to an organization (Auth0: "Organization Member Invitation"). */
export interface InvitationRecord {
  /** Id of the organization. */
  organization: string;
  clientId: string;
  /** Only the account with this e-mail address may accept it. */
  email: string;
}

/** A login session of the tenant (Auth0: "Auth0 Session Layer"). */
export interface SessionRecord {
  sid: string;
  sub: string;
  /** Seconds since the epoch. */
  authTime: number;
  /** `sub` of who acts as this person. */
  actor?: string;
  /** That of the person when the session began: with another one it has been ended. */
  generation: string;
}

/**
 * What a session transfer token stands for (Auth0: "Session Transfer Token"). It is kept for a minute, and the
 * authorization endpoint takes it once.
 */
export interface SessionTransferRecord {
  /** `sub` of the person who will be logged in. */
  subject: string;
  /** `sub` of the person who will act as them. */
  actor: string;
  /** The client it was issued to. */
  clientId: string;
  /** Id of the organization it is limited to. */
  organization?: string;
  /** The only API scopes it gives access to. */
  scope?: readonly string[];
}

/** A person whom an invitation made a member of an organization. */
export interface MemberRecord {
  /** Seconds since the epoch. */
  since: number;
}

/** Tokens that wait for a second factor. */
export interface MfaRecord {
  grant: Grant;
  scope: readonly string[];
  audience?: string;
  /** When the refresh token given out will end, seconds since the epoch. */
  refreshableUntil?: number;
  /** Seconds since the epoch; the record outlives it, so that the refusal can say what is wrong. */
  usableUntil: number;
}

/** Every kind of record kept under a secret. */
export interface RecordTypes extends DirectRecordTypes, BackchannelRecordTypes {
  /** Under the `mfa_token`. */
  mfa: MfaRecord;
  code: CodeRecord;
  refresh: RefreshRecord;
  access: AccessRecord;
  login: LoginRecord;
  session: SessionRecord;
  transfer: SessionTransferRecord;
  /** Under `<id of the organization> <sub>`. */
  member: MemberRecord;
  push: PushRecord;
  invitation: InvitationRecord;
  /** Under `<sub> <number>`. */
  identity: IdentityRecord;
  /** Whose account it is, under the `sub` of an account that is linked. */
  linked: { sub: string };
}

/** What is tried a number of times only. */
export type AttemptKind = "password" | "otp" | "mfa";

/** Typed records, each kept under a secret (or a name) that is stored as a hash only. Built by {@link recordsIn}. */
export interface Records {
  /** Keeps a record for some seconds. */
  save<K extends keyof RecordTypes>(
    kind: K,
    secret: string,
    record: RecordTypes[K],
    lifetime: number,
  ): Promise<void>;
  /** Keeps a record only if there is none. Of concurrent callers exactly one is ever answered `true`. */
  add<K extends keyof RecordTypes>(
    kind: K,
    secret: string,
    record: RecordTypes[K],
    lifetime: number,
  ): Promise<boolean>;
  /** The record kept under a secret, unless it has expired. */
  load<K extends keyof RecordTypes>(kind: K, secret: string): Promise<RecordTypes[K] | undefined>;
  /** Removes a record. */
  forget(kind: keyof RecordTypes, secret: string): Promise<void>;
  /** Whether a secret has been marked as used. */
  isSpent(kind: keyof RecordTypes, secret: string): Promise<boolean>;
  /** Marks a secret as used. Exactly one caller is ever answered `true`. */
  spend(kind: keyof RecordTypes | "assertion", secret: string, lifetime: number): Promise<boolean>;
  /**
   * Counts a try at something. Concurrent callers each use up one.
   *
   * @param limit Tries there are until `lifetime` seconds have passed.
   * @returns Whether there was one left.
   */
  attempt(kind: AttemptKind, id: string, limit: number, lifetime: number): Promise<boolean>;
  /** Gives back the tries at something. */
  forgive(kind: AttemptKind, id: string, limit: number): Promise<void>;
  /** Ends a grant: its code, refresh tokens and access tokens are worthless from now on. */
  revoke(grantId: string, lifetime: number): Promise<void>;
  /** Whether a grant has been ended. */
  isRevoked(grantId: string): Promise<boolean>;
}

/**
 * Keeps {@link Records} in a storage. Keys: `<kind>:<SHA-256 of the secret>`, `spent:<kind>:<SHA-256>`,
 * `attempt:<kind>:<SHA-256>:<number>` and `revoked:<grant id>`.
 *
 * @param now Seconds since the epoch. Expiry is checked against it too, since the storage has its own clock.
 */
export function recordsIn(storage: DevTenantStorage, now: () => number): Records {
  const keyOf = async (kind: string, secret: string) => `${kind}:${await sha256Base64url(secret)}`;
  const attemptKeys = async (kind: string, id: string, limit: number) => {
    const key = await keyOf(`attempt:${kind}`, id);
    return Array.from({ length: limit }, (_, number) => `${key}:${number}`);
  };
  return {
    async save(kind, secret, record, lifetime) {
      await storage.put(await keyOf(kind, secret), { record, expiresAt: now() + lifetime }, lifetime);
    },
    async add(kind, secret, record, lifetime) {
      const entry = { record, expiresAt: now() + lifetime };
      return await storage.add(await keyOf(kind, secret), entry, lifetime);
    },
    async load<K extends keyof RecordTypes>(kind: K, secret: string) {
      const stored = (await storage.get(await keyOf(kind, secret))) as
        | { record: RecordTypes[K]; expiresAt: number }
        | undefined;
      return stored !== undefined && stored.expiresAt > now() ? stored.record : undefined;
    },
    async forget(kind, secret) {
      await storage.delete(await keyOf(kind, secret));
    },
    async isSpent(kind, secret) {
      return (await storage.get(`spent:${await keyOf(kind, secret)}`)) !== undefined;
    },
    async spend(kind, secret, lifetime) {
      return await storage.add(`spent:${await keyOf(kind, secret)}`, true, lifetime);
    },
    async attempt(kind, id, limit, lifetime) {
      for (const key of await attemptKeys(kind, id, limit)) {
        if (await storage.add(key, true, lifetime)) return true;
      }
      return false;
    },
    async forgive(kind, id, limit) {
      for (const key of await attemptKeys(kind, id, limit)) await storage.delete(key);
    },
    async revoke(grantId, lifetime) {
      // A tombstone rather than a deletion: a token being written at this moment cannot bring the grant back.
      await storage.put(`revoked:${grantId}`, true, lifetime);
    },
    async isRevoked(grantId) {
      return (await storage.get(`revoked:${grantId}`)) !== undefined;
    },
  };
}

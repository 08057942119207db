import type { AuthorizationDetail, GrantedOrganization } from "./grant.ts";

/** A request that waits for a person's approval (OpenID Connect CIBA 1.0). */
export interface BackchannelRecord {
  clientId: string;
  /** Who is asked. */
  sub: string;
  bindingMessage: string;
  /** Scopes that will be granted. */
  scope: readonly string[];
  audience?: string;
  organization?: GrantedOrganization;
  authorizationDetails?: readonly AuthorizationDetail[];
  /** Seconds since the epoch. */
  expiresAt: number;
}

/** When a client last asked for the outcome. */
export interface PollRecord {
  /** Seconds since the epoch, with fractions. */
  at: number;
  /** Seconds that have to pass until it may ask again. */
  interval: number;
}

/** How a client took the news that somebody has logged out. */
export interface DeliveryRecord {
  clientId: string;
  /** What the token named. */
  about: "session" | "person";
  /** Seconds since the epoch. */
  at: number;
  attempts: number;
  /** HTTP status of the last answer, unless there was none. */
  status?: number;
  /** Why there was no answer. */
  problem?: string;
}

/** The records of what passes between the tenant and the apps without a browser. */
export interface BackchannelRecordTypes {
  /** That a person has used a client, under `<sub> <client id>`, or in a session, under `<sid> <client id>`. */
  use: { sub: string };
  /** A session that was ended from elsewhere, under the `sid`. */
  ended: { at: number };
  /** Changes when all sessions of a person end, under the `sub`. */
  generation: { id: string };
  /** The newest first, under the `sub`. */
  deliveries: { list: readonly DeliveryRecord[] };
  /** Under the id of the request. */
  backchannel: BackchannelRecord;
  /** Under the id of the request. */
  poll: PollRecord;
  /** What the person has decided, under the id of the request. */
  decision: { approved: boolean };
  /** The id of a request that waits, under a number: so they can be listed. */
  waiting: { id: string };
}

import { InvalidConfigurationError } from "../errors/index.ts";
import type { Renewal } from "../session/renewal.ts";
import type { IndexRow, LogoutOrder } from "./logout-index.ts";
import type { ObjectNamespace } from "./namespace.ts";
import type { PlainError } from "./plain-error.ts";
import type { Commit, CommitAnswer, RenewalAnswer, RenewalRequest } from "./renewals.ts";
import type { Reading, Writing, Written } from "./session-record.ts";

/** What the name of a session's object begins with. */
export const sessionPrefix = "session:";

/**
 * What is asked of an object. Those named `session:…` own a session; those named `sid:…` and `sub:…` know which sessions a
 * logout token ends.
 */
export interface SessionCalls {
  read(): Promise<Reading | undefined>;
  write(writing: Writing): Promise<Written>;
  /** @param expiresAt seconds since the epoch */
  extend(expiresAt: number): Promise<void>;
  /**
   * @param until how long one that is not there yet is refused, seconds since the epoch; left out: nothing is refused
   * @param by the index object that ends it, and forgets it by itself
   */
  end(until?: number, by?: string): Promise<void>;
  /** When the session ends; `undefined` where it has. */
  endsAt(): Promise<number | undefined>;
  renew(request: RenewalRequest): Promise<RenewalAnswer>;
  commit(commit: Commit): Promise<CommitAnswer>;
  abandon(attempt: string, failure: PlainError): Promise<void>;
  note(row: IndexRow): Promise<boolean>;
  forget(name: string): Promise<void>;
  endSessions(order: LogoutOrder): Promise<void>;
  alarm(): Promise<void>;
}

/** What is asked of the object that decides over one refresh token; its name comes from that token. */
export interface CoordinatorCalls {
  renew(request: CoordinationRequest): Promise<RenewalAnswer>;
  commit(commit: Commit): Promise<CommitAnswer>;
  abandon(attempt: string, failure: PlainError): Promise<void>;
  /**
   * Its token came for that of another object.
   *
   * @param expiresAt when the session ends, seconds since the epoch
   */
  follow(predecessor: string, expiresAt: number): Promise<void>;
  /** A browser has brought a later token. */
  supersede(): Promise<void>;
  alarm(): Promise<void>;
}

/** What a Worker wants of a refresh token that stands in a cookie. */
export interface CoordinationRequest extends RenewalRequest {
  /** What the carrier is to do, sealed. */
  errand: string;
  /** When the session ends, seconds since the epoch. */
  expiresAt: number;
  /** Whether a browser has brought this very token, and not one before it. */
  isOwn: boolean;
}

/** What objects ask of a carrier. */
export interface CarrierCalls {
  /** Takes the refresh of a session on, and does not wait for it. */
  run(task: RefreshTask): Promise<void>;
  /** Takes the refresh of a session on that no object owns, and does not wait for it. */
  carry(task: ErrandTask): Promise<void>;
}

/** A refresh as the object of the session hands it over. Plain data: neither a secret nor a token can be read in it. */
export interface RefreshTask {
  /** The binding under which the object is found again. */
  binding: string;
  name: string;
  jurisdiction?: string | undefined;
  /** The session, sealed. */
  text: string;
  revision: number;
  renewal: Renewal;
  attempt: string;
}

/** The same as the object of a refresh token hands it over. */
export interface ErrandTask extends Omit<RefreshTask, "text" | "renewal"> {
  /** What to do, sealed. */
  errand: string;
  /** When the session ends, seconds since the epoch. */
  expiresAt: number;
}

/**
 * @param factory what has made the class of the objects
 * @throws InvalidConfigurationError where there is no such binding
 */
export function namespaceIn(env: unknown, binding: string, factory = "sessionObject"): ObjectNamespace {
  const found = (env as Record<string, ObjectNamespace | undefined>)[binding];
  if (typeof found?.getByName === "function") return found;
  throw new InvalidConfigurationError(
    `There is no Durable Object binding '${binding}'. Add it to the Wrangler configuration, or name another one: '${factory}(options, { binding })'.`,
  );
}

/**
 * @param exports those of the Worker, `ctx.exports`
 * @throws InvalidConfigurationError where there is no such carrier
 */
export function carrierIn(exports: unknown, name: string): CarrierCalls {
  const found = (exports as Record<string, CarrierCalls | undefined> | undefined)?.[name];
  if (found) return found;
  throw new InvalidConfigurationError(
    `Export the class that carries refreshes: 'export class ${name} extends refreshCarrier(options) {}'. It is reached by 'ctx.exports', which needs a compatibility date of 2025-11-17 or later.`,
  );
}

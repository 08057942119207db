import {
  SessionChangedError,
  SessionStoreError,
  SessionTooLargeError,
  TokenByRefreshTokenError,
} from "../errors/index.ts";
import { randomId } from "../session/random.ts";
import { refusalOf, withoutRefreshToken, withReceipt } from "../session/renewal.ts";
import type { StateData } from "../session/state-data.ts";
import type { RenewalTask } from "./contracts.ts";
import { withDeadline } from "./deadline.ts";

/** Who spends a session's refresh token at the moment. Plain data. */
export interface Lease {
  owner: string;
  /** When it lapses, whatever became of its owner: milliseconds since the epoch. */
  until: number;
  /** Its owner's attempt failed: who waited for it fails with it, and anybody else may try. */
  failed?: boolean | undefined;
}

/** A session as it lies in a database, with the lease on it. */
export interface LeasedSession {
  state: StateData;
  lease: Lease | undefined;
}

/** One session in a database that can compare and set. */
export interface LeasedStore<T extends LeasedSession> {
  /** `undefined` where the session is over. */
  read(): Promise<T | undefined>;
  /**
   * Keeps the lease, or that there is none, and the session where one is given. Answers `false`, and keeps nothing, where session
   * or lease are no longer what `found` says.
   */
  write(found: T, lease: Lease | undefined, state?: StateData): Promise<boolean>;
}

/** Seconds asking the issuer may take. What comes later is kept all the same, but nobody waits for it. */
const askTimeout = 20;
/** Milliseconds a lease holds: longer than all requests of a refresh may take (10 s each), so that no refresh token is spent twice. */
const leaseTime = 45_000;
/** Milliseconds between two looks of somebody who waits: few at first, and never more than the last. */
const [firstLook, lastLook] = [25, 250];
/** How often the result of a renewal is written before it counts as lost: a database may fail for a moment. */
const maxFailures = 4;
const maxConflicts = 100;

/**
 * Renews a session in one place at a time. Whoever gets the lease asks the issuer; the others look again until the session has what
 * they want. Nobody waits for another request's promise: a request that dies leaves a lease that lapses.
 *
 * @returns the session as it is then; `undefined` where it is over
 * @throws TokenByRefreshTokenError where the attempt failed that this one waited for
 * @throws SessionStoreError where that takes too long
 */
export async function renewUnderLease<T extends LeasedSession>(
  store: LeasedStore<T>,
  task: RenewalTask,
): Promise<StateData | undefined> {
  const owner = randomId();
  let waitedFor: string | undefined;
  let pause = firstLook;
  for (let waited = 0; waited <= leaseTime; ) {
    const found = await store.read();
    if (!found?.state.refreshToken || task.serves(found.state)) return found?.state;
    const { lease } = found;
    if (lease?.failed && lease.owner === waitedFor)
      throw new TokenByRefreshTokenError(
        "The refresh that this request waited for has failed. The session stays; try again.",
      );
    if (lease && !lease.failed && lease.until > Date.now()) {
      waitedFor = lease.owner;
      await sleep(pause);
      waited += pause;
      pause = Math.min(pause * 2, lastLook);
      continue;
    }
    if (await store.write(found, { owner, until: Date.now() + leaseTime }))
      return await withDeadline(spend(store, task, found.state, owner), askTimeout);
  }
  throw new SessionStoreError("Another request has been refreshing the session for too long.");
}

/** Asks the issuer, and keeps what it says. */
async function spend<T extends LeasedSession>(
  store: LeasedStore<T>,
  task: RenewalTask,
  state: StateData,
  owner: string,
): Promise<StateData | undefined> {
  const now = (): number => Math.floor(Date.now() / 1000);
  try {
    const receipt = await task.ask(state);
    return await keep(store, owner, (current) => withReceipt(current, receipt, now()));
  } catch (error) {
    const refused = refusalOf(error, task.renewal);
    const isSpent = (current: StateData): boolean => current.refreshToken === state.refreshToken;
    const change = (current: StateData): StateData | undefined =>
      refused && isSpent(current) ? withoutRefreshToken(current, refused) : undefined;
    await keep(store, owner, change, true).catch(() => undefined);
    throw error;
  }
}

/**
 * Keeps a change of what the session is now, and gives the lease back.
 *
 * @param change `undefined` leaves the session as it is
 */
async function keep<T extends LeasedSession>(
  store: LeasedStore<T>,
  owner: string,
  change: (current: StateData) => StateData | undefined,
  failed?: boolean,
): Promise<StateData | undefined> {
  const attempt = async (): Promise<{ state: StateData | undefined } | undefined> => {
    const found = await store.read();
    if (!found) return { state: undefined };
    const { lease } = found;
    // Where it lapsed in the meantime it may be somebody else's.
    const next = lease?.owner !== owner ? lease : failed ? { ...lease, failed } : undefined;
    const state = change(found.state);
    const write = (kept: StateData | undefined): Promise<boolean> => store.write(found, next, kept);
    const isKept = await write(state).catch((error: unknown) => {
      if (!state || !(error instanceof SessionTooLargeError)) throw error;
      // The refresh token has to stay, since the one of before is spent.
      return write({ ...state, tokenSets: [], connectionTokenSets: [] });
    });
    return isKept ? { state: state ?? found.state } : undefined;
  };
  for (let failures = 0, conflicts = 0; conflicts < maxConflicts; ) {
    try {
      const kept = await attempt();
      if (kept) return kept.state;
      conflicts++;
    } catch (error) {
      if (!(error instanceof SessionStoreError) || ++failures === maxFailures) throw error;
      await sleep(lastLook);
    }
  }
  throw new SessionChangedError();
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

import { isEndedBy } from "../session/logout-match.ts";
import type { LogoutTokenClaims, StateData } from "../session/state-data.ts";
import type { RenewalTask, SessionStore, SessionWrite } from "./contracts.ts";
import { type Lease, renewUnderLease } from "./lease.ts";
import { rememberRevision, revisionOf } from "./revision.ts";

interface Kept {
  state: StateData;
  /** Seconds since the epoch. */
  end: number;
  revision: number;
  lease?: Lease | undefined;
}

/**
 * Sessions in the memory of one process: for tests and for trying things out. On the edge every isolate has a memory of
 * its own, so users would be logged in on one and not on the next.
 */
export class MemorySessionStore<TStoreOptions = unknown> implements SessionStore<TStoreOptions> {
  readonly #sessions = new Map<string, Kept>();

  get(identifier: string): Promise<StateData | undefined> {
    const found = this.#alive(identifier);
    return Promise.resolve(found && rememberRevision(structuredClone(found.state), found.revision));
  }

  set(
    identifier: string,
    stateData: StateData,
    write?: SessionWrite<TStoreOptions>,
  ): Promise<boolean | "changed"> {
    const found = this.#alive(identifier);
    if (write?.create === false && !found) return Promise.resolve(false);
    const read = revisionOf<number>(stateData);
    const { revision = 0, lease } = found ?? {};
    if (write?.create === false && read !== undefined && read !== revision) return Promise.resolve("changed");
    const end = Date.now() / 1000 + (write?.expiresIn ?? Number.POSITIVE_INFINITY);
    this.#sessions.set(identifier, { state: structuredClone(stateData), end, revision: revision + 1, lease });
    rememberRevision(stateData, revision + 1);
    return Promise.resolve(true);
  }

  touch(identifier: string, expiresIn: number): Promise<void> {
    const found = this.#alive(identifier);
    if (found) found.end = Date.now() / 1000 + expiresIn;
    return Promise.resolve();
  }

  delete(identifier: string): Promise<void> {
    this.#sessions.delete(identifier);
    return Promise.resolve();
  }

  deleteByLogoutToken(claims: LogoutTokenClaims): Promise<void> {
    for (const [identifier, { state }] of this.#sessions) {
      if (isEndedBy(state, claims)) this.#sessions.delete(identifier);
    }
    return Promise.resolve();
  }

  /** Requests that want the same look again until one of them has renewed it. */
  renew(identifier: string, _stateData: StateData, task: RenewalTask): Promise<StateData | undefined> {
    return renewUnderLease(
      {
        read: async () => {
          const kept = this.#alive(identifier);
          if (!kept) return undefined;
          const { revision, lease } = kept;
          return { state: rememberRevision(structuredClone(kept.state), revision), lease, revision };
        },
        write: async (found, lease, state) => {
          const kept = this.#alive(identifier);
          if (!kept || kept.revision !== found.revision || kept.lease !== found.lease) return false;
          kept.lease = lease;
          if (!state) return true;
          kept.state = structuredClone(state);
          rememberRevision(state, ++kept.revision);
          return true;
        },
      },
      task,
    );
  }

  #alive(identifier: string): Kept | undefined {
    const found = this.#sessions.get(identifier);
    if (!found || found.end > Date.now() / 1000) return found;
    this.#sessions.delete(identifier);
    return undefined;
  }
}

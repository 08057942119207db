/** A session as its object keeps it: sealed text, and what the object has to know of it. */
export interface SessionRecord {
  text: string;
  /** Counts the writings, so that a change is kept only of what it was made of. */
  revision: number;
  /** Seconds since the epoch. */
  expiresAt: number;
  /** Where the session is noted for logout tokens: names of index objects, which are digests. */
  noted: string[];
  /** A renewal that is running. */
  intent?: Intent | undefined;
  /** The renewal that was kept last: it may ask twice whether it was. */
  committed?: string | undefined;
}

/** Somebody is spending the refresh token. */
export interface Intent {
  /** Random name of the attempt. */
  attempt: string;
  /** When it counts as lost, seconds since the epoch. */
  until: number;
}

/** What stays of a session that was ended: it refuses what is still on its way. */
interface Tombstone {
  ended: true;
  expiresAt: number;
}

/** A reading. */
export interface Reading {
  text: string;
  revision: number;
}

/** A writing. */
export interface Writing {
  text: string;
  expiresAt: number;
  /** The index objects a new session is noted in; left out: only a session that is there is changed. */
  create?: string[] | undefined;
  /** The writing this was made of; left out: any. */
  revision?: number | undefined;
}

/** What became of a writing: the revision it has, or why it was not kept. */
export type Written = number | "gone" | "changed";

const key = "session";

/** The one record of a session's object. Everything is synchronous, so that no other call comes in between. */
export class Session {
  readonly #storage: DurableObjectStorage;
  readonly #now: () => number;

  /** @param now seconds since the epoch */
  constructor(storage: DurableObjectStorage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** The session; `undefined` where there is none, or not any more. */
  read(): SessionRecord | undefined {
    const found = this.#found();
    return found && !("ended" in found) ? found : undefined;
  }

  /** Keeps a changed record, whole. */
  keep(record: SessionRecord): void {
    this.#storage.kv.put(key, record);
  }

  write({ text, expiresAt, create, revision }: Writing): Written {
    const found = this.#found();
    if (found ? "ended" in found : !create) return "gone";
    const current = found as SessionRecord | undefined;
    if (!create && revision !== undefined && revision !== current?.revision) return "changed";
    const next = (current?.revision ?? 0) + 1;
    this.keep({ ...current, text, expiresAt, revision: next, noted: create ?? current?.noted ?? [] });
    if (!current) this.#setAlarm(expiresAt);
    return next;
  }

  extend(expiresAt: number): void {
    const current = this.read();
    if (current) this.keep({ ...current, expiresAt });
  }

  /**
   * Ends the session.
   *
   * @param until how long one that is not there yet is refused, seconds since the epoch; left out: nothing is refused
   * @returns the index objects it was noted in
   */
  end(until?: number): string[] {
    const found = this.#found();
    const expiresAt = found?.expiresAt ?? until;
    if (expiresAt === undefined || (found && "ended" in found)) return [];
    this.#storage.kv.put<Tombstone>(key, { ended: true, expiresAt });
    if (!found) this.#setAlarm(expiresAt);
    return found?.noted ?? [];
  }

  /** When the record ends: the time to look at it again. */
  get endsAt(): number | undefined {
    return this.#found()?.expiresAt;
  }

  /** Set once: at that time a session that was extended is there still, and gets another one. */
  #setAlarm(expiresAt: number): void {
    void this.#storage.setAlarm(expiresAt * 1000);
  }

  #found(): SessionRecord | Tombstone | undefined {
    const found = this.#storage.kv.get<SessionRecord | Tombstone>(key);
    return found && found.expiresAt > this.#now() ? found : undefined;
  }
}

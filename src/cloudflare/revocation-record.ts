import { isOlder, type RevokedUntil, type SessionMark } from "../store/revocation-mark.ts";

/** What is to be revoked of a user: one session by the name of its `sid` or its own, or all of them up to a time. */
export type Revocation = RevokedUntil & { name?: string | undefined };

/** A time, and when it is forgotten; both seconds since the epoch. */
interface Entry {
  at: number;
  expiresAt: number;
}

const ofUser = "user:";
const ofSpared = "spared:";

/**
 * What was revoked of one user, or whose an issuer's session is: entries that expire. Everything is synchronous, so that no other
 * call comes in between.
 */
export class RevocationRecord {
  readonly #storage: SyncKvStorage;
  readonly #now: () => number;

  /** @param now seconds since the epoch */
  constructor(storage: SyncKvStorage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** Whether a session of this user was ended. */
  isRevoked(mark: SessionMark): boolean {
    const { sid, id } = mark;
    if ((sid && this.#find(`ended:${sid}`)) || (id && this.#find(`ended:${id}`))) return true;
    const begun = id && this.#find(ofSpared + id) ? undefined : this.#find("begun")?.at;
    return isOlder(mark, { issued: this.#find("issued")?.at, begun });
  }

  /** Ends sessions of this user. */
  revoke({ name, issued, begun }: Revocation, expiresAt: number): void {
    if (name) this.#keep(`ended:${name}`, expiresAt);
    if (issued !== undefined) this.#keep("issued", expiresAt, issued);
    if (begun === undefined) return;
    this.#keep("begun", expiresAt, begun);
    // They were after the logout before this one.
    for (const [key] of [...this.#storage.list({ prefix: ofSpared })]) this.#storage.delete(key);
  }

  /**
   * A session of this user begins. In the second of a logout everywhere it is the one after that, since the logout is here
   * already; sessions of that second which began before are over.
   */
  begin(mark: SessionMark, expiresAt: number): boolean {
    const { id, createdAt } = mark;
    const isSpared =
      id !== undefined && this.isRevoked(mark) && !this.isRevoked({ ...mark, createdAt: createdAt + 1 });
    if (isSpared) this.#keep(ofSpared + id, expiresAt);
    return isSpared;
  }

  /**
   * Notes whose session this issuer's session is.
   *
   * @returns until when it is refused, where a logout token was faster than the login
   */
  note(sub: string, expiresAt: number): number | undefined {
    this.#keep(ofUser + sub, expiresAt);
    return this.#find("closed")?.expiresAt;
  }

  /** Ends this issuer's session, and what is still on its way to it. Answers whose it is. */
  close(expiresAt: number): string[] {
    this.#keep("closed", expiresAt);
    return [...this.#storage.list({ prefix: ofUser })].map(([key]) => key.slice(ofUser.length));
  }

  /** Takes away what has expired. Answers when the next entry does; `undefined` where nothing is left. */
  sweep(): number | undefined {
    const entries = [...this.#storage.list<Entry>()];
    const [over, alive] = [true, false].map((isOver) =>
      entries.filter(([, { expiresAt }]) => expiresAt <= this.#now() === isOver),
    );
    for (const [key] of over!) this.#storage.delete(key);
    return alive!.length ? Math.min(...alive!.map(([, { expiresAt }]) => expiresAt)) : undefined;
  }

  #find(key: string): Entry | undefined {
    const found = this.#storage.get<Entry>(key);
    return found && found.expiresAt > this.#now() ? found : undefined;
  }

  /** What came before and says more stays. */
  #keep(key: string, expiresAt: number, at = 0): void {
    const found = this.#find(key);
    this.#storage.put<Entry>(key, {
      at: Math.max(at, found?.at ?? at),
      expiresAt: Math.max(expiresAt, found?.expiresAt ?? expiresAt),
    });
  }
}

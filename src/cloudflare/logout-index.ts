/** A session that a logout token can find. */
export interface IndexRow {
  /** The session's name, a digest. */
  name: string;
  /** When to look whether it is there still, seconds since the epoch. */
  expiresAt: number;
  /** When the issuer made its ID token. */
  iat?: number | undefined;
  /** Whose it is: the name of the user's own index, a digest. */
  user?: string | undefined;
}

/** Which sessions of an index end. */
export interface LogoutOrder {
  /** Only those of this user. */
  user?: string | undefined;
  /** Only those whose ID token is not newer than this. */
  iat?: number | undefined;
  /** Until when sessions that are still to come are refused, seconds since the epoch; left out: they are welcome. */
  refuseUntil?: number | undefined;
}

/** What an index asks of the sessions it knows. */
export interface IndexedSessions {
  /** Ends one; one that is not there yet is refused until that time. */
  end(name: string, until: number): Promise<unknown>;
  /** When one ends; `undefined` where it has. */
  endsAt(name: string): Promise<number | undefined>;
}

interface Index {
  rows: (IndexRow & { isEnding?: boolean })[];
  refused?: LogoutOrder | undefined;
}

const key = "index";
/** Sessions of one user, or of one `sid`, at a time. Of more, the oldest ends: none is ever forgotten. */
const maxRows = 256;
/** Sessions that are asked at the same time. */
const width = 6;
/** Seconds until a session that could not be ended is tried again. */
const retryAfter = 30;

/**
 * The sessions of one user, or of one `sid` of the issuer, in one record: so marking all that end is one write, and a logout
 * costs the same however many others there are.
 */
export class LogoutIndex {
  readonly #storage: DurableObjectStorage;
  readonly #sessions: IndexedSessions;
  readonly #now: () => number;

  constructor(storage: DurableObjectStorage, sessions: IndexedSessions, now: () => number) {
    this.#storage = storage;
    this.#sessions = sessions;
    this.#now = now;
  }

  /** Notes a session that is about to begin. Answers whether it may: no logout token for it came before. */
  async note(row: IndexRow): Promise<boolean> {
    const { rows, refused } = this.#read();
    if (refused && isMeant(row, refused)) return false;
    const others = rows.filter(({ name }) => name !== row.name);
    const oldest = others.length < maxRows ? undefined : others.find(({ isEnding }) => !isEnding);
    if (oldest) oldest.isEnding = true;
    this.#keep({ rows: [...others, row], refused });
    // Who logs in does not wait for it; what fails is tried again.
    if (oldest) await this.#endMarked().catch(() => undefined);
    return true;
  }

  /** A session has ended by itself. */
  forget(name: string): void {
    const { rows, refused } = this.#read();
    const others = rows.filter((row) => row.name !== name);
    if (others.length < rows.length) this.#keep({ rows: others, refused });
  }

  /** Ends sessions. Throws where one could not be ended yet; that is tried again from here, too. */
  async end(order: LogoutOrder): Promise<void> {
    const { rows, refused } = this.#read();
    const marked = rows.map((row) => (isMeant(row, order) ? { ...row, isEnding: true } : row));
    this.#keep({ rows: marked, refused: order.refuseUntil ? both(refused, order) : refused });
    await this.#endMarked();
  }

  /** Tries again what failed, and drops what is over. */
  async alarm(): Promise<void> {
    await this.#endMarked().catch(() => undefined);
    const now = this.#now();
    const due = this.#read().rows.filter(({ expiresAt, isEnding }) => expiresAt <= now && !isEnding);
    const ends = new Map<string, number | undefined>();
    await eachOf(due, async ({ name }) => {
      // One that cannot be asked stays, and is asked again.
      const end = await this.#sessions.endsAt(name).catch(() => now + retryAfter);
      ends.set(name, end);
    });
    const { rows, refused } = this.#read();
    const alive = rows.flatMap((row) => {
      const expiresAt = ends.has(row.name) ? ends.get(row.name) : row.expiresAt;
      return expiresAt === undefined ? [] : [{ ...row, expiresAt }];
    });
    this.#keep({ rows: alive, refused });
  }

  /** Whether this object is an index. */
  get isThere(): boolean {
    return this.#storage.kv.get(key) !== undefined;
  }

  async #endMarked(): Promise<void> {
    const marked = this.#read().rows.filter(({ isEnding }) => isEnding);
    if (!marked.length) return;
    const ended = new Set<string>();
    const failures: unknown[] = [];
    await eachOf(marked, async ({ name, expiresAt }) => {
      try {
        await this.#sessions.end(name, expiresAt);
        ended.add(name);
      } catch (error) {
        failures.push(error);
      }
    });
    const { rows, refused } = this.#read();
    this.#keep({ rows: rows.filter(({ name }) => !ended.has(name)), refused });
    if (failures.length) throw failures[0];
  }

  #read(): Index {
    const { rows = [], refused } = this.#storage.kv.get<Index>(key) ?? {};
    return { rows, refused: refused && refused.refuseUntil! > this.#now() ? refused : undefined };
  }

  /** Keeps the index, and an alarm for as long as there is one; an empty one leaves nothing behind. */
  #keep({ rows, refused }: Index): void {
    if (!rows.length && !refused) {
      if (this.isThere) empty(this.#storage);
      return;
    }
    this.#storage.kv.put<Index>(key, { rows, refused });
    const now = this.#now();
    const times = rows.map(({ isEnding, expiresAt }) => (isEnding ? now + retryAfter : expiresAt));
    if (refused) times.push(refused.refuseUntil!);
    void this.#storage.setAlarm(Math.max(now + 1, Math.min(...times)) * 1000);
  }
}

/** Empties an object, so that nothing is left to pay for. In this order: the other way round, pages of its database stay. */
export function empty(storage: DurableObjectStorage): void {
  void storage.deleteAlarm();
  void storage.deleteAll();
}

/** OpenID Connect Back-Channel Logout 1.0 section 2.7, as `isEndedBy` has it for sessions that can be read. */
function isMeant({ user, iat }: IndexRow, order: LogoutOrder): boolean {
  if (order.user !== undefined && order.user !== user) return false;
  return order.iat === undefined || iat === undefined || iat <= order.iat;
}

/** What two logout tokens refuse together, if not a little more. */
function both(one: LogoutOrder | undefined, other: LogoutOrder): LogoutOrder {
  if (!one) return other;
  return {
    user: one.user === other.user ? one.user : undefined,
    iat: one.iat === undefined || other.iat === undefined ? undefined : Math.max(one.iat, other.iat),
    refuseUntil: Math.max(one.refuseUntil ?? 0, other.refuseUntil ?? 0),
  };
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

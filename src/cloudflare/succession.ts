/** What an object knows of the tokens before and after its own. Times are seconds since the epoch. */
interface Links {
  /** The object of the token before, until it was told that it is over. */
  predecessor?: string | undefined;
  /** Whether a browser has brought this token. */
  isPresented?: boolean | undefined;
  /** When what came for this token is given to nobody any more, since its successor is in use. */
  supersededAt?: number | undefined;
  expiresAt: number;
}

const key = "links";

/**
 * Seconds for which what came for a token is still given out once a browser has brought its successor: for requests that were
 * under way with the old one, and for storages that show it a minute late.
 */
const grace = 120;

/** The order of tokens, each of which came for the one before. Everything is synchronous, so that no other call comes in between. */
export class Succession {
  readonly #storage: SyncKvStorage;
  readonly #now: () => number;

  /** @param now seconds since the epoch */
  constructor(storage: SyncKvStorage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** Which object is to be told that its token is over. */
  get predecessor(): string | undefined {
    const links = this.#read();
    return links?.isPresented ? links.predecessor : undefined;
  }

  /** When its own token is over. */
  get supersededAt(): number | undefined {
    return this.#read()?.supersededAt;
  }

  get expiresAt(): number | undefined {
    return this.#read()?.expiresAt;
  }

  /** Notes the token before. */
  follow(predecessor: string, expiresAt: number): void {
    this.#keep(expiresAt, { predecessor });
  }

  /** A browser has brought this token: the one before is not needed any more. */
  present(expiresAt: number): void {
    if (!this.#read()?.isPresented) this.#keep(expiresAt, { isPresented: true });
  }

  /** The token before knows that it is over. */
  forgetPredecessor(): void {
    const links = this.#read();
    if (links) this.#keep(links.expiresAt, { predecessor: undefined });
  }

  /** A browser has brought a later token. So has it for the ones before this. */
  supersede(expiresAt: number): void {
    const { supersededAt = this.#now() + grace } = this.#read() ?? {};
    this.#keep(expiresAt, { supersededAt, isPresented: true });
  }

  /** Takes away what has expired. */
  sweep(): void {
    if (this.expiresAt === undefined) this.#storage.delete(key);
  }

  #read(): Links | undefined {
    const found = this.#storage.get<Links>(key);
    return found && found.expiresAt > this.#now() ? found : undefined;
  }

  #keep(expiresAt: number, change: Partial<Links>): void {
    const links = this.#read();
    this.#storage.put<Links>(key, {
      ...links,
      ...change,
      expiresAt: Math.max(expiresAt, links?.expiresAt ?? expiresAt),
    });
  }
}

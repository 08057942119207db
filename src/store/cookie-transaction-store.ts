import type { CookieHandler } from "../cookies/cookie-handler.ts";
import type { CookieSerializeOptions } from "../cookies/cookie-text.ts";
import { cookieAttributes, type SessionCookieOptions } from "../cookies/session-cookie.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import { type Sealer, sealerFor } from "../seal/sealer.ts";
import type { TransactionData } from "../session/state-data.ts";
import { baseIdentifier } from "../session/transaction.ts";
import { AbstractTransactionStore, type EncryptedStoreOptions } from "./abstract-stores.ts";

/** Options of {@link CookieTransactionStore}. */
export interface CookieTransactionStoreOptions extends EncryptedStoreOptions {
  /** Attributes of the cookies. Their names are the transaction identifier with a fingerprint of the `state` behind it. */
  cookie?: Omit<SessionCookieOptions, "name"> | undefined;
}

/** Seconds a login may take. */
const maxAge = 3600;
/** Logins waiting in one browser at a time; the oldest goes. */
const maxTransactions = 4;
/** Cookies of ours, or made to look like them, that are looked at in one request. */
const maxLookedAt = 16;
/** All of them together, name and value. */
const maxBytes = 4096;

/** Keeps each started login in a sealed cookie of its own for up to an hour, so that several tabs log in at once. */
export class CookieTransactionStore<TStoreOptions = unknown> extends AbstractTransactionStore<TStoreOptions> {
  readonly #cookies: CookieHandler<TStoreOptions>;
  readonly #cookieOptions: CookieTransactionStoreOptions["cookie"];

  /**
   * @param options the secret and cookie attributes
   * @param cookieHandler how to reach the cookies of a request and its response
   * @throws InvalidConfigurationError for an empty secret
   */
  constructor(options: CookieTransactionStoreOptions, cookieHandler: CookieHandler<TStoreOptions>) {
    super(options);
    this.#cookies = cookieHandler;
    this.#cookieOptions = options.cookie;
  }

  /** @throws InvalidConfigurationError where one login does not fit a cookie: an `appState` that is large, or no JSON */
  async set(
    identifier: string,
    transactionData: TransactionData,
    _removeIfExists?: boolean,
    options?: TStoreOptions,
  ): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    const text = await this.#sealer(identifier)
      .seal(transactionData, now + maxAge, now)
      .catch((cause: unknown) => {
        throw cause instanceof TypeError
          ? new InvalidConfigurationError(
              "'appState' cannot be kept in a cookie, since it is no JSON.",
              cause,
            )
          : cause;
      });
    const size = identifier.length + text.length;
    if (size > maxBytes) {
      throw new InvalidConfigurationError(
        `The login's state takes ${size} bytes, a cookie carries ${maxBytes}: put less into 'appState'.`,
      );
    }
    await this.#makeRoom(identifier, size, now, options);
    await this.#cookies.setCookie(identifier, text, { ...this.#attributes(identifier), maxAge }, options);
  }

  async get(identifier: string, options?: TStoreOptions): Promise<TransactionData | undefined> {
    const text = await this.#cookies.getCookie(identifier, options);
    if (!text || text.length > maxBytes) return undefined;
    const opened = await this.#sealer(identifier).open(text, Date.now() / 1000);
    return opened?.data as TransactionData | undefined;
  }

  async delete(identifier: string, options?: TStoreOptions): Promise<void> {
    await this.#cookies.deleteCookie(identifier, options, this.#attributes(identifier));
  }

  #sealer(identifier: string): Sealer {
    return sealerFor(this.options.secret, "transaction", baseIdentifier(identifier), maxAge);
  }

  #attributes(identifier: string): CookieSerializeOptions {
    return cookieAttributes({ ...this.#cookieOptions, name: identifier });
  }

  /** Deletes what is no transaction of ours any more, then the oldest, until the new one fits. */
  async #makeRoom(identifier: string, size: number, now: number, options?: TStoreOptions): Promise<void> {
    const base = baseIdentifier(identifier);
    const cookies = await this.#cookies.getCookies(options);
    const waiting: { name: string; size: number; exp: number }[] = [];
    for (const [name, text] of Object.entries(cookies)) {
      if (name === identifier || baseIdentifier(name) !== base || name === base) continue;
      // More than these no browser got from us; whoever sends them shall not keep us busy.
      if (waiting.length === maxLookedAt) break;
      const opened = text.length <= maxBytes ? await this.#sealer(name).open(text, now) : undefined;
      waiting.push({ name, size: name.length + text.length, exp: opened?.exp ?? 0 });
    }
    // Newest first. Browsers send the oldest first, which decides between logins of the same second.
    waiting.reverse().sort((a, b) => b.exp - a.exp);
    let total = size;
    for (const [index, { name, size: bytes, exp }] of waiting.entries()) {
      total += bytes;
      if (exp && index < maxTransactions - 1 && total <= maxBytes) continue;
      await this.#cookies.deleteCookie(name, options, this.#attributes(name));
    }
  }
}

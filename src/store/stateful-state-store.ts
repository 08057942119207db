import { type CookieHandler, canSetCookies } from "../cookies/cookie-handler.ts";
import {
  InvalidConfigurationError,
  MissingRequiredArgumentError,
  MissingSessionError,
  SessionChangedError,
} from "../errors/index.ts";
import { identityOf, isSameSession } from "../session/identity.ts";
import { isRollDue, sessionEnd } from "../session/lifetime.ts";
import { randomId } from "../session/random.ts";
import type { LogoutTokenClaims, StateData } from "../session/state-data.ts";
import { AbstractStateStore, type EncryptedStoreOptions } from "./abstract-stores.ts";
import type { RenewalTask, SessionStore, StateStore } from "./contracts.ts";
import { storeCall, withDeadline } from "./deadline.ts";
import { rememberSettings, type SessionConfiguration, type SessionSettings } from "./session-settings.ts";

/** Options of {@link StatefulStateStore}. */
export interface StatefulStateStoreOptions<TStoreOptions> extends EncryptedStoreOptions {
  /** The database that keeps the sessions. */
  store: SessionStore<TStoreOptions>;
  /** Seconds the database has for one answer. Default 5; a renewal may take 30 more, since the issuer is asked then. */
  storeTimeout?: number | undefined;
  /**
   * What a request is whose session cannot be read, because the database fails or does not answer: `"throw"` makes the call
   * fail, `"anonymous"` treats it as one without a session. Nothing is lost either way: cookie and session stay. Default
   * `"throw"`.
   */
  onStoreError?: "throw" | "anonymous" | undefined;
}

/** Seconds of a renewal beyond those of any answer: longer than it may take to ask the issuer. */
const renewalPatience = 30;
/** No session id of ours is longer sealed; a larger cookie is not worth opening. */
const maxCookieChars = 1024;

/** Keeps sessions in a database; the browser's cookie holds nothing but a sealed random id of 128 bit. */
export class StatefulStateStore<TStoreOptions = unknown> extends AbstractStateStore<TStoreOptions> {
  readonly #store: SessionStore<TStoreOptions>;
  readonly #cookies: CookieHandler<TStoreOptions>;
  readonly #settings: (identifier: string) => SessionSettings;
  readonly #timeout: number;
  readonly #isAnonymousOnError: boolean;
  /** There where the database renews sessions. */
  readonly renew?: StateStore<TStoreOptions>["renew"];

  /**
   * @param options the secret, the database, lifetimes and cookie attributes
   * @param cookieHandler how to reach the cookies of a request and its response
   * @throws InvalidConfigurationError for an empty secret, and for a `storeTimeout` or `onStoreError` that cannot be
   * @throws MissingRequiredArgumentError without `store`
   */
  constructor(
    options: StatefulStateStoreOptions<TStoreOptions> & SessionConfiguration,
    cookieHandler: CookieHandler<TStoreOptions>,
  ) {
    super(options);
    if (!options.store) throw new MissingRequiredArgumentError("store");
    const { store, storeTimeout = 5, onStoreError = "throw" } = options;
    if (!Number.isFinite(storeTimeout) || storeTimeout <= 0 || storeTimeout > 60)
      throw new InvalidConfigurationError("'storeTimeout' must be seconds, more than 0 and up to 60.");
    if (onStoreError !== "throw" && onStoreError !== "anonymous")
      throw new InvalidConfigurationError("'onStoreError' must be 'throw' or 'anonymous'.");
    this.#store = store;
    this.#cookies = cookieHandler;
    this.#settings = rememberSettings(options, "session-id");
    this.#timeout = storeTimeout;
    this.#isAnonymousOnError = onStoreError === "anonymous";
    if (store.renew) this.renew = (...given) => this.#renew(...given);
  }

  /** @throws MissingSessionError where the session to be changed was ended in the meantime */
  async set(
    identifier: string,
    stateData: StateData,
    removeIfExists?: boolean,
    options?: TStoreOptions,
  ): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    const { lifetime } = this.#settings(identifier);
    const end = sessionEnd(stateData, lifetime, now);
    const current = await this.#readId(identifier, now, options);
    const create = !current || removeIfExists === true;
    const id = create ? randomId() : current.id;
    if (create) this.#cookies.assertWritable?.(options);
    // A database without `touch` cannot be told that a session rolls: it keeps it for as long as it may roll.
    const last = this.#store.touch ? end : sessionEnd(stateData, { ...lifetime, rolling: false }, now);
    const write = { expiresIn: last - now, create, storeOptions: options };
    const kept = await this.#within(() => this.#store.set(id, stateData, write));
    if (kept === "changed") throw new SessionChangedError();
    if (kept === false) throw new MissingSessionError("The session was ended while it was being changed.");
    if (!create) {
      if (canSetCookies(this.#cookies, options)) await this.#setCookie(identifier, id, end, now, options);
      return;
    }
    // The cookie last: where the database fails, the browser keeps the session that it has.
    await this.#setCookie(identifier, id, end, now, options).catch(async (error: unknown) => {
      // No session must lie in the database that nobody can reach.
      await this.#within(() => this.#store.delete(id, options)).catch(() => undefined);
      throw error;
    });
    if (current) await this.#within(() => this.#store.delete(current.id, options));
  }

  async get(identifier: string, options?: TStoreOptions): Promise<StateData | undefined> {
    const now = Math.floor(Date.now() / 1000);
    const { lifetime } = this.#settings(identifier);
    const current = await this.#readId(identifier, now, options);
    if (!current) return undefined;
    const state = await this.#read(current.id, options);
    // The cookie stays: a login in another tab may have replaced it meanwhile, and deleting would undo that.
    if (!state || sessionEnd(state, lifetime, now) <= now) return undefined;
    if (isRollDue(state, current.end, lifetime, now) && canSetCookies(this.#cookies, options)) {
      // What cannot be extended now is there all the same: the next request tries again.
      await this.#extend(identifier, current.id, state, now, options).catch(() => undefined);
    }
    return state;
  }

  /** @throws ResponseCommittedError where the response has left: the browser has to hear of it */
  async touch(identifier: string, stateData: StateData, options?: TStoreOptions): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    const current = await this.#readId(identifier, now, options);
    if (!current || !this.#settings(identifier).lifetime.rolling) return;
    this.#cookies.assertWritable?.(options);
    await this.#extend(identifier, current.id, stateData, now, options);
  }

  async delete(identifier: string, options?: TStoreOptions): Promise<void> {
    const current = await this.#readId(identifier, Math.floor(Date.now() / 1000), options);
    try {
      if (current) await this.#within(() => this.#store.delete(current.id, options));
    } finally {
      // Whatever the database says, this browser is logged out.
      await this.#deleteCookie(identifier, options);
    }
  }

  async deleteByLogoutToken(claims: LogoutTokenClaims, options?: TStoreOptions): Promise<void> {
    await this.#within(() => this.#store.deleteByLogoutToken(claims, options));
  }

  async #renew(
    identifier: string,
    stateData: StateData,
    task: RenewalTask,
    options?: TStoreOptions,
  ): Promise<StateData> {
    const current = await this.#readId(identifier, Math.floor(Date.now() / 1000), options);
    const renewing = current && (() => this.#store.renew!(current.id, stateData, task, options));
    const state = renewing && (await this.#within(renewing, this.#timeout + renewalPatience));
    if (isSameSession(state, identityOf(stateData))) return state;
    throw new MissingSessionError("The session was ended while its access token was being refreshed.");
  }

  async #read(id: string, options?: TStoreOptions): Promise<StateData | undefined> {
    try {
      return await this.#within(() => this.#store.get(id, options));
    } catch (error) {
      if (this.#isAnonymousOnError) return undefined;
      throw error;
    }
  }

  /** What a database throws is its failure, whatever class it has; errors of the SDK pass as they are. */
  #within<T>(call: () => Promise<T>, seconds: number = this.#timeout): Promise<T> {
    return storeCall(() => withDeadline(call(), seconds));
  }

  async #extend(
    identifier: string,
    id: string,
    state: StateData,
    now: number,
    options?: TStoreOptions,
  ): Promise<void> {
    const end = sessionEnd(state, this.#settings(identifier).lifetime, now);
    if (this.#store.touch) await this.#within(() => this.#store.touch!(id, end - now, options));
    await this.#setCookie(identifier, id, end, now, options);
  }

  async #readId(
    identifier: string,
    now: number,
    options?: TStoreOptions,
  ): Promise<{ id: string; end: number } | undefined> {
    const { name, sealer, earlier } = this.#settings(identifier);
    const text = await this.#cookies.getCookie(name, options);
    const opened = text && text.length <= maxCookieChars ? await sealer.open(text, now) : undefined;
    const id = (opened?.data as { id?: unknown } | undefined)?.id;
    if (opened && typeof id === "string") return { id, end: opened.exp };
    return earlier && (await earlier.sessionId(await this.#cookies.getCookies(options), now));
  }

  async #setCookie(
    identifier: string,
    id: string,
    end: number,
    now: number,
    options?: TStoreOptions,
  ): Promise<void> {
    const { name, sealer, attributes } = this.#settings(identifier);
    const text = await sealer.seal({ id }, end, now);
    await this.#clearEarlier(identifier, [name], options);
    await this.#cookies.setCookie(name, text, { ...attributes, maxAge: end - now }, options);
  }

  async #deleteCookie(identifier: string, options?: TStoreOptions): Promise<void> {
    const { name, attributes } = this.#settings(identifier);
    await this.#cookies.deleteCookie(name, options, attributes);
    await this.#clearEarlier(identifier, [], options);
  }

  async #clearEarlier(identifier: string, written: string[], options?: TStoreOptions): Promise<void> {
    const { earlier } = this.#settings(identifier);
    await earlier?.clear(this.#cookies, await this.#cookies.getCookies(options), written, options);
  }
}

/** What the option `stateStore` of `edgeAuth` takes. */
export type StoreMaker<TStoreOptions = unknown> = (
  configuration: SessionConfiguration & EncryptedStoreOptions,
  cookies: CookieHandler<TStoreOptions>,
) => StatefulStateStore<TStoreOptions>;

/**
 * Sessions in a database, for the option `stateStore` of `edgeAuth`: `stateStore: statefulStore(myDatabase)`.
 *
 * @param store the database, or what makes it of the configuration, such as the secret it is to seal with
 * @param options what only such a store has
 */
export function statefulStore<TStoreOptions = unknown>(
  store:
    | SessionStore<TStoreOptions>
    | ((options: SessionConfiguration & EncryptedStoreOptions) => SessionStore<TStoreOptions>),
  options: Pick<StatefulStateStoreOptions<TStoreOptions>, "storeTimeout" | "onStoreError"> = {},
): StoreMaker<TStoreOptions> {
  return (configuration, cookies) =>
    new StatefulStateStore(
      {
        ...configuration,
        ...options,
        store: typeof store === "function" ? store(configuration) : store,
      },
      cookies,
    );
}

import { chunkNames, joinChunks, splitChunks } from "../cookies/chunks.ts";
import { type CookieHandler, canSetCookies, ifPossible } from "../cookies/cookie-handler.ts";
import { BackchannelLogoutError, MissingSessionError, SessionTooLargeError } from "../errors/index.ts";
import { isRollDue, sessionEnd, sessionLifetime } from "../session/lifetime.ts";
import { sealState } from "../session/sealed-state.ts";
import { largestMembers } from "../session/size.ts";
import type { LogoutTokenClaims, StateData } from "../session/state-data.ts";
import { withoutDeadTokens } from "../session/token-sets.ts";
import { AbstractStateStore, type EncryptedStoreOptions } from "./abstract-stores.ts";
import type { RefreshCoordinator, RevocationList, SessionNote, StateStore } from "./contracts.ts";
import { markEnded } from "./logout-marker.ts";
import { readSessionCookie } from "./session-cookie.ts";
import { rememberSettings, type SessionConfiguration, type SessionSettings } from "./session-settings.ts";

/** What sessions in cookies need a storage for. */
export interface StatelessStateStoreOptions<TStoreOptions> {
  /**
   * Lets a refresh token that rotates be spent once, however many requests carry it. Default: each request asks the issuer
   * for itself, and one of them wins.
   */
  coordinator?: RefreshCoordinator<TStoreOptions> | undefined;
  /**
   * Lets sessions be ended from outside: by the back channel, by a logout everywhere, and by a logout for whoever copied the
   * cookies before. Default: only in the browser that logs out.
   */
  revocations?: RevocationList<TStoreOptions> | undefined;
}

/**
 * Keeps the whole session in sealed cookies of the browser: no server-side storage at all, unless it is given a coordinator or a
 * list of revocations.
 *
 * A response that is still on its way when the user logs out does not bring the session back: a marker cookie names the
 * session that ended. What cookies alone cannot do is end a session from the back channel; that takes `revocations`, or a
 * stateful store.
 */
export class StatelessStateStore<TStoreOptions = unknown> extends AbstractStateStore<TStoreOptions> {
  readonly #cookies: CookieHandler<TStoreOptions>;
  readonly #settings: (identifier: string) => SessionSettings;
  readonly #absoluteDuration: number;
  readonly #revocations: RevocationList<TStoreOptions> | undefined;
  /** There where a coordinator is. */
  readonly coordinate?: StateStore<TStoreOptions>["coordinate"];

  /**
   * @param options the secret, lifetimes and cookie attributes
   * @param cookieHandler how to reach the cookies of a request and its response
   * @throws InvalidConfigurationError for an empty secret
   */
  constructor(
    options: StatelessStateStoreOptions<TStoreOptions> & SessionConfiguration & EncryptedStoreOptions,
    cookieHandler: CookieHandler<TStoreOptions>,
  ) {
    super(options);
    const { coordinator } = options;
    this.#cookies = cookieHandler;
    this.#settings = rememberSettings(options, "session");
    this.#absoluteDuration = sessionLifetime(options).absoluteDuration;
    this.#revocations = options.revocations;
    if (coordinator) {
      this.coordinate = (state, task, given) => coordinator.coordinate(state, task, this.#note(given, state));
    }
  }

  /**
   * @throws SessionTooLargeError where it takes more than 8 KB of cookies; the cookies of before stay then
   * @throws MissingSessionError where the session to be changed was ended from outside
   */
  async set(
    identifier: string,
    stateData: StateData,
    removeIfExists?: boolean,
    options?: TStoreOptions,
  ): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    const settings = this.#settings(identifier);
    const cookies = await this.#cookies.getCookies(options);
    const replaced = removeIfExists && (await readSessionCookie(settings, cookies, now));
    if (removeIfExists) await this.#revocations?.begin?.(stateData, this.#note(options, stateData));
    else if (await this.#revocations?.isRevoked(stateData, options))
      throw new MissingSessionError("The session was ended in the meantime.");
    await this.#write(settings, stateData, cookies, now, options);
    if (replaced) await this.#mark(settings, cookies, replaced.state, now, options);
  }

  async get(identifier: string, options?: TStoreOptions): Promise<StateData | undefined> {
    const now = Math.floor(Date.now() / 1000);
    const settings = this.#settings(identifier);
    const given = this.#cookies.getCookies(options);
    const cookies = given instanceof Promise ? await given : given;
    const found = await readSessionCookie(settings, cookies, now);
    if (!found || (await this.#revocations?.isRevoked(found.state, options))) return undefined;
    if (isRollDue(found.state, found.end, settings.lifetime, now) && canSetCookies(this.#cookies, options)) {
      await ifPossible(this.#write(settings, found.state, cookies, now, options, true));
    }
    return found.state;
  }

  /** @throws ResponseCommittedError where the response has left */
  async touch(identifier: string, stateData: StateData, options?: TStoreOptions): Promise<void> {
    if (this.#settings(identifier).lifetime.rolling) await this.set(identifier, stateData, false, options);
  }

  async delete(identifier: string, options?: TStoreOptions): Promise<void> {
    const now = Math.floor(Date.now() / 1000);
    const settings = this.#settings(identifier);
    const cookies = await this.#cookies.getCookies(options);
    const ended = await readSessionCookie(settings, cookies, now);
    for (const name of chunkNames(settings.name, cookies)) {
      await this.#cookies.deleteCookie(name, options, settings.attributes);
    }
    await settings.earlier?.clear(this.#cookies, cookies, [], options);
    if (ended) await this.#mark(settings, cookies, ended.state, now, options);
  }

  /** @throws BackchannelLogoutError without `revocations`: nobody but the browser holds the session then */
  async deleteByLogoutToken(claims: LogoutTokenClaims, options?: TStoreOptions): Promise<void> {
    if (this.#revocations) return await this.#revocations.revoke(claims, this.#note(options));
    throw new BackchannelLogoutError(
      "Sessions in cookies cannot be ended from the back channel. Give the store 'revocations', or use StatefulStateStore.",
    );
  }

  /** @throws ResponseCommittedError where the response has left */
  assertWritable(options?: TStoreOptions): void {
    this.#cookies.assertWritable?.(options);
  }

  /** @param merelyRolls whether a change that the same request made meanwhile goes before */
  async #write(
    settings: SessionSettings,
    stateData: StateData,
    cookies: Readonly<Record<string, string>>,
    now: number,
    options?: TStoreOptions,
    merelyRolls?: boolean,
  ): Promise<void> {
    const { name, attributes, lifetime } = settings;
    const end = sessionEnd(stateData, lifetime, now);
    const { set, remove } = await this.#split(settings, stateData, cookies, end, now);
    if (merelyRolls) {
      const current = await this.#cookies.getCookies(options);
      if (joinChunks(name, current) !== joinChunks(name, cookies)) return;
    }
    await settings.earlier?.clear(
      this.#cookies,
      cookies,
      set.map((cookie) => cookie.name),
      options,
    );
    for (const cookie of set) {
      await this.#cookies.setCookie(cookie.name, cookie.value, { ...attributes, maxAge: end - now }, options);
    }
    for (const other of remove) await this.#cookies.deleteCookie(other, options, attributes);
  }

  async #split(
    settings: SessionSettings,
    stateData: StateData,
    cookies: Readonly<Record<string, string>>,
    end: number,
    now: number,
  ): Promise<ReturnType<typeof splitChunks>> {
    const attempt = async (state: StateData): Promise<ReturnType<typeof splitChunks>> => {
      const { data, tokens } = sealState(state);
      return splitChunks(settings.name, await settings.sealer.seal(data, end, now, tokens), cookies);
    };
    try {
      return await attempt(stateData);
    } catch (error) {
      if (!(error instanceof SessionTooLargeError)) throw error;
      const pruned = withoutDeadTokens(stateData, now);
      return await attempt(pruned).catch((cause: unknown) => {
        if (!(cause instanceof SessionTooLargeError)) throw cause;
        throw new SessionTooLargeError(
          `The session does not fit into cookies: ${cause.message}. Largest members: ${largestMembers(pruned)}. Ask for fewer claims or audiences, or use a stateful store. The session of before stays.`,
        );
      });
    }
  }

  async #mark(
    settings: SessionSettings,
    cookies: Readonly<Record<string, string>>,
    state: StateData,
    now: number,
    options?: TStoreOptions,
  ): Promise<void> {
    const text = await markEnded(settings, cookies, state, now);
    const attributes = { ...settings.attributes, maxAge: settings.lifetime.absoluteDuration };
    await this.#cookies.setCookie(settings.markerName, text, attributes, options);
    await this.#revocations?.end(state, this.#note(options, state));
  }

  /** @param state whose life counts; left out, of all there can be */
  #note(storeOptions?: TStoreOptions, state?: StateData): SessionNote<TStoreOptions> {
    const age = state ? Math.floor(Date.now() / 1000) - state.internal.createdAt : 0;
    return { expiresIn: this.#absoluteDuration - age, storeOptions };
  }
}

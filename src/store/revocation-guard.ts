import { encodeBase64url } from "../base64url.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import type { StateData } from "../session/state-data.ts";
import { storeCall, withDeadline } from "./deadline.ts";
import { markOf, type SessionMark } from "./revocation-mark.ts";

/** Options of every list of revocations. */
export interface RevocationListOptions {
  /**
   * What happens while the list fails or does not answer in time. There is no default, since each has its price. With `"allow"`
   * no request fails for it: sessions that were ended go on for so long, and a browser that logs out is logged out there, but a
   * copy of its cookies is not. With `"deny"` every call that reads a session, logs in or logs out fails with a
   * `SessionStoreError`. Nobody loses their session either way; and what ends sessions from outside, a logout token or a logout
   * everywhere, always fails where it has not ended them.
   */
  onUnavailable: "allow" | "deny";
  /** Seconds the list has for one answer. Default 2. */
  timeout?: number | undefined;
  /**
   * Seconds for which an isolate remembers that a session was not ended. A logout reaches every isolate after so many at the
   * latest; 0 looks every session up once in each request.
   */
  cacheFor?: number | undefined;
}

/** Sessions an isolate remembers of one list; of more, those looked up first go. */
const maxRemembered = 4096;
/** Seconds for which a request believes what it was told: one that goes on for longer, such as an open connection, asks again. */
const longestRequest = 60;
/** Beyond it a logout would take too long to be one. */
const maxCacheFor = 3600;

/** When which session was found alive. Keyed digests: a memory dump names nobody, and no other isolate has the key. */
interface Remembered {
  key: CryptoKey | undefined;
  found: Map<string, number>;
}

const rememberedOf = new WeakMap<object, Remembered>();
const encoder = new TextEncoder();

/**
 * What all lists of revocations have in common: one look-up a request, what is remembered between requests, deadlines, and what
 * happens where there is no answer.
 */
export class RevocationGuard {
  readonly #isAllowed: boolean;
  readonly #timeout: number;
  readonly #cacheFor: number;
  readonly #remembered: Remembered;
  /** What a request was told already. A promise is waited for by its own request only. */
  readonly #told = new WeakMap<object, Map<string, { answer: Promise<boolean>; at: number }>>();

  /**
   * @param list the binding; guards of the same one share what they remember
   * @throws InvalidConfigurationError without `onUnavailable`, and for numbers that cannot be
   */
  constructor(options: RevocationListOptions, list: object, cacheFor: number) {
    const { onUnavailable, timeout = 2 } = options ?? {};
    const seconds = options?.cacheFor ?? cacheFor;
    if (onUnavailable !== "allow" && onUnavailable !== "deny")
      throw new InvalidConfigurationError(
        "Say what happens while the list of revocations cannot be reached: 'onUnavailable' must be 'allow' or 'deny'.",
      );
    if (!Number.isFinite(timeout) || timeout <= 0 || timeout > 60)
      throw new InvalidConfigurationError("'timeout' must be seconds, more than 0 and up to 60.");
    if (!Number.isFinite(seconds) || seconds < 0 || seconds > maxCacheFor)
      throw new InvalidConfigurationError(`'cacheFor' must be seconds, from 0 to ${maxCacheFor}.`);
    this.#isAllowed = onUnavailable === "allow";
    this.#timeout = timeout;
    this.#cacheFor = seconds;
    this.#remembered = rememberedOf.get(list) ?? { key: undefined, found: new Map() };
    rememberedOf.set(list, this.#remembered);
  }

  /** Whether a session was ended, by what the request or the isolate knows or else by a look-up. */
  async isRevoked(
    state: StateData,
    storeOptions: unknown,
    lookUp: (mark: SessionMark) => Promise<boolean>,
  ): Promise<boolean> {
    const now = Date.now() / 1000;
    // Other store options may be those of several requests: without one there is no telling.
    const { request } = (storeOptions ?? {}) as { request?: unknown };
    if (typeof request !== "object" || request === null) return await this.#find(state, now, lookUp);
    const told = this.#told.get(request) ?? new Map<string, { answer: Promise<boolean>; at: number }>();
    this.#told.set(request, told);
    const name = `${state.internal.id} ${state.internal.createdAt}`;
    const known = told.get(name);
    if (known && now - known.at < longestRequest) return await known.answer;
    const answer = this.#find(state, now, lookUp);
    told.set(name, { answer, at: now });
    return await answer;
  }

  /**
   * Writes, and forgets whom this isolate remembers to be alive.
   *
   * @throws SessionStoreError where that fails
   */
  async write(work: () => Promise<unknown>): Promise<void> {
    try {
      await storeCall(() => withDeadline(work(), this.#timeout));
    } finally {
      // Even where it failed: it may have come through after all.
      this.#remembered.found.clear();
    }
  }

  /** Does what may be left undone where the list is told to allow that. */
  async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await storeCall(() => withDeadline(work(), this.#timeout));
    } catch (error) {
      if (!this.#isAllowed) throw error;
    }
  }

  async #find(
    state: StateData,
    now: number,
    lookUp: (mark: SessionMark) => Promise<boolean>,
  ): Promise<boolean> {
    const { found } = this.#remembered;
    const name = this.#cacheFor ? await this.#nameOf(state) : "";
    if (now - (found.get(name) ?? Number.NEGATIVE_INFINITY) < this.#cacheFor) return false;
    const mark = await markOf(state);
    let isRevoked = false;
    await this.attempt(async () => {
      isRevoked = mark !== undefined && (await lookUp(mark));
      if (isRevoked || !name) return;
      found.delete(name);
      if (found.size >= maxRemembered) found.delete(found.keys().next().value!);
      // Since it was asked, not since it was answered.
      found.set(name, now);
    });
    return isRevoked;
  }

  async #nameOf({ domain, user, internal }: StateData): Promise<string> {
    const known = this.#remembered;
    // Not made before there is a request: global scope has no randomness in workerd.
    known.key ??= (await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
    ])) as CryptoKey;
    const parts = [domain, user?.sub, user?.iat, internal.sid, internal.id, internal.iat, internal.createdAt];
    const bytes = await crypto.subtle.sign("HMAC", known.key, encoder.encode(JSON.stringify(parts)));
    return encodeBase64url(new Uint8Array(bytes, 0, 16));
  }
}

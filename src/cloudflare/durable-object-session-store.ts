import { SessionChangedError, SessionTooLargeError } from "../errors/index.ts";
import { randomId } from "../session/random.ts";
import type { LogoutTokenClaims, StateData } from "../session/state-data.ts";
import type { EncryptedStoreOptions } from "../store/abstract-stores.ts";
import type { RenewalTask, SessionStore, SessionWrite } from "../store/contracts.ts";
import { logoutNamesIn, logoutNoteOf, refusalTime, sessionName } from "../store/names.ts";
import { rememberRevision, revisionOf } from "../store/revision.ts";
import type { StatefulStateStoreOptions } from "../store/stateful-state-store.ts";
import { statefulStore } from "../store/stateful-state-store.ts";
import { type StoredSessions, storedSessions } from "../store/stored-session.ts";
import { callObject, objectOf } from "./call-object.ts";
import { type SessionCalls, sessionPrefix } from "./calls.ts";
import { type ObjectNamespace, type ObjectPlace, requireNamespace } from "./namespace.ts";
import { revivedError } from "./plain-error.ts";
import type { Reading } from "./session-record.ts";

/** How often a session is renewed for one caller: each time somebody else had asked for something else. */
const maxTurns = 16;
/**
 * Characters of a sealed session. An object keeps 2 MB; the rest is for tokens that come by a refresh, which has to be kept when
 * it is made.
 */
const maxText = 1_500_000;

/**
 * Sessions in Durable Objects: one object owns each session and decides who refreshes it, others know which sessions a logout
 * token ends. What they keep is sealed.
 */
export class DurableObjectSessionStore<TStoreOptions = unknown> implements SessionStore<TStoreOptions> {
  readonly #namespace: ObjectNamespace;
  readonly #place: ObjectPlace;
  readonly #sessions: StoredSessions;

  /**
   * @param namespace the binding to the class made by `sessionObject`
   * @param options the secret that seals, and where the objects live
   * @throws InvalidConfigurationError without the binding, and for an empty secret
   */
  constructor(namespace: ObjectNamespace, options: EncryptedStoreOptions & ObjectPlace) {
    this.#namespace = requireNamespace(namespace, "AUTH_SESSION", "sessionObject");
    this.#place = options;
    this.#sessions = storedSessions(options.secret);
  }

  async get(identifier: string): Promise<StateData | undefined> {
    const name = await sessionName(identifier);
    const reading = await this.#call(sessionPrefix + name, (object) => object.read());
    return reading && (await this.#open(name, reading));
  }

  /** @throws SessionTooLargeError for more than 1.5 MB; the session of before stays */
  async set(
    identifier: string,
    stateData: StateData,
    { create, expiresIn }: SessionWrite<TStoreOptions>,
  ): Promise<boolean | "changed"> {
    const name = await sessionName(identifier);
    const expiresAt = Date.now() / 1000 + expiresIn;
    const text = await this.#sessions.seal(name, stateData);
    if (text.length > maxText) {
      throw new SessionTooLargeError("The session takes more than 1.5 MB. The session of before stays.");
    }
    // Noted first: a session that no logout token finds must not begin.
    const noted = create ? await this.#note(name, stateData, expiresAt) : undefined;
    if (noted === false) return false;
    const revision = create ? undefined : revisionOf<number>(stateData);
    const writing = { text, expiresAt, create: noted, revision };
    const written = await this.#call(sessionPrefix + name, (object) => object.write(writing));
    if (typeof written !== "number") return written === "changed" && written;
    rememberRevision(stateData, written);
    return true;
  }

  async touch(identifier: string, expiresIn: number): Promise<void> {
    const expiresAt = Date.now() / 1000 + expiresIn;
    await this.#call(sessionPrefix + (await sessionName(identifier)), (object) => object.extend(expiresAt));
  }

  async delete(identifier: string): Promise<void> {
    await this.#call(sessionPrefix + (await sessionName(identifier)), (object) => object.end());
  }

  async renew(
    identifier: string,
    stateData: StateData,
    { renewal, serves }: RenewalTask,
  ): Promise<StateData | undefined> {
    const name = await sessionName(identifier);
    const attempt = randomId();
    let revision = revisionOf<number>(stateData) ?? 0;
    let state: StateData | undefined = stateData;
    for (let turn = 0; turn < maxTurns; turn++) {
      if (!state?.refreshToken || serves(state)) return state;
      const request = { revision, renewal, attempt };
      const answer = await this.#call(sessionPrefix + name, (object) => object.renew(request));
      if (answer === "gone") return undefined;
      if ("failure" in answer) throw revivedError(answer.failure);
      state = await this.#open(name, answer);
      if (answer.renewed) return state;
      revision = answer.revision;
    }
    throw new SessionChangedError();
  }

  async deleteByLogoutToken(claims: LogoutTokenClaims): Promise<void> {
    const { sid, sub } = await logoutNamesIn(claims);
    const isOneOf = sid ? { user: sub } : { iat: claims.iat };
    // "All sessions of a user" names neither: the next login is none of them.
    const refuseUntil = sid || claims.iat !== undefined ? Date.now() / 1000 + refusalTime : undefined;
    const index = sid ? `sid:${sid}` : sub && `sub:${sub}`;
    if (index) await this.#call(index, (object) => object.endSessions({ ...isOneOf, refuseUntil }));
  }

  /** Answers the index objects that know the session now; `false` where a logout token for it came before. */
  async #note(name: string, state: StateData, expiresAt: number): Promise<string[] | false> {
    const { sid, sub, iat } = await logoutNoteOf(state);
    const row = { name, expiresAt, user: sub, iat };
    const indexes = [...(sid ? [`sid:${sid}`] : []), ...(sub ? [`sub:${sub}`] : [])];
    const welcome = await Promise.all(
      indexes.map((index) => this.#call(index, (object) => object.note(row))),
    );
    return !welcome.includes(false) && indexes;
  }

  async #open(name: string, { text, revision }: Reading): Promise<StateData | undefined> {
    const state = await this.#sessions.open(name, text);
    return state && rememberRevision(state, revision);
  }

  #call<T>(name: string, call: (object: SessionCalls) => Promise<T>): Promise<T> {
    return callObject(() => objectOf<SessionCalls>(this.#namespace, name, this.#place), call);
  }
}

/**
 * Sessions in Durable Objects, for the option `stateStore` of `edgeAuth`: `stateStore: durableObjectSessions(env.AUTH_SESSION)`.
 *
 * @param namespace the binding to the class made by `sessionObject`
 * @throws InvalidConfigurationError without the binding, when the store is made
 */
export function durableObjectSessions<TStoreOptions = unknown>(
  namespace: ObjectNamespace,
  options: ObjectPlace & Pick<StatefulStateStoreOptions<TStoreOptions>, "storeTimeout" | "onStoreError"> = {},
): ReturnType<typeof statefulStore<TStoreOptions>> {
  return statefulStore(
    ({ secret }) => new DurableObjectSessionStore<TStoreOptions>(namespace, { ...options, secret }),
    options,
  );
}

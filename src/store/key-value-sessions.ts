import { InvalidConfigurationError } from "../errors/index.ts";
import type { Secret } from "../seal/keys.ts";
import { refusalOf, withoutRefreshToken, withReceipt } from "../session/renewal.ts";
import type { LogoutTokenClaims, StateData } from "../session/state-data.ts";
import type { RefreshCoordinator, RenewalTask, SessionStore, SessionWrite } from "./contracts.ts";
import { type Coordination, coordinatorOf } from "./cookie-sessions.ts";
import { storeCall } from "./deadline.ts";
import {
  isNoteEndedBy,
  type LogoutNote,
  logoutNamesIn,
  logoutNoteOf,
  refusalTime,
  sessionName,
} from "./names.ts";
import { rememberRevision, revisionOf } from "./revision.ts";
import { type StatefulStateStoreOptions, type StoreMaker, statefulStore } from "./stateful-state-store.ts";
import { type StoredSessions, storedSessions } from "./stored-session.ts";

/** A storage that puts and gets, and cannot compare. */
export interface KeyValue {
  get(key: string): Promise<string | null | undefined>;
  /**
   * The same for several keys in one call, in order. For storages that remember for a while what they have read, also that there
   * was nothing: a session is then read together with the mark that it was ended.
   */
  getAll?(keys: string[]): Promise<(string | null | undefined)[]>;
  /** @param expiresIn seconds, a whole number of 60 or more; a storage that forgets nothing by itself may ignore it */
  put(key: string, value: string, expiresIn: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** All keys that begin so. */
  keys(prefix: string): Promise<string[]>;
}

/** Options of stores over such a storage. */
export interface KeyValueOptions<TStoreOptions = unknown> {
  /** Seals what is kept: a text, or several with the newest first. */
  secret: Secret;
  /** What all keys begin with, before a colon. Default `auth0-edge`. */
  prefix?: string | undefined;
  /** Sees to it that a refresh token is spent once. Needed where refresh tokens rotate. */
  coordinator?: RefreshCoordinator<TStoreOptions> | undefined;
}

/** Options of such stores for `edgeAuth`, which has the secret. */
export interface KeyValueStoreOptions<TStoreOptions = unknown>
  extends Omit<KeyValueOptions<TStoreOptions>, "secret" | "coordinator">,
    Pick<StatefulStateStoreOptions<TStoreOptions>, "storeTimeout" | "onStoreError"> {
  /** See {@link KeyValueOptions.coordinator}. */
  coordinator?: Coordination<TStoreOptions> | undefined;
}

/** Seconds such storages keep a key at least. */
const shortest = 60;
/** Milliseconds after which a change is tried once more: Workers KV takes one a second for each key. */
const betweenWrites = 1100;
/** Seconds a session lives where nobody says how long. */
const longest = 400 * 86_400;
/** Seconds that the mark of an ended session is kept: for what was on its way meanwhile. */
const traceTime = 3600;

/**
 * Sessions in a storage that puts and gets, and cannot compare; see {@link KeyValue}. Four kinds of keys, none of which tells who:
 *
 * - `s:<session>` the sealed session behind the second it ends
 * - `i:<sid or sub>:<session>.<iat>.<the other>` finds the session for a logout token, and says by itself whether it is meant
 * - `x:<session>` the session was ended: whoever writes it late takes it back, and where storages remember that there was no such
 *   key, readers look as well
 * - `e:<sid or sub>` a logout token came: a session that is stored after it ends at once
 */
export class KeyValueSessions<TStoreOptions = unknown> implements SessionStore<TStoreOptions> {
  readonly #storage: KeyValue;
  readonly #sealed: StoredSessions;
  readonly #prefix: string;
  readonly #coordinator: RefreshCoordinator<TStoreOptions> | undefined;

  /** @throws InvalidConfigurationError for an empty secret */
  constructor(storage: KeyValue, options: KeyValueOptions<TStoreOptions>) {
    const { secret, prefix = "auth0-edge", coordinator } = options;
    this.#storage = storage;
    this.#sealed = storedSessions(secret);
    this.#prefix = prefix;
    this.#coordinator = coordinator;
  }

  get(identifier: string): Promise<StateData | undefined> {
    return storeCall(async () => (await this.#read(await sessionName(identifier)))?.state);
  }

  /** What is compared here, is so just before it is written: two writes at the very same time are not told apart. */
  set(
    identifier: string,
    stateData: StateData,
    write?: SessionWrite<TStoreOptions>,
  ): Promise<boolean | "changed"> {
    return storeCall(async () => {
      const { create = true, expiresIn = longest } = write ?? {};
      const name = await sessionName(identifier);
      const read = revisionOf(stateData);
      if (!create) {
        const found = await this.#text(name);
        if (!found) return false;
        if (read !== undefined && read !== found) return "changed";
      }
      const notes = create ? await this.#notesOf(name, stateData) : [];
      const ttl = timeToLive(expiresIn);
      await Promise.all(notes.map((note) => this.#storage.put(this.#key(note), "1", ttl)));
      return await this.#write(name, stateData, now() + expiresIn, { create, isNeeded: true });
    });
  }

  delete(identifier: string): Promise<void> {
    return storeCall(async () => {
      const name = await sessionName(identifier);
      const found = await this.#read(name);
      await this.#end(name, found ? await this.#notesOf(name, found.state) : [], found?.text);
    });
  }

  deleteByLogoutToken(claims: LogoutTokenClaims): Promise<void> {
    return storeCall(async () => {
      const { sid, sub } = await logoutNamesIn(claims);
      const noted = sid ?? sub;
      if (!noted) return;
      const { iat } = claims;
      if (iat !== undefined)
        await twice(() =>
          this.#storage.put(this.#key(`e:${noted}`), logoutText({ sid, sub, iat }), refusalTime),
        );
      const keys = await this.#storage.keys(this.#key(`i:${noted}:`));
      const ending = keys.map(async (key) => {
        const note = key.slice(this.#key("").length);
        const [name = "", at = "", other = ""] = note.slice(`i:${noted}:`.length).split(".");
        const session = { ...(sid ? { sid, sub: other } : { sub }), iat: at ? Number(at) : undefined };
        if (!isNoteEndedBy(session, { sid, sub, iat })) return;
        const text = this.#storage.getAll && (await this.#storage.get(this.#key(`s:${name}`)));
        await this.#end(name, [note, ...(other ? [`i:${other}:${name}.${at}.${noted}`] : [])], text);
      });
      await Promise.all(ending);
    });
  }

  /**
   * Spends the refresh token: by way of the coordinator, where there is one; otherwise each request does so for itself.
   *
   * @throws InvalidConfigurationError where the refresh token rotates and there is no coordinator: what came is kept, but the
   * next requests in parallel could end the session at the issuer
   */
  async renew(
    identifier: string,
    stateData: StateData,
    task: RenewalTask,
    storeOptions?: TStoreOptions,
  ): Promise<StateData | undefined> {
    if (!stateData.refreshToken) return stateData;
    const name = await sessionName(identifier);
    const coordinator = this.#coordinator;
    const text = revisionOf<string>(stateData) ?? (await storeCall(() => this.#text(name)));
    if (!text) return undefined;
    const note = { expiresIn: endOf(text) - now(), storeOptions };
    try {
      const receipts = coordinator
        ? await coordinator.coordinate(stateData, task, note)
        : [await task.ask(stateData)];
      const renewed = await this.#change(name, task, (current) =>
        receipts.reduce((state, receipt) => withReceipt(state, receipt, now()), current),
      );
      const rotates = receipts.some(({ spent, tokens }) => (tokens.refreshToken ?? spent) !== spent);
      if (!rotates || coordinator || !renewed) return renewed;
      throw new InvalidConfigurationError(
        "The issuer rotates refresh tokens, and this session store cannot see to it that each is spent once. Give it a 'coordinator', use a store of Durable Objects, or switch the rotation off at the issuer. What came is kept; requests in parallel may have spent the same token.",
      );
    } catch (error) {
      if (error instanceof InvalidConfigurationError) throw error;
      const refused = refusalOf(error, task.renewal);
      const current = await this.#change(name, task, (state) =>
        refused && state.refreshToken === stateData.refreshToken
          ? withoutRefreshToken(state, refused)
          : state,
      ).catch(() => undefined);
      // Somebody else may have been faster.
      if (current?.refreshToken && task.serves(current)) return current;
      throw error;
    }
  }

  /** Changes what the session is now. How long it lives stays. */
  #change(
    name: string,
    task: RenewalTask,
    change: (state: StateData) => StateData,
  ): Promise<StateData | undefined> {
    return storeCall(async () => {
      const found = await this.#read(name);
      if (!found) return undefined;
      const { state, text } = found;
      const next = change(state);
      // Of many requests with the same result one has to write it, and a key takes few writes.
      const isThere = next === state || (task.serves(state) && next.refreshToken === state.refreshToken);
      if (isThere) return state;
      // Where it is not written nothing is lost: the next request asks once more, and a coordinator gives it the same again.
      const isNeeded = !this.#coordinator && next.refreshToken !== state.refreshToken;
      return (await this.#write(name, next, endOf(text), { isNeeded })) ? next : undefined;
    });
  }

  /** Writes a session, and takes it back where it has ended meanwhile. Answers whether it is there. */
  async #write(
    name: string,
    state: StateData,
    end: number,
    { create, isNeeded }: { create?: boolean; isNeeded: boolean },
  ): Promise<boolean> {
    const text = `${end} ${await this.#sealed.seal(name, state)}`;
    const put = () => this.#storage.put(this.#key(`s:${name}`), text, timeToLive(end - now()));
    await (isNeeded ? twice(put) : put().catch(() => undefined));
    if (await this.#isEnded(name, create ? state : undefined)) {
      await this.#end(name, await this.#notesOf(name, state), text);
      return false;
    }
    rememberRevision(state, text);
    return true;
  }

  /** Asked only after a write: a storage may remember for a while that there is no such key. */
  async #isEnded(name: string, created: StateData | undefined): Promise<boolean> {
    const ask = (key: string) => this.#storage.get(this.#key(key));
    const note = created && (await logoutNoteOf(created));
    const [ended, ...logouts] = await Promise.all([
      ask(`x:${name}`),
      ...[note?.sid, note?.sub].filter((one) => one !== undefined).map((one) => ask(`e:${one}`)),
    ]);
    return Boolean(ended || logouts.some((text) => text && note && isNoteEndedBy(note, logoutOf(text))));
  }

  /**
   * Ends a session: first the mark, by which late writers take back what they wrote, and readers, where they see to it, know that
   * one came too late to be taken back.
   *
   * @param text what was kept of it
   */
  async #end(name: string, notes: string[], text?: string | null): Promise<void> {
    const left = text ? endOf(text) - now() : longest;
    const ttl = this.#storage.getAll ? timeToLive(Math.max(left, traceTime)) : traceTime;
    await twice(() => this.#storage.put(this.#key(`x:${name}`), "ended", ttl));
    await Promise.all(
      [`s:${name}`, ...notes].map((key) => twice(() => this.#storage.delete(this.#key(key)))),
    );
  }

  async #notesOf(name: string, state: StateData): Promise<string[]> {
    const { sid, sub, iat = "" } = await logoutNoteOf(state);
    const note = (one?: string, other = ""): string[] => (one ? [`i:${one}:${name}.${iat}.${other}`] : []);
    return [...note(sid, sub), ...note(sub, sid)];
  }

  async #read(name: string): Promise<{ state: StateData; text: string } | undefined> {
    const text = await this.#text(name);
    const state = text && (await this.#sealed.open(name, text.slice(text.indexOf(" ") + 1)));
    return text && state ? { state: rememberRevision(state, text), text } : undefined;
  }

  /** What is kept of a session that lives; storages may forget later than they were told. */
  async #text(name: string): Promise<string | undefined> {
    const keys = [`s:${name}`, `x:${name}`].map((key) => this.#key(key)) as [string, string];
    const { getAll } = this.#storage;
    const [text, ended] = getAll ? await getAll(keys) : [await this.#storage.get(keys[0])];
    return typeof text === "string" && !ended && endOf(text) > now() ? text : undefined;
  }

  #key(key: string): string {
    return `${this.#prefix}:${key}`;
  }
}

/**
 * Such a store for the option `stateStore` of `edgeAuth`.
 *
 * @param open makes the store, with the secret and the coordinator that the configuration brings
 */
export function keyValueStore<TStoreOptions>(
  open: (options: KeyValueOptions<TStoreOptions>) => KeyValueSessions<TStoreOptions>,
  options: KeyValueStoreOptions<TStoreOptions> = {},
): StoreMaker<TStoreOptions> {
  const { coordinator, ...more } = options;
  return statefulStore(
    (given) => open({ ...more, secret: given.secret, coordinator: coordinatorOf(coordinator, given) }),
    options,
  );
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** Tries once more what may have come too soon after another change of the same key. */
async function twice(change: () => Promise<unknown>): Promise<void> {
  await change().catch(async () => {
    await new Promise((resolve) => setTimeout(resolve, betweenWrites));
    await change();
  });
}

function timeToLive(seconds: number): number {
  return Math.max(shortest, Math.ceil(seconds));
}

function endOf(text: string): number {
  return Number(text.slice(0, text.indexOf(" ")));
}

function logoutText({ sid = "", sub = "", iat }: LogoutNote): string {
  return [iat, sid, sub].join(".");
}

function logoutOf(text: string): LogoutNote {
  const [iat, sid, sub] = text.split(".");
  return { iat: Number(iat), sid, sub };
}

import { InvalidConfigurationError, SessionTooLargeError } from "../errors/index.ts";
import type { Secret } from "../seal/keys.ts";
import { largestMembers } from "../session/size.ts";
import type { LogoutTokenClaims, StateData } from "../session/state-data.ts";
import type { RenewalTask, SessionStore, SessionWrite } from "../store/contracts.ts";
import { storeCall } from "../store/deadline.ts";
import { type Lease, renewUnderLease } from "../store/lease.ts";
import {
  isNoteEndedBy,
  type LogoutNote,
  logoutNamesIn,
  logoutNoteOf,
  refusalTime,
  sessionName,
} from "../store/names.ts";
import { rememberRevision, revisionOf } from "../store/revision.ts";
import {
  type StatefulStateStoreOptions,
  type StoreMaker,
  statefulStore,
} from "../store/stateful-state-store.ts";
import { type StoredSessions, storedSessions } from "../store/stored-session.ts";
import type { DenoKv, DenoKvAtomic, DenoKvEntry, DenoKvKey } from "./kv.ts";

/** Options of {@link DenoKvSessionStore}. */
export interface DenoKvSessionStoreOptions {
  /** Seals what is kept: a text, or several with the newest first. */
  secret: Secret;
  /** The first part of all keys. Default `auth0-edge`. */
  prefix?: string | undefined;
}

/** Options of {@link denoKvSessions}. */
export interface DenoKvSessionsOptions
  extends Omit<DenoKvSessionStoreOptions, "secret">,
    Pick<StatefulStateStoreOptions<unknown>, "storeTimeout" | "onStoreError"> {}

/** A session as it is kept. */
interface Kept {
  text: string;
  /** Seconds since the epoch. Deno KV may forget later than it was told. */
  end: number;
  revision: number;
  note: LogoutNote;
}

/** A session as it was read, with what a change has to compare. */
interface Found {
  kept: Kept;
  entry: DenoKvEntry;
}

/** Characters of a sealed session: a value takes 64 KiB, and the rest of it a little. */
const maxText = 64_000;
/** Seconds a session lives where nobody says how long. */
const longest = 400 * 86_400;
/** Seconds after which a lease that nobody gave back is cleaned up; it lapses before. */
const leaseEnd = 60;

/**
 * Sessions in Deno KV, sealed. Everything that belongs together is written together and compared: changes of a session are never
 * lost, a refresh token is spent once however many processes want it, and a logout stays. Every key has an end.
 *
 * A session is one value, which takes 64 KiB: a larger one is a `SessionTooLargeError`.
 */
export class DenoKvSessionStore<TStoreOptions = unknown> implements SessionStore<TStoreOptions> {
  readonly #kv: DenoKv;
  readonly #sealed: StoredSessions;
  readonly #prefix: string;

  /**
   * @param kv what `Deno.openKv` answered
   * @param options the secret that seals, and what keys begin with
   * @throws InvalidConfigurationError for anything but a `Deno.Kv`, and for an empty secret
   */
  constructor(kv: DenoKv, { secret, prefix = "auth0-edge" }: DenoKvSessionStoreOptions) {
    if (typeof kv?.atomic !== "function") {
      throw new InvalidConfigurationError("The store needs a Deno.Kv: 'await Deno.openKv()'.");
    }
    this.#kv = kv;
    this.#sealed = storedSessions(secret);
    this.#prefix = prefix;
  }

  get(identifier: string): Promise<StateData | undefined> {
    return storeCall(async () => {
      const name = await sessionName(identifier);
      const found = await this.#read(name);
      return found && (await this.#open(name, found.kept));
    });
  }

  /** @throws SessionTooLargeError where it does not fit a value */
  set(
    identifier: string,
    stateData: StateData,
    write?: SessionWrite<TStoreOptions>,
  ): Promise<boolean | "changed"> {
    return storeCall(async () => {
      const { create = true, expiresIn = longest } = write ?? {};
      const name = await sessionName(identifier);
      const text = await this.#seal(name, stateData);
      const read = create ? undefined : revisionOf<number>(stateData);
      for (;;) {
        const found = create ? undefined : await this.#read(name);
        if (!create && !found) return false;
        if (read !== undefined && read !== found?.kept.revision) return "changed";
        const note = found?.kept.note ?? (await logoutNoteOf(stateData));
        const marks = create ? await this.#marksOf(note) : [];
        if (marks.some(({ value }) => value && isNoteEndedBy(note, value as LogoutNote))) return false;
        const revision = (found?.kept.revision ?? 0) + 1;
        const checks = found ? [found.entry] : marks;
        const kept = { text, end: now() + expiresIn, revision, note };
        if (!(await this.#put(this.#checking(checks), name, kept).commit()).ok) continue;
        rememberRevision(stateData, revision);
        return true;
      }
    });
  }

  touch(identifier: string, expiresIn: number): Promise<void> {
    return storeCall(async () => {
      const name = await sessionName(identifier);
      for (;;) {
        const found = await this.#read(name);
        if (!found) return;
        const kept = { ...found.kept, end: now() + expiresIn };
        if ((await this.#put(this.#checking([found.entry]), name, kept).commit()).ok) return;
      }
    });
  }

  delete(identifier: string): Promise<void> {
    return storeCall(async () => {
      const name = await sessionName(identifier);
      const [entry] = await this.#kv.getMany([this.#key("s", name)]);
      await this.#end(name, (entry?.value as Kept | null)?.note ?? {});
    });
  }

  deleteByLogoutToken({ iat, ...claims }: LogoutTokenClaims): Promise<void> {
    return storeCall(async () => {
      const token = { ...(await logoutNamesIn(claims)), ...(iat !== undefined && { iat }) };
      const noted = token.sid ?? token.sub;
      if (!noted) return;
      // First, so that a session that is stored from now on finds it.
      if (iat !== undefined)
        await expiring(this.#kv.atomic(), this.#key("e", noted), token, refusalTime).commit();
      for await (const { key, value } of this.#kv.list({ prefix: this.#key("i", noted) })) {
        const note = value as LogoutNote;
        if (isNoteEndedBy(note, token)) await this.#end((key as string[]).at(-1)!, note);
      }
    });
  }

  /** One request asks the issuer, under a lease; the others look again until it has. */
  async renew(identifier: string, _stateData: StateData, task: RenewalTask): Promise<StateData | undefined> {
    const name = await sessionName(identifier);
    const leaseKey = this.#key("l", name);
    return await renewUnderLease(
      {
        read: () =>
          storeCall(async () => {
            const [entry, leased] = await this.#kv.getMany([this.#key("s", name), leaseKey]);
            const kept = alive(entry);
            const state = kept && (await this.#open(name, kept));
            if (!entry || !leased || !state) return undefined;
            const lease = (leased.value ?? undefined) as Lease | undefined;
            return { state, lease, kept, checks: [entry, leased] };
          }),
        write: ({ kept, checks }, lease, state) =>
          storeCall(async () => {
            const change = this.#checking(checks);
            if (lease) expiring(change, leaseKey, lease, leaseEnd);
            else change.delete(leaseKey);
            const revision = kept.revision + 1;
            if (state) this.#put(change, name, { ...kept, text: await this.#seal(name, state), revision });
            const { ok } = await change.commit();
            if (ok && state) rememberRevision(state, revision);
            return ok;
          }),
      },
      task,
    );
  }

  /** Writes a session with what finds it for a logout token. */
  #put(change: DenoKvAtomic, name: string, kept: Kept): DenoKvAtomic {
    const seconds = kept.end - now();
    expiring(change, this.#key("s", name), kept, seconds);
    for (const key of this.#notesOf(name, kept.note)) expiring(change, key, kept.note, seconds);
    return change;
  }

  async #end(name: string, note: LogoutNote): Promise<void> {
    const change = this.#kv.atomic();
    const keys = [this.#key("s", name), this.#key("l", name), ...this.#notesOf(name, note)];
    for (const key of keys) change.delete(key);
    await change.commit();
  }

  #notesOf(name: string, { sid, sub }: LogoutNote): DenoKvKey[] {
    return [sid, sub].filter((one) => one !== undefined).map((one) => this.#key("i", one, name));
  }

  async #marksOf({ sid, sub }: LogoutNote): Promise<DenoKvEntry[]> {
    const names = [sid, sub].filter((one) => one !== undefined);
    return names.length ? await this.#kv.getMany(names.map((one) => this.#key("e", one))) : [];
  }

  async #read(name: string): Promise<Found | undefined> {
    const [entry] = await this.#kv.getMany([this.#key("s", name)]);
    const kept = alive(entry);
    return entry && kept && { kept, entry };
  }

  async #open(name: string, { text, revision }: Kept): Promise<StateData | undefined> {
    const state = await this.#sealed.open(name, text);
    return state && rememberRevision(state, revision);
  }

  async #seal(name: string, state: StateData): Promise<string> {
    const text = await this.#sealed.seal(name, state);
    if (text.length <= maxText) return text;
    throw new SessionTooLargeError(
      `The session does not fit into a value of Deno KV, which takes 64 KiB. Largest members: ${largestMembers(state)}.`,
    );
  }

  #checking(entries: DenoKvEntry[]): DenoKvAtomic {
    const change = this.#kv.atomic();
    for (const { key, versionstamp } of entries) change.check({ key: key as DenoKvKey, versionstamp });
    return change;
  }

  #key(...parts: string[]): DenoKvKey {
    return [this.#prefix, ...parts];
  }
}

/**
 * The same for the option `stateStore` of `edgeAuth`, with its secret.
 *
 * @example
 * const kv = await Deno.openKv();
 * edgeAuth({ stateStore: denoKvSessions(kv) });
 */
export function denoKvSessions<TStoreOptions = unknown>(
  kv: DenoKv,
  options: DenoKvSessionsOptions = {},
): StoreMaker<TStoreOptions> {
  const { prefix } = options;
  return statefulStore(
    ({ secret }) => new DenoKvSessionStore<TStoreOptions>(kv, { secret, prefix }),
    options,
  );
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function alive(entry: DenoKvEntry | undefined): Kept | undefined {
  const kept = entry?.value as Kept | null | undefined;
  return kept && kept.end > now() ? kept : undefined;
}

function expiring(change: DenoKvAtomic, key: DenoKvKey, value: unknown, seconds: number): DenoKvAtomic {
  return change.set(key, value, { expireIn: Math.max(1, seconds) * 1000 });
}

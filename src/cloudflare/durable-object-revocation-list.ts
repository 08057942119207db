import type { LogoutTokenClaims, StateData } from "../session/state-data.ts";
import type { RevocationList, SessionNote } from "../store/contracts.ts";
import { logoutNamesIn } from "../store/names.ts";
import { RevocationGuard, type RevocationListOptions } from "../store/revocation-guard.ts";
import { markOf, type SessionMark } from "../store/revocation-mark.ts";
import { callObject, objectOf } from "./call-object.ts";
import { type ObjectNamespace, type ObjectPlace, requireNamespace } from "./namespace.ts";
import type { RevocationCalls } from "./revocation-object.ts";
import type { Revocation } from "./revocation-record.ts";

/** Options of {@link DurableObjectRevocationList}. */
export interface DurableObjectRevocationListOptions extends RevocationListOptions, ObjectPlace {}

/**
 * Which sessions were ended, kept by Durable Objects: one for each user, which a session's look-up asks, and one for each of the
 * issuer's sessions, which says whose it is where a logout token has only a `sid`. Names are digests, as is all that is kept.
 *
 * A logout counts at once for requests that look, and after `cacheFor` seconds (default 30) for all. A request looks at most
 * once, and not at all while its isolate remembers that the session was alive. A login costs two calls more, and a logout one.
 * Entries go after the absolute duration of sessions; an object without any leaves nothing behind.
 *
 * What it cannot do: end sessions by a logout token without `sub` that began before the list was there, or while it could not be
 * reached and `onUnavailable` is `"allow"`.
 */
export class DurableObjectRevocationList<TStoreOptions = unknown> implements RevocationList<TStoreOptions> {
  readonly #guard: RevocationGuard;
  readonly #call: <R>(name: string, call: (object: RevocationCalls) => Promise<R>) => Promise<R>;

  /**
   * @param namespace the binding to the class made by `revocationList`
   * @throws InvalidConfigurationError without the binding or `onUnavailable`, and for numbers that cannot be
   */
  constructor(namespace: ObjectNamespace, options: DurableObjectRevocationListOptions) {
    requireNamespace(namespace, "AUTH_REVOCATIONS", "revocationList");
    this.#guard = new RevocationGuard(options, namespace, 30);
    const place = { jurisdiction: options.jurisdiction, locationHint: options.locationHint };
    this.#call = (name, call) => callObject(() => objectOf<RevocationCalls>(namespace, name, place), call);
  }

  isRevoked(stateData: StateData, storeOptions?: TStoreOptions): Promise<boolean> {
    return this.#guard.isRevoked(stateData, storeOptions, (mark) =>
      this.#call(userOf(mark.sub), (user) => user.isRevoked(mark)),
    );
  }

  async revoke(claims: LogoutTokenClaims, { expiresIn }: SessionNote<TStoreOptions>): Promise<void> {
    const expiresAt = endOf(expiresIn);
    const { sub, sid } = await logoutNamesIn(claims);
    if (sid) {
      await this.#guard.write(async () => {
        const subs = sub ? [sub] : await this.#call(sessionOf(sid), (session) => session.close(expiresAt));
        await Promise.all(subs.map((user) => this.#revoke(user, { name: sid }, expiresAt)));
      });
    } else if (sub) {
      const now = Math.floor(Date.now() / 1000);
      const until = claims.iat === undefined ? { begun: now } : { issued: claims.iat };
      await this.#guard.write(() => this.#revoke(sub, until, expiresAt));
    }
  }

  async end(stateData: StateData, { expiresIn }: SessionNote<TStoreOptions>): Promise<void> {
    const mark = await markOf(stateData);
    if (!mark?.id) return;
    const revoke = (): Promise<void> => this.#revoke(mark.sub, { name: mark.id }, endOf(expiresIn));
    await this.#guard.attempt(() => this.#guard.write(revoke));
  }

  async begin(stateData: StateData, { expiresIn }: SessionNote<TStoreOptions>): Promise<void> {
    const mark = await markOf(stateData);
    if (mark) await this.#guard.attempt(() => this.#begin(mark, endOf(expiresIn)));
  }

  async #begin(mark: SessionMark, expiresAt: number): Promise<void> {
    const { sub, sid } = mark;
    const [closed] = await Promise.all([
      sid && this.#call(sessionOf(sid), (session) => session.note(sub, expiresAt)),
      this.#call(userOf(sub), (user) => user.begin(mark, expiresAt)),
    ]);
    if (closed) await this.#revoke(sub, { name: sid }, Math.max(closed, expiresAt));
  }

  #revoke(sub: string, revocation: Revocation, expiresAt: number): Promise<void> {
    return this.#call(userOf(sub), (user) => user.revoke(revocation, expiresAt));
  }
}

function userOf(sub: string): string {
  return `user:${sub}`;
}

function sessionOf(sid: string): string {
  return `sid:${sid}`;
}

function endOf(expiresIn: number): number {
  return Math.ceil(Date.now() / 1000 + expiresIn);
}

import { InvalidConfigurationError } from "../errors/index.ts";
import type { LogoutTokenClaims, StateData } from "../session/state-data.ts";
import type { RevocationList, SessionNote } from "../store/contracts.ts";
import { logoutNamesIn } from "../store/names.ts";
import { RevocationGuard, type RevocationListOptions } from "../store/revocation-guard.ts";
import { isOlder, markOf, type SessionMark } from "../store/revocation-mark.ts";

/** Options of {@link KVRevocationList}. */
export interface KVRevocationListOptions extends RevocationListOptions {
  /** Seconds for which a location of Cloudflare keeps what it has read, also that there was nothing. Default 60, at least 30. */
  cacheTtl?: number | undefined;
  /** What the keys begin with. Default `revoked:`. */
  prefix?: string | undefined;
}

/** KV keeps nothing for less. */
const minTtl = 60;

/**
 * Which sessions were ended, kept in Workers KV: one bulk read of up to five keys is a session's look-up. Keys are digests, values
 * a time.
 *
 * A logout counts elsewhere once KV has carried it there (a minute or so) and what that location had cached has gone (`cacheTtl`,
 * default 60 seconds), and `cacheFor` (default 0, so that KV's own cache alone decides) after that. Where that is too late, use
 * `DurableObjectRevocationList`. A login costs nothing. Keys go after the absolute duration of sessions.
 *
 * What it cannot do: tell a login from a logout everywhere of the same second, which ends it as well; and take more than one
 * logout of the same session in a second, which KV refuses and the issuer hears.
 */
export class KVRevocationList<TStoreOptions = unknown> implements RevocationList<TStoreOptions> {
  readonly #guard: RevocationGuard;
  readonly #kv: KVNamespace;
  readonly #cacheTtl: number;
  readonly #prefix: string;

  /**
   * @throws InvalidConfigurationError without the binding or `onUnavailable`, and for numbers that cannot be
   */
  constructor(kv: KVNamespace, options: KVRevocationListOptions) {
    if (typeof kv?.put !== "function") {
      throw new InvalidConfigurationError(
        "There is no binding to the KV namespace that keeps revocations. Add one to 'kv_namespaces' of the Wrangler configuration, and give it to the list: 'new KVRevocationList(env.REVOCATIONS, options)'.",
      );
    }
    this.#guard = new RevocationGuard(options, kv, 0);
    const { cacheTtl = 60, prefix = "revoked:" } = options;
    if (!Number.isInteger(cacheTtl) || cacheTtl < 30)
      throw new InvalidConfigurationError("'cacheTtl' must be whole seconds, 30 or more.");
    this.#kv = kv;
    this.#cacheTtl = cacheTtl;
    this.#prefix = prefix;
  }

  isRevoked(stateData: StateData, storeOptions?: TStoreOptions): Promise<boolean> {
    return this.#guard.isRevoked(stateData, storeOptions, (mark) => this.#lookUp(mark));
  }

  async revoke(claims: LogoutTokenClaims, { expiresIn }: SessionNote<TStoreOptions>): Promise<void> {
    const { sub, sid } = await logoutNamesIn(claims);
    const { iat } = claims;
    await this.#guard.write(async () => {
      if (sid) await this.#put(sub ? `sid:${sid}.${sub}` : `sid:${sid}`, 0, expiresIn);
      else if (sub && iat === undefined)
        await this.#put(`begun:${sub}`, Math.floor(Date.now() / 1000), expiresIn);
      // An older token that comes again, which is no mistake, must not take back what a newer one said.
      else if (sub && iat! > ((await this.#kv.get<number>(`${this.#prefix}issued:${sub}`, "json")) ?? 0))
        await this.#put(`issued:${sub}`, iat!, expiresIn);
    });
  }

  async end(stateData: StateData, { expiresIn }: SessionNote<TStoreOptions>): Promise<void> {
    const mark = await markOf(stateData);
    if (!mark?.id) return;
    const put = (): Promise<void> => this.#put(`id:${mark.id}`, 0, expiresIn);
    await this.#guard.attempt(() => this.#guard.write(put));
  }

  async #lookUp(mark: SessionMark): Promise<boolean> {
    const { sub, sid, id } = mark;
    const [issued, begun] = [`issued:${sub}`, `begun:${sub}`];
    const names = [...(sid ? [`sid:${sid}`, `sid:${sid}.${sub}`] : []), ...(id ? [`id:${id}`] : [])];
    const found = await this.#kv.get<number>(
      [...names, issued, begun].map((name) => this.#prefix + name),
      { type: "json", cacheTtl: this.#cacheTtl },
    );
    const of = (name: string): number | undefined => found.get(this.#prefix + name) ?? undefined;
    if (names.some((name) => of(name) !== undefined)) return true;
    return isOlder(mark, { issued: of(issued), begun: of(begun) });
  }

  async #put(name: string, time: number, expiresIn: number): Promise<void> {
    const expirationTtl = Math.max(minTtl, Math.ceil(expiresIn));
    await this.#kv.put(this.#prefix + name, JSON.stringify(time), { expirationTtl });
  }
}

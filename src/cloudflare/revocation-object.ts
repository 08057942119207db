import { DurableObject } from "cloudflare:workers";
import type { SessionMark } from "../store/revocation-mark.ts";
import { type Revocation, RevocationRecord } from "./revocation-record.ts";

/** What Workers ask of the object of a user, and of that of an issuer's session. Times are seconds since the epoch. */
export interface RevocationCalls {
  isRevoked(mark: SessionMark): Promise<boolean>;
  revoke(revocation: Revocation, expiresAt: number): Promise<void>;
  begin(mark: SessionMark, expiresAt: number): Promise<void>;
  note(sub: string, expiresAt: number): Promise<number | undefined>;
  close(expiresAt: number): Promise<string[]>;
  alarm(): Promise<void>;
}

/**
 * The Durable Object that knows which sessions of a user were ended, as a class to extend:
 * `export class AuthRevocations extends revocationList() {}`. It has to be SQLite-backed (`new_sqlite_classes` in the
 * migration). It sees digests and times; what it keeps goes when no session it is about could still live.
 */
export function revocationList<Env = unknown>(): new (
  ctx: DurableObjectState,
  env: Env,
) => DurableObject<Env> & RevocationCalls {
  return class extends DurableObject<Env> implements RevocationCalls {
    readonly #record: RevocationRecord;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      this.#record = new RevocationRecord(ctx.storage.kv, () => Date.now() / 1000);
    }

    async isRevoked(mark: SessionMark): Promise<boolean> {
      return this.#record.isRevoked(mark);
    }

    async revoke(revocation: Revocation, expiresAt: number): Promise<void> {
      this.#record.revoke(revocation, expiresAt);
      await this.#wakeAt(expiresAt);
    }

    async begin(mark: SessionMark, expiresAt: number): Promise<void> {
      if (this.#record.begin(mark, expiresAt)) await this.#wakeAt(expiresAt);
    }

    async note(sub: string, expiresAt: number): Promise<number | undefined> {
      const closed = this.#record.note(sub, expiresAt);
      await this.#wakeAt(expiresAt);
      return closed;
    }

    async close(expiresAt: number): Promise<string[]> {
      const subs = this.#record.close(expiresAt);
      await this.#wakeAt(expiresAt);
      return subs;
    }

    override async alarm(): Promise<void> {
      const next = this.#record.sweep();
      if (next !== undefined) return await this.ctx.storage.setAlarm(next * 1000);
      // In this order nothing is left, not even a database: the other way round its pages would stay.
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    }

    async #wakeAt(seconds: number): Promise<void> {
      const planned = await this.ctx.storage.getAlarm();
      if (planned === null || planned > seconds * 1000) await this.ctx.storage.setAlarm(seconds * 1000);
    }
  };
}

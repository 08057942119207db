import { DurableObject } from "cloudflare:workers";
import type { ObjectOptions } from "./options.ts";
import { type Reading, Session, type Writing, type Written } from "./session-record.ts";

/** What Workers ask of the object of a session. */
export interface SessionCalls {
  read(): Promise<Reading | undefined>;
  write(writing: Writing): Promise<Written>;
  extend(expiresAt: number): Promise<void>;
  end(until?: number): Promise<string[]>;
  alarm(): Promise<void>;
}

/** Names of what the Worker has to have beside the class. */
export interface SessionObjectOptions {
  /** The binding to the class in the Wrangler configuration. Default `AUTH_SESSION`. */
  binding?: string | undefined;
  /** The export made by `refreshCarrier`. Default `AuthRefresh`. */
  carrier?: string | undefined;
}

/**
 * The Durable Object that owns a session, as a class to extend: `export class AuthSession extends sessionObject(options) {}`.
 * It has to be SQLite-backed (`new_sqlite_classes` in the migration).
 *
 * @param _options what `edgeAuth` is given
 */
export function sessionObject<Env = unknown>(
  _options: ObjectOptions<Env>,
  _names: SessionObjectOptions = {},
): new (
  ctx: DurableObjectState,
  env: Env,
) => DurableObject<Env> & SessionCalls {
  return class extends DurableObject<Env> implements SessionCalls {
    readonly #session: Session;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      this.#session = new Session(ctx.storage, () => Date.now() / 1000);
    }

    async read(): Promise<Reading | undefined> {
      const found = this.#session.read();
      return found && { text: found.text, revision: found.revision };
    }

    async write(writing: Writing): Promise<Written> {
      return this.#session.write(writing);
    }

    async extend(expiresAt: number): Promise<void> {
      this.#session.extend(expiresAt);
    }

    async end(until?: number): Promise<string[]> {
      return this.#session.end(until);
    }

    override async alarm(): Promise<void> {
      const next = this.#session.endsAt;
      if (next !== undefined) return await this.ctx.storage.setAlarm(next * 1000);
      // In this order nothing is left, not even a database: the other way round its pages would stay.
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    }
  };
}

import { DurableObject } from "cloudflare:workers";
import { callObject, objectOf } from "./call-object.ts";
import { type CarrierCalls, carrierIn, namespaceIn, type SessionCalls, sessionPrefix } from "./calls.ts";
import { empty, type IndexRow, LogoutIndex, type LogoutOrder } from "./logout-index.ts";
import type { ObjectNamespace } from "./namespace.ts";
import type { ObjectOptions } from "./options.ts";
import type { PlainError } from "./plain-error.ts";
import {
  type Commit,
  type CommitAnswer,
  type RenewalAnswer,
  type RenewalRequest,
  Renewals,
} from "./renewals.ts";
import { type Reading, Session, type SessionRecord, type Writing, type Written } from "./session-record.ts";

/** Names of what the Worker has to have beside the class. */
export interface SessionObjectOptions {
  /** The binding to the class in the Wrangler configuration. Default `AUTH_SESSION`. */
  binding?: string | undefined;
  /** The export made by `refreshCarrier`. Default `AuthRefresh`. */
  carrier?: string | undefined;
}

/**
 * The Durable Object that owns a session, as a class to extend: `export class AuthSession extends sessionObject(options) {}`.
 * It has to be SQLite-backed (`new_sqlite_classes` in the migration), and needs a `refreshCarrier` beside it.
 *
 * @param _options what `edgeAuth` is given. The object itself opens no session and calls no issuer: it needs the type of `env`.
 */
export function sessionObject<Env = unknown>(
  _options: ObjectOptions<Env>,
  { binding = "AUTH_SESSION", carrier = "AuthRefresh" }: SessionObjectOptions = {},
): new (
  ctx: DurableObjectState,
  env: Env,
) => DurableObject<Env> & SessionCalls {
  return class extends DurableObject<Env> implements SessionCalls {
    readonly #session: Session;
    readonly #renewals: Renewals;
    readonly #index: LogoutIndex;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      const now = (): number => Date.now() / 1000;
      this.#session = new Session(ctx.storage, now);
      this.#renewals = new Renewals(this.#session, now, (...given) => this.#launch(...given));
      const sessions = {
        end: (name: string, until: number) =>
          this.#ask(sessionPrefix + name, (it) => it.end(until, ctx.id.name)),
        endsAt: (name: string) => this.#ask(sessionPrefix + name, (it) => it.endsAt()),
      };
      this.#index = new LogoutIndex(ctx.storage, sessions, now);
    }

    async read(): Promise<Reading | undefined> {
      const found = this.#session.read();
      return found && { text: found.text, revision: found.revision };
    }

    async write(writing: Writing): Promise<Written> {
      if (writing.create) this.#requireWorker();
      return this.#session.write(writing);
    }

    async extend(expiresAt: number): Promise<void> {
      this.#session.extend(expiresAt);
    }

    async end(until?: number, by?: string): Promise<void> {
      const noted = this.#session.end(until);
      this.#renewals.stop();
      const name = this.ctx.id.name?.slice(sessionPrefix.length);
      // Nobody waits for it: what is not forgotten now is when it would have expired.
      for (const index of noted) {
        if (name && index !== by) this.#ask(index, (it) => it.forget(name)).catch(() => undefined);
      }
    }

    async endsAt(): Promise<number | undefined> {
      return this.#session.read()?.expiresAt;
    }

    async renew(request: RenewalRequest): Promise<RenewalAnswer> {
      return await this.#renewals.renew(request);
    }

    async commit(commit: Commit): Promise<CommitAnswer> {
      return this.#renewals.commit(commit);
    }

    async abandon(attempt: string, failure: PlainError): Promise<void> {
      this.#renewals.abandon(attempt, failure);
    }

    async note(row: IndexRow): Promise<boolean> {
      this.#requireWorker();
      return await this.#index.note(row);
    }

    async forget(name: string): Promise<void> {
      this.#index.forget(name);
    }

    async endSessions(order: LogoutOrder): Promise<void> {
      await this.#index.end(order);
    }

    override async alarm(): Promise<void> {
      if (this.#index.isThere) return await this.#index.alarm();
      const next = this.#session.endsAt;
      if (next === undefined) empty(this.ctx.storage);
      else await this.ctx.storage.setAlarm(next * 1000);
    }

    async #launch({ text, revision }: SessionRecord, { renewal, attempt }: RenewalRequest): Promise<void> {
      const { name, jurisdiction } = this.ctx.id;
      await this.#requireWorker().run({
        binding,
        name: name!,
        jurisdiction,
        text,
        revision,
        renewal,
        attempt,
      });
    }

    #ask<T>(name: string, call: (object: SessionCalls) => Promise<T>): Promise<T> {
      const jurisdiction = this.ctx.id.jurisdiction as DurableObjectJurisdiction | undefined;
      return callObject(() => objectOf<SessionCalls>(this.#namespace(), name, { jurisdiction }), call);
    }

    /** Asked at a login, so that what is missing is not heard of an hour later, at a refresh, or at a logout that ends nothing. */
    #requireWorker(): CarrierCalls {
      this.#namespace();
      return carrierIn(this.ctx.exports, carrier);
    }

    #namespace(): ObjectNamespace {
      return namespaceIn(this.env, binding);
    }
  };
}

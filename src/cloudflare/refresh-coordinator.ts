import { DurableObject } from "cloudflare:workers";
import { callObject, objectOf } from "./call-object.ts";
import { type CoordinationRequest, type CoordinatorCalls, carrierIn, namespaceIn } from "./calls.ts";
import { empty } from "./logout-index.ts";
import type { ObjectOptions } from "./options.ts";
import type { PlainError } from "./plain-error.ts";
import { type Commit, type CommitAnswer, type RenewalAnswer, Renewals } from "./renewals.ts";
import { Session, type SessionRecord } from "./session-record.ts";
import { Succession } from "./succession.ts";

/** Names of what the Worker has to have beside the class. */
export interface RefreshCoordinatorOptions {
  /** The binding to the class in the Wrangler configuration. Default `AUTH_COORDINATOR`. */
  binding?: string | undefined;
  /** The export made by `refreshCarrier`. Default `AuthRefresh`. */
  carrier?: string | undefined;
}

/**
 * The Durable Object that decides over one refresh token, wherever copies of it are, as a class to extend:
 * `export class AuthCoordinator extends refreshCoordinator(options) {}`. It has to be SQLite-backed (`new_sqlite_classes` in the
 * migration), and needs a `refreshCarrier` beside it.
 *
 * It keeps what came for the token, sealed under that token, until two minutes after a browser has brought its successor; from
 * then on to the session's end a mark that it is over. It can read neither.
 *
 * @param _options what `edgeAuth` is given. The object itself opens nothing and calls no issuer: it needs the type of `env`.
 */
export function refreshCoordinator<Env = unknown>(
  _options: ObjectOptions<Env>,
  { binding = "AUTH_COORDINATOR", carrier = "AuthRefresh" }: RefreshCoordinatorOptions = {},
): new (
  ctx: DurableObjectState,
  env: Env,
) => DurableObject<Env> & CoordinatorCalls {
  return class extends DurableObject<Env> implements CoordinatorCalls {
    /** What came for the token is what a session is to others: sealed text that changes by refreshes. */
    readonly #record: Session;
    readonly #renewals: Renewals<CoordinationRequest>;
    readonly #succession: Succession;
    #isTelling = false;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      const now = (): number => Date.now() / 1000;
      this.#record = new Session(ctx.storage, now);
      this.#renewals = new Renewals(this.#record, now, (...given) => this.#launch(...given));
      this.#succession = new Succession(ctx.storage.kv, now);
    }

    async renew(request: CoordinationRequest): Promise<RenewalAnswer> {
      const { expiresAt, isOwn } = request;
      this.#endIfSuperseded();
      if (this.#record.endsAt === undefined) this.#record.write({ text: "", expiresAt, create: [] });
      if (isOwn) this.#succession.present(expiresAt);
      this.#tellPredecessor();
      return await this.#renewals.renew(request);
    }

    async commit(commit: Commit): Promise<CommitAnswer> {
      return this.#renewals.commit(commit);
    }

    async abandon(attempt: string, failure: PlainError): Promise<void> {
      this.#renewals.abandon(attempt, failure);
    }

    async follow(predecessor: string, expiresAt: number): Promise<void> {
      this.#succession.follow(predecessor, expiresAt);
      this.#tellPredecessor();
      await this.#plan();
    }

    async supersede(): Promise<void> {
      const expiresAt = this.#record.endsAt;
      if (expiresAt === undefined) return;
      this.#succession.supersede(expiresAt);
      this.#tellPredecessor();
      await this.#plan();
    }

    override async alarm(): Promise<void> {
      this.#endIfSuperseded();
      this.#succession.sweep();
      await this.#plan();
    }

    /** The mark stays that it is over. */
    #endIfSuperseded(): void {
      const { supersededAt } = this.#succession;
      if (supersededAt !== undefined && supersededAt <= Date.now() / 1000) this.#record.end();
    }

    /** Nobody waits for it: each time the token is brought it is tried again. */
    #tellPredecessor(): void {
      const { predecessor } = this.#succession;
      if (predecessor === undefined || this.#isTelling) return;
      this.#isTelling = true;
      const jurisdiction = this.ctx.id.jurisdiction as DurableObjectJurisdiction | undefined;
      const connect = () =>
        objectOf<CoordinatorCalls>(namespaceIn(this.env, binding, "refreshCoordinator"), predecessor, {
          jurisdiction,
        });
      callObject(connect, (object) => object.supersede())
        .then(() => this.#succession.forgetPredecessor())
        .catch(() => undefined)
        .finally(() => {
          this.#isTelling = false;
        });
    }

    async #launch({ revision }: SessionRecord, request: CoordinationRequest): Promise<void> {
      const { errand, attempt, expiresAt } = request;
      const { name, jurisdiction } = this.ctx.id;
      const found = carrierIn(this.ctx.exports, carrier);
      namespaceIn(this.env, binding, "refreshCoordinator");
      await found.carry({ binding, name: name!, jurisdiction, errand, revision, attempt, expiresAt });
    }

    /** Sets the alarm to when something has to go; an object that knows nothing leaves nothing behind. */
    async #plan(): Promise<void> {
      const { supersededAt, expiresAt } = this.#succession;
      const isDone = supersededAt !== undefined && supersededAt <= Date.now() / 1000;
      const times = [this.#record.endsAt, expiresAt, isDone ? undefined : supersededAt];
      const known = times.filter((time) => time !== undefined);
      if (known.length) await this.ctx.storage.setAlarm(Math.min(...known) * 1000);
      else empty(this.ctx.storage);
    }
  };
}

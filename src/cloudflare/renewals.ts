import { SessionStoreError } from "../errors/index.ts";
import type { Renewal } from "../session/renewal.ts";
import { type PlainError, plainError } from "./plain-error.ts";
import type { Intent, Reading, Session, SessionRecord } from "./session-record.ts";

/** What a Worker wants of a session's refresh token. */
export interface RenewalRequest {
  /** The writing of the session it has read. */
  revision: number;
  renewal: Renewal;
  /** Random name of this attempt: asked twice, it is the same one. */
  attempt: string;
}

/** What became of it. `renewed`: this is what the attempt, or another one for the same thing, has brought. */
export type RenewalAnswer = "gone" | (Reading & { renewed: boolean }) | { failure: PlainError };

/** What a carrier brings back. */
export interface Commit {
  attempt: string;
  /** The writing of the session that the text was made of. */
  revision: number;
  text: string;
  /** Why there is no token all the same: the issuer's final no. */
  failure?: PlainError | undefined;
}

/** `gone`: the session was ended. A reading: it is another one now, of which the text is to be made anew. */
export type CommitAnswer = "kept" | "gone" | Reading;

interface Outcome {
  failure?: PlainError | undefined;
}

/** An attempt somebody waits for. It lives in the memory of the object; what has to outlive that is the intent. */
class Running {
  /** What it is for; `undefined` where an instance of before began it. */
  wanted: string | undefined;
  settle!: (outcome: Outcome) => void;
  readonly outcome = new Promise<Outcome>((resolve) => {
    this.settle = resolve;
  });
}

/**
 * Seconds until an attempt counts as lost. Longer than a carrier may take (15 s), so that two never spend the same refresh
 * token; short enough for one more attempt before the caller's own patience (35 s) is over.
 */
export const lease = 20;

/** One renewal of a session at a time, however many want one. */
export class Renewals<TRequest extends RenewalRequest = RenewalRequest> {
  readonly #session: Session;
  readonly #now: () => number;
  readonly #launch: (record: SessionRecord, request: TRequest) => Promise<void>;
  readonly #running = new Map<string, Running>();

  /**
   * @param now seconds since the epoch
   * @param launch hands a renewal to the carrier, which is not trusted to come back
   */
  constructor(
    session: Session,
    now: () => number,
    launch: (record: SessionRecord, request: TRequest) => Promise<void>,
  ) {
    this.#session = session;
    this.#now = now;
    this.#launch = launch;
  }

  async renew(request: TRequest): Promise<RenewalAnswer> {
    const wanted = JSON.stringify(request.renewal);
    for (let isOurs = false; ; ) {
      const record = this.#session.read();
      if (!record) return "gone";
      const { text, revision, committed } = record;
      if (revision !== request.revision || isOurs) {
        return { text, revision, renewed: isOurs || committed === request.attempt };
      }
      const intent = this.#alive(record) ?? this.#start(record, request, wanted);
      const running = this.#attempt(intent.attempt);
      const outcome = await this.#wait(running, intent.until);
      isOurs = intent.attempt === request.attempt || running.wanted === wanted;
      if (outcome === undefined) this.#running.delete(intent.attempt);
      const { failure } = outcome ?? { failure: late() };
      if (failure && isOurs) return { failure };
    }
  }

  commit({ attempt, revision, text, failure }: Commit): CommitAnswer {
    const record = this.#session.read();
    if (!record) return "gone";
    if (record.committed === attempt) return "kept";
    if (record.revision !== revision) return { text: record.text, revision: record.revision };
    const intent = record.intent?.attempt === attempt ? undefined : record.intent;
    this.#session.keep({ ...record, text, revision: revision + 1, committed: attempt, intent });
    this.#settle(attempt, failure);
    return "kept";
  }

  /** The attempt brought nothing: whoever waits for it hears why, and the next one may try. */
  abandon(attempt: string, failure: PlainError): void {
    const record = this.#session.read();
    if (record?.intent?.attempt === attempt) this.#session.keep({ ...record, intent: undefined });
    this.#settle(attempt, failure);
  }

  /** The session was ended: nobody needs to wait any longer. */
  stop(): void {
    for (const attempt of this.#running.keys()) this.#settle(attempt);
  }

  #alive({ intent }: SessionRecord): Intent | undefined {
    return intent && intent.until > this.#now() ? intent : undefined;
  }

  #start(record: SessionRecord, request: TRequest, wanted: string): Intent {
    const { attempt } = request;
    const intent = { attempt, until: this.#now() + lease };
    this.#session.keep({ ...record, intent });
    this.#attempt(attempt).wanted = wanted;
    this.#launch(record, request).catch((error: unknown) => this.abandon(attempt, plainError(error)));
    return intent;
  }

  #attempt(attempt: string): Running {
    const found = this.#running.get(attempt);
    if (found) return found;
    const running = new Running();
    this.#running.set(attempt, running);
    return running;
  }

  #settle(attempt: string, failure?: PlainError): void {
    this.#running.get(attempt)?.settle({ failure });
    this.#running.delete(attempt);
  }

  /** `undefined` where nothing came in time. Everybody has a timer of their own: another one's may go with its request. */
  async #wait({ outcome }: Running, until: number): Promise<Outcome | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const lost = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), (until - this.#now()) * 1000);
    });
    try {
      return await Promise.race([outcome, lost]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function late(): PlainError {
  const message = `The refresh did not come back within ${lease} seconds. The session stays; try again.`;
  return plainError(new SessionStoreError(message));
}

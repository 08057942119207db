import { SessionStoreError } from "../errors/index.ts";
import { askForConnectionToken } from "../flows/ask-for-connection-token.ts";
import { askForTokens, serverOf } from "../flows/ask-for-tokens.ts";
import { revokeToken } from "../protocol/revocation.ts";
import { type Receipt, refusalOf, withoutRefreshToken, withReceipt } from "../session/renewal.ts";
import type { StateData } from "../session/state-data.ts";
import { type StoredSessions, storedSessions } from "../store/stored-session.ts";
import { callObject, objectOf } from "./call-object.ts";
import { namespaceIn, type RefreshTask, type SessionCalls, sessionPrefix } from "./calls.ts";
import type { Anchor, ObjectConfiguration } from "./options.ts";
import { type PlainError, plainError } from "./plain-error.ts";

/**
 * Milliseconds for all that is asked of the issuer, discovery included. Less than the 30 s that `waitUntil` gives, and than the
 * lease of the object (20 s), so that there is time to bring the result home.
 */
export const patience = 15_000;
/** A result is offered for about three seconds to an object that cannot be reached, or cannot keep it. */
export const offer = { attempts: 8, isPrecious: true };
/** How often it is made anew because the session was changed meanwhile: never given up before others have, since the token is spent. */
const maxMerges = 200;

/** Spends a session's refresh token, and brings the object what came of it. */
export async function carryRefresh(
  configure: () => ObjectConfiguration,
  env: unknown,
  task: RefreshTask,
  waitUntil: Anchor["waitUntil"],
): Promise<void> {
  const { binding, name, renewal, attempt } = task;
  const jurisdiction = task.jurisdiction as DurableObjectJurisdiction | undefined;
  const call = <T>(work: (object: SessionCalls) => Promise<T>): Promise<T> =>
    callObject(() => objectOf<SessionCalls>(namespaceIn(env, binding), name, { jurisdiction }), work, offer);

  try {
    const { context, secret } = configure();
    const sessions = sessionsOf(secret, name.slice(sessionPrefix.length));
    const state = await sessions.open(task.text);
    const ask = renewal.connection === undefined ? askForTokens : askForConnectionToken;
    let receipt: Receipt | undefined;
    let failure: PlainError | undefined;
    let refused: string | undefined;
    try {
      receipt = await ask(context, state, renewal, { waitUntil }, AbortSignal.timeout(patience));
    } catch (error) {
      refused = refusalOf(error, renewal);
      if (!refused) throw error;
      failure = plainError(error);
    }
    const merge = (current: StateData): StateData => {
      if (receipt) return withReceipt(current, receipt, context.now());
      // Whatever has replaced the refresh token meanwhile was not what the issuer said no to.
      const isSpent = current.refreshToken === state.refreshToken;
      return refused && isSpent ? withoutRefreshToken(current, refused) : current;
    };
    let { text, revision } = task;
    for (let merges = 0; merges < maxMerges; merges++) {
      const merged = await sessions.seal(merge(await sessions.open(text)));
      const commit = { attempt, revision, text: merged, failure };
      const answer = await call((object) => object.commit(commit));
      if (answer === "kept") return;
      if (answer === "gone") {
        const orphan = receipt?.tokens.refreshToken;
        if (orphan) await revokeToken(await serverOf(context, state, { waitUntil }), orphan);
        return;
      }
      ({ text, revision } = answer);
    }
    throw new SessionStoreError("The session was changed each time the refresh was to be kept.");
  } catch (error) {
    await call((object) => object.abandon(attempt, plainError(error)));
  }
}

function sessionsOf(
  secret: string | string[],
  name: string,
): { open(text: string): Promise<StateData>; seal(state: StateData): Promise<string> } {
  const sessions: StoredSessions = storedSessions(secret);
  return {
    seal: (state) => sessions.seal(name, state),
    async open(text) {
      const state = await sessions.open(name, text);
      if (state) return state;
      throw new SessionStoreError(
        "The carrier cannot open the session: give 'refreshCarrier' the options, and with them the secret, that 'edgeAuth' has.",
      );
    },
  };
}

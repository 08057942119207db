import { SessionStoreError } from "../errors/index.ts";
import { askForConnectionToken } from "../flows/ask-for-connection-token.ts";
import { askForTokens } from "../flows/ask-for-tokens.ts";
import { tokenBox, tokenBoxName } from "../seal/token-box.ts";
import { type Receipt, refusalOf } from "../session/renewal.ts";
import type { StateData } from "../session/state-data.ts";
import { callObject, objectOf } from "./call-object.ts";
import { type CoordinatorCalls, type ErrandTask, namespaceIn } from "./calls.ts";
import { offer, patience } from "./carry-refresh.ts";
import { errands } from "./errand.ts";
import type { Anchor, ObjectConfiguration } from "./options.ts";
import { type PlainError, plainError } from "./plain-error.ts";

/** What is in the box of a refresh token that was spent: what came for it, or the issuer's final no. */
export type BoxContent = { receipt: Receipt } | { refusal: PlainError };

/** Spends a refresh token that stands in cookies, and brings the object that decides over it what came of it. */
export async function carryErrand(
  configure: () => ObjectConfiguration,
  env: unknown,
  task: ErrandTask,
  waitUntil: Anchor["waitUntil"],
): Promise<void> {
  const { binding, name, revision, attempt, expiresAt } = task;
  const jurisdiction = task.jurisdiction as DurableObjectJurisdiction | undefined;
  const call = <T>(to: string, work: (object: CoordinatorCalls) => Promise<T>): Promise<T> =>
    callObject(
      () => objectOf<CoordinatorCalls>(namespaceIn(env, binding), to, { jurisdiction }),
      work,
      offer,
    );

  try {
    const { context, secret } = configure();
    const errand = await errands(secret).open(name, task.errand);
    if (!errand) {
      throw new SessionStoreError(
        "The carrier cannot open what it is asked to do: give 'refreshCarrier' the options, and with them the secret, that 'edgeAuth' has.",
      );
    }
    const { renewal, ...session } = errand;
    const ask = renewal.connection === undefined ? askForTokens : askForConnectionToken;
    let content: BoxContent;
    try {
      const signal = AbortSignal.timeout(patience);
      content = { receipt: await ask(context, session as StateData, renewal, { waitUntil }, signal) };
    } catch (error) {
      if (!refusalOf(error, renewal)) throw error;
      content = { refusal: plainError(error) };
    }
    const box = await tokenBox(errand.refreshToken);
    const text = await box.seal(content);
    const successor = "receipt" in content ? content.receipt.tokens.refreshToken : undefined;
    const rotated = successor !== undefined && successor !== errand.refreshToken;
    const failure = "refusal" in content ? content.refusal : undefined;
    // The tokens first of all: that the successor knows whom it follows only says when this one may go.
    await Promise.all([
      call(name, (object) => object.commit({ attempt, revision, text, failure })),
      rotated &&
        call(await tokenBoxName(successor), (object) => object.follow(name, expiresAt)).catch(
          () => undefined,
        ),
    ]);
  } catch (error) {
    await call(name, (object) => object.abandon(attempt, plainError(error)));
  }
}

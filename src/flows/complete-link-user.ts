import type { Context } from "../context/context.ts";
import { MissingSessionError, MissingTransactionError } from "../errors/index.ts";
import type { LoginTokens } from "../protocol/authorization-code.ts";
import { isSameSession } from "../session/identity.ts";
import type { LinkingFacts, StateData } from "../session/state-data.ts";
import { withoutDeadTokens } from "../session/token-sets.ts";
import { changeSession } from "./change-session.ts";
import { loadSession } from "./load-session.ts";
import { redeemCallback } from "./redeem-callback.ts";

/** Completes linking or unlinking; a callback of a login is refused before its code is exchanged. */
export async function completeLinkUser<T, TAppState>(
  context: Context<T>,
  callback: URL,
  storeOptions: T | undefined,
): Promise<{ appState: TAppState | undefined }> {
  const { transaction, tokens } = await redeemCallback(context, callback, storeOptions, ({ linking }) => {
    if (!linking)
      throw new MissingTransactionError("This callback belongs to a login, not to linking an account.");
  });
  await keepLinkedSession(context, transaction.linking!, tokens, storeOptions);
  return { appState: transaction.appState as TAppState | undefined };
}

/**
 * Completes linking or unlinking: user, tokens, ceiling and the rest stay, and only the ID token is new. It has to be the
 * session and the user it was started with; otherwise nothing is saved.
 *
 * @throws MissingSessionError
 */
export async function keepLinkedSession<T>(
  context: Context<T>,
  { sub, ...identity }: LinkingFacts,
  tokens: LoginTokens,
  storeOptions: T | undefined,
): Promise<void> {
  const state = await loadSession(context, storeOptions);
  if (!isSameSession(state, identity) || tokens.claims.sub !== sub || state.user?.sub !== sub) {
    throw new MissingSessionError(
      "The session this was started with is over, or belongs to another user. Nothing was saved.",
    );
  }
  const idToken = context.storeIdToken ? tokens.idToken : undefined;
  const write = (current: StateData): Promise<void> => {
    const linked = { ...withoutDeadTokens(current, context.now()), idToken };
    return context.stateStore.set(context.stateIdentifier, linked, false, storeOptions);
  };
  await changeSession(context, state, write, storeOptions);
}

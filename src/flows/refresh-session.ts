import type { Context } from "../context/context.ts";
import { type Renewal, withReceipt } from "../session/renewal.ts";
import type { StateData } from "../session/state-data.ts";
import type { Ask } from "./ask-for-tokens.ts";
import { changeSession, reloadSession } from "./change-session.ts";
import { keepSession } from "./keep-session.ts";

/**
 * Spends the session's refresh token and keeps what it brought, but only while the session is still there: a logout in
 * the meantime wins. Nothing is asked of the issuer when the result could not be kept. Where the store can see to it, the issuer
 * is asked once, however many requests want it.
 *
 * @param ask how to spend it
 * @param serves whether a session has what is wanted, which somebody else's renewal may have brought
 */
export async function renewSession<T>(
  context: Context<T>,
  state: StateData,
  { renewal, ask, serves }: { renewal: Renewal; ask: Ask; serves(state: StateData): boolean },
  storeOptions: T | undefined,
): Promise<StateData> {
  const { stateStore, stateIdentifier } = context;
  stateStore.assertWritable?.(storeOptions);
  const task = {
    renewal,
    serves,
    ask: (current: StateData) => ask(context, current, renewal, storeOptions),
  };
  if (stateStore.renew) return await stateStore.renew(stateIdentifier, state, task, storeOptions);
  const receipts = (await stateStore.coordinate?.(state, task, storeOptions)) ?? [await task.ask(state)];
  const keep = async (current: StateData): Promise<StateData> => {
    const renewed = receipts.reduce((session, one) => withReceipt(session, one, context.now()), current);
    await keepSession(context, renewed, { ...current, refreshToken: renewed.refreshToken }, storeOptions);
    return renewed;
  };
  return await changeSession(context, await reloadSession(context, state, storeOptions), keep, storeOptions);
}

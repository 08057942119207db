import type { Context } from "../context/context.ts";
import { MissingSessionError, SessionChangedError } from "../errors/index.ts";
import { identityOf, isSameSession } from "../session/identity.ts";
import type { StateData } from "../session/state-data.ts";

/** How often a change is made anew because others were faster. */
const maxAttempts = 16;

/** The session as it is now. A logout in the meantime wins. */
export async function reloadSession<T>(
  { stateStore, stateIdentifier }: Context<T>,
  state: StateData,
  storeOptions: T | undefined,
): Promise<StateData> {
  const current = await stateStore.get(stateIdentifier, storeOptions);
  if (isSameSession(current, identityOf(state))) return current;
  throw new MissingSessionError("The session has ended.");
}

/**
 * Changes a session: of what it is, and once more of what it has become where another request changed it in between.
 *
 * @param state the session as it was just read
 * @param write makes the change and keeps it
 */
export async function changeSession<T, R>(
  context: Context<T>,
  state: StateData,
  write: (state: StateData) => Promise<R>,
  storeOptions: T | undefined,
): Promise<R> {
  let current = state;
  for (let attempt = 1; ; attempt++) {
    try {
      return await write(current);
    } catch (error) {
      if (!(error instanceof SessionChangedError) || attempt === maxAttempts) throw error;
    }
    // Not all at the same time again.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
    current = await reloadSession(context, state, storeOptions);
  }
}

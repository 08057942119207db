import type { Context } from "../context/context.ts";
import { SessionTooLargeError } from "../errors/index.ts";
import type { StateData } from "../session/state-data.ts";

/**
 * Keeps a session after tokens came for it. Where it has become too large for its cookies, the refresh token at least has to
 * stay, since the one of before may be spent: then the new tokens go uncached, and after them all access tokens.
 *
 * @param uncached the session with the refresh token it has now, and without the tokens that came
 */
export async function keepSession<T>(
  { stateStore, stateIdentifier }: Context<T>,
  state: StateData,
  uncached: StateData,
  storeOptions: T | undefined,
): Promise<void> {
  const smallest = { ...uncached, tokenSets: [], connectionTokenSets: [] };
  for (const attempt of [state, uncached]) {
    try {
      return await stateStore.set(stateIdentifier, attempt, false, storeOptions);
    } catch (error) {
      if (!(error instanceof SessionTooLargeError)) throw error;
    }
  }
  await stateStore.set(stateIdentifier, smallest, false, storeOptions);
}

import type { Context } from "../context/context.ts";
import { SessionTooLargeError } from "../errors/index.ts";
import type { StateData } from "../session/state-data.ts";
import { createTokenSet, type ReceivedTokens, withTokens } from "../session/token-sets.ts";

/**
 * Keeps a session after tokens came for it. Where it has become too large for its cookies, the access tokens received first
 * make room. If the new ones alone take too much they go uncached, and then all: the refresh token has to stay, since the
 * one of before may be spent.
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
  const newest = state.tokenSets.slice(1).map((_, index) => state.tokenSets.slice(index + 1));
  for (const attempt of [state, ...newest.map((tokenSets) => ({ ...state, tokenSets })), uncached]) {
    try {
      return await stateStore.set(stateIdentifier, attempt, false, storeOptions);
    } catch (error) {
      if (!(error instanceof SessionTooLargeError)) throw error;
    }
  }
  await stateStore.set(stateIdentifier, smallest, false, storeOptions);
}

/** Keeps tokens that came for a session, as those of an audience and a scope that was asked for. */
export async function keepTokens<T>(
  context: Context<T>,
  state: StateData,
  tokens: ReceivedTokens,
  { audience, scope }: { audience: string | undefined; scope: string | undefined },
  storeOptions: T | undefined,
): Promise<void> {
  const tokenSet = createTokenSet(tokens, audience, scope);
  const received = context.storeIdToken ? tokens : { ...tokens, idToken: undefined };
  const session = withTokens(state, received, tokenSet, context.now());
  await keepSession(context, session, { ...state, refreshToken: session.refreshToken }, storeOptions);
}

import { optionsOf } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { EdgeAuthError, MissingSessionError, TokenByRefreshTokenError } from "../errors/index.ts";
import type { TokenSet } from "../session/state-data.ts";
import { defaultAudience, findTokenSet, isRefreshDue } from "../session/token-sets.ts";
import { loadForTokens } from "./load-session.ts";
import { renewSession } from "./refresh-session.ts";
import { serialize } from "./serialize.ts";

/** Which access token is wanted. */
export interface GetAccessTokenOptions {
  /** The API it is for. Default: the audience of the login. */
  audience?: string | undefined;
  /** Scopes it has to have, separated by spaces. Default: the client's. */
  scope?: string | undefined;
}

/**
 * The cached token that serves, or a new one by the session's refresh token. One that is about to end is refreshed before it
 * does; where that fails it serves until then, whatever the reason, unless the session itself has ended.
 */
export async function getAccessToken<T>(
  context: Context<T>,
  options: GetAccessTokenOptions,
  storeOptions: T | undefined,
): Promise<TokenSet> {
  const { audience = context.authorizationParams.audience, scope = context.authorizationParams.scope } =
    optionsOf(options, "audience", "scope");
  const named = options.audience !== undefined || options.scope !== undefined;
  return await serialize(context, storeOptions, async (own) => {
    const state = await loadForTokens(own, storeOptions);
    const now = own.now();
    const cached = state && findTokenSet(state.tokenSets, audience ?? defaultAudience, scope, now);
    if (cached && !(state.refreshToken && isRefreshDue(cached, own.refreshLeeway, now))) return cached;
    if (state?.refreshToken) {
      try {
        return (await renewSession(own, state, { audience, scope, named }, storeOptions)).tokenSet;
      } catch (error) {
        const mayServe = error instanceof EdgeAuthError && !(error instanceof MissingSessionError);
        if (mayServe && cached && cached.expiresAt > own.now()) return cached;
        throw error;
      }
    }
    throw new TokenByRefreshTokenError(
      state
        ? "The access token has expired and the session has no refresh token. Log in again, with the scope 'offline_access' to get one."
        : "There is no session to get an access token from. Log in first.",
    );
  });
}

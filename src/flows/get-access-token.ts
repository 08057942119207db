import type { Context } from "../context/context.ts";
import { TokenByRefreshTokenError } from "../errors/index.ts";
import type { TokenSet } from "../session/state-data.ts";
import { defaultAudience, findTokenSet } from "../session/token-sets.ts";
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

/** The cached token that serves, or a new one by the session's refresh token. */
export async function getAccessToken<T>(
  context: Context<T>,
  options: GetAccessTokenOptions,
  storeOptions: T | undefined,
): Promise<TokenSet> {
  const { audience = context.authorizationParams.audience, scope = context.authorizationParams.scope } =
    options;
  const named = options.audience !== undefined || options.scope !== undefined;
  return await serialize(context, storeOptions, async (own) => {
    const state = await loadForTokens(own, storeOptions);
    const cached = state && findTokenSet(state.tokenSets, audience ?? defaultAudience, scope, context.now());
    if (cached) return cached;
    if (state?.refreshToken)
      return (await renewSession(own, state, { audience, scope, named }, storeOptions)).tokenSet;
    throw new TokenByRefreshTokenError(
      state
        ? "The access token has expired and the session has no refresh token. Log in again, with the scope 'offline_access' to get one."
        : "There is no session to get an access token from. Log in first.",
    );
  });
}

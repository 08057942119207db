import { optionsOf } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { EdgeAuthError, MissingSessionError, TokenByRefreshTokenError } from "../errors/index.ts";
import type { StateData, TokenSet } from "../session/state-data.ts";
import { defaultAudience, findTokenSet, isRefreshDue } from "../session/token-sets.ts";
import { askForTokens } from "./ask-for-tokens.ts";
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
 *
 * @param refused a token that its API does not take, though it has not expired: it serves nobody here, and is renewed unless
 * somebody else has done that already
 */
export async function getAccessToken<T>(
  context: Context<T>,
  options: GetAccessTokenOptions,
  storeOptions: T | undefined,
  refused?: string,
): Promise<TokenSet> {
  const { audience = context.authorizationParams.audience, scope = context.authorizationParams.scope } =
    optionsOf(options, "audience", "scope");
  const named = options.audience !== undefined || options.scope !== undefined;
  return await serialize(context, storeOptions, async (own) => {
    const key = audience ?? defaultAudience;
    const find = (session: StateData): TokenSet | undefined =>
      findTokenSet(
        session.tokenSets.filter(({ accessToken }) => accessToken !== refused),
        key,
        scope,
        own.now(),
      );
    const serves = (session: StateData): boolean => {
      const found = find(session);
      return Boolean(found && !(session.refreshToken && isRefreshDue(found, own.refreshLeeway, own.now())));
    };
    const state = await loadForTokens(own, storeOptions);
    if (!state)
      throw new TokenByRefreshTokenError("There is no session to get an access token from. Log in first.");
    const cached = find(state);
    if (cached && serves(state)) return cached;
    if (!state.refreshToken) throw withoutToken(state);
    try {
      const renewal = { audience, scope, named };
      const session = await renewSession(own, state, { renewal, ask: askForTokens, serves }, storeOptions);
      const found = find(session) ?? session.tokenSets.findLast((set) => set.audience === key);
      if (found && !session.internal.refused) return found;
      throw withoutToken(session);
    } catch (error) {
      const mayServe = error instanceof EdgeAuthError && !(error instanceof MissingSessionError);
      if (mayServe && cached && cached.expiresAt > own.now()) return cached;
      throw error;
    }
  });
}

/** Why there is no token to be had any more. */
function withoutToken({ internal: { refused } }: StateData): TokenByRefreshTokenError {
  const message = refused
    ? "The issuer refuses the session's refresh token. Log in again."
    : "The access token has expired and the session has no refresh token. Log in again, with 'offline_access' to get one.";
  return new TokenByRefreshTokenError(
    message,
    refused ? { error: refused, error_description: message, message } : undefined,
  );
}

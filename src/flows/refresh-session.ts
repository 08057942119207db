import type { Context } from "../context/context.ts";
import { MissingSessionError, SessionTooLargeError } from "../errors.ts";
import { tokensByRefreshToken } from "../protocol/refresh-token.ts";
import { identityOf, isSameSession } from "../session/identity.ts";
import type { StateData, TokenSet } from "../session/state-data.ts";
import { createTokenSet, withTokens } from "../session/token-sets.ts";

/** What a refresh is for. */
export interface RefreshPurpose {
  audience: string | undefined;
  scope: string | undefined;
  /** Whether the caller named one of them: only then are they sent, and a plain refresh asks for what the login got. */
  named: boolean;
}

/**
 * Spends the session's refresh token and keeps what it brought, but only while the session is still there: a logout in
 * the meantime wins. Nothing is asked of the issuer when the result could not be kept.
 */
export async function refreshSession<T>(
  context: Context<T>,
  state: StateData,
  { audience, scope, named }: RefreshPurpose,
  storeOptions: T | undefined,
): Promise<TokenSet> {
  const { stateStore, stateIdentifier } = context;
  stateStore.assertWritable?.(storeOptions);
  const domain = state.domain ?? (await context.resolveDomain(storeOptions));
  const server = await context.server(domain, storeOptions);
  const tokens = await tokensByRefreshToken(server, {
    refreshToken: state.refreshToken!,
    audience: named ? audience : undefined,
    scope: named ? scope : undefined,
    expected: state.user,
  });
  const current = await stateStore.get(stateIdentifier, storeOptions);
  if (!isSameSession(current, identityOf(state))) {
    throw new MissingSessionError("The session was ended while its access token was being refreshed.");
  }
  const tokenSet = createTokenSet(tokens, audience, scope);
  const received = context.storeIdToken ? tokens : { ...tokens, idToken: undefined };
  await keep(context, current, withTokens(current, received, tokenSet, context.now()), storeOptions);
  return tokenSet;
}

/**
 * Keeps the session after a refresh. Where it has become too large for its cookies, the refresh token at least has to stay,
 * since the one of before is spent: then the new tokens go uncached, and after them all access tokens.
 */
async function keep<T>(
  { stateStore, stateIdentifier }: Context<T>,
  before: StateData,
  after: StateData,
  storeOptions: T | undefined,
): Promise<void> {
  const { refreshToken } = after;
  const smaller = [
    after,
    { ...before, refreshToken },
    { ...before, refreshToken, tokenSets: [], connectionTokenSets: [] },
  ];
  for (const [index, state] of smaller.entries()) {
    try {
      return await stateStore.set(stateIdentifier, state, false, storeOptions);
    } catch (error) {
      if (!(error instanceof SessionTooLargeError) || index === smaller.length - 1) throw error;
    }
  }
}

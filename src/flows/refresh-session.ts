import type { Context } from "../context/context.ts";
import { MissingSessionError } from "../errors/index.ts";
import { tokensByRefreshToken } from "../protocol/refresh-token.ts";
import { identityOf, isSameSession } from "../session/identity.ts";
import type { StateData, TokenSet } from "../session/state-data.ts";
import { keepTokens } from "./keep-session.ts";

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
export async function renewSession<T>(
  context: Context<T>,
  state: StateData,
  { audience, scope, named }: RefreshPurpose,
  storeOptions: T | undefined,
): Promise<{ tokenSet: TokenSet; session: StateData }> {
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
  return await keepTokens(context, current, tokens, { audience, scope }, storeOptions);
}

import { optionsOf, requireTexts } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { MissingSessionError, TokenForConnectionError } from "../errors/index.ts";
import { tokenForConnection } from "../protocol/connection-token.ts";
import { identityOf, isSameSession } from "../session/identity.ts";
import type { ConnectionTokenSet, StateData } from "../session/state-data.ts";
import { findConnectionTokenSet, withConnectionTokenSet } from "../session/token-sets.ts";
import { keepSession } from "./keep-session.ts";
import { loadOwnSession } from "./load-session.ts";
import { serialize } from "./serialize.ts";

/** Which upstream token is wanted. */
export interface AccessTokenForConnectionOptions {
  /** The connection, such as `google-oauth2`. */
  connection: string;
  /** Which account, where the user has several of that connection. */
  loginHint?: string | undefined;
}

/**
 * The cached token of an upstream identity provider, or a new one. It is that provider's, so the ceiling of its session
 * does not count here.
 */
export async function getAccessTokenForConnection<T>(
  context: Context<T>,
  options: AccessTokenForConnectionOptions,
  storeOptions: T | undefined,
): Promise<ConnectionTokenSet> {
  requireTexts(options, "connection");
  const { connection, loginHint } = optionsOf(options, "loginHint");
  return await serialize(context, storeOptions, async (own) => {
    const state = await loadOwnSession(own, storeOptions);
    const cached = state && findConnectionTokenSet(state, connection, loginHint, context.now());
    if (cached) return cached;
    if (!state?.refreshToken) {
      throw new TokenForConnectionError(
        "The session has no refresh token, which is needed. Log in with 'offline_access'.",
      );
    }
    const { tokenSet, refreshToken } = await fetchTokenSet(own, state, connection, loginHint, storeOptions);
    const current = await context.stateStore.get(context.stateIdentifier, storeOptions);
    if (!isSameSession(current, identityOf(state))) {
      throw new MissingSessionError("The session was ended while a token was being fetched.");
    }
    const kept = { ...current, refreshToken: refreshToken ?? current.refreshToken };
    await keepSession(context, withConnectionTokenSet(kept, tokenSet, context.now()), kept, storeOptions);
    return tokenSet;
  });
}

async function fetchTokenSet<T>(
  context: Context<T>,
  state: StateData,
  connection: string,
  loginHint: string | undefined,
  storeOptions: T | undefined,
): Promise<{ tokenSet: ConnectionTokenSet; refreshToken: string | undefined }> {
  context.stateStore.assertWritable?.(storeOptions);
  const server = await context.server(
    state.domain ?? (await context.resolveDomain(storeOptions)),
    storeOptions,
  );
  const { refreshToken } = state;
  const tokens = await tokenForConnection(server, { connection, loginHint, refreshToken });
  const { accessToken, scope, expiresAt } = tokens;
  const tokenSet = {
    connection,
    accessToken,
    scope,
    expiresAt,
    ...(loginHint !== undefined && { loginHint }),
  };
  return { tokenSet, refreshToken: tokens.refreshToken };
}

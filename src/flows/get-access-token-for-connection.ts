import { optionsOf, requireTexts } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { TokenForConnectionError } from "../errors/index.ts";
import type { ConnectionTokenSet, StateData } from "../session/state-data.ts";
import { findConnectionTokenSet } from "../session/token-sets.ts";
import { askForConnectionToken } from "./ask-for-connection-token.ts";
import { loadOwnSession } from "./load-session.ts";
import { renewSession } from "./refresh-session.ts";
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
    const find = (session: StateData): ConnectionTokenSet | undefined =>
      findConnectionTokenSet(session, connection, loginHint, own.now());
    const task = {
      renewal: { connection, loginHint },
      ask: askForConnectionToken,
      serves: (session: StateData) => Boolean(find(session)),
    };
    const session = await renewSession(own, state, task, storeOptions);
    const found = find(session) ?? session.connectionTokenSets?.at(-1);
    if (found?.connection === connection) return found;
    throw new TokenForConnectionError(`No token for '${connection}' came.`);
  });
}

import type { Context } from "../context/context.ts";
import { observe } from "../context/observe.ts";
import { tokensByRefreshToken } from "../protocol/refresh-token.ts";
import type { Server } from "../protocol/server.ts";
import { untilAborted } from "../protocol/until-aborted.ts";
import type { Receipt, Renewal } from "../session/renewal.ts";
import type { StateData } from "../session/state-data.ts";

/** Spends a session's refresh token at its issuer, which nobody else may do meanwhile. */
export type Ask = <T>(
  context: Context<T>,
  state: StateData,
  renewal: Renewal,
  storeOptions: T | undefined,
  signal?: AbortSignal,
) => Promise<Receipt>;

/** The authorization server that made a session. A signal bounds all that is asked of it, its keys included. */
export async function serverOf<T>(
  context: Context<T>,
  state: StateData,
  storeOptions: T | undefined,
  signal?: AbortSignal,
): Promise<Server> {
  const domain = state.domain ?? (await context.resolveDomain(storeOptions));
  const found = context.server(domain, storeOptions, signal && { signal });
  const server = await untilAborted(found, signal);
  return { ...server, keys: (refetch) => untilAborted(server.keys(refetch), signal) };
}

/** Asks for an access token (RFC 6749 section 6). */
export const askForTokens: Ask = (context, state, renewal, storeOptions, signal) =>
  observe(
    context,
    storeOptions,
    "refresh",
    async (own) => {
      const { audience, scope } = renewal.named ? renewal : {};
      const refreshToken = state.refreshToken!;
      const server = await serverOf(own, state, storeOptions, signal);
      const tokens = await tokensByRefreshToken(server, {
        refreshToken,
        audience,
        scope,
        expected: state.user,
      });
      return {
        spent: refreshToken,
        renewal,
        tokens: {
          accessToken: tokens.accessToken,
          expiresAt: tokens.expiresAt,
          scope: tokens.scope,
          idToken: context.storeIdToken ? tokens.idToken : undefined,
          refreshToken: tokens.refreshToken,
        },
      };
    },
    renewal,
    { audience: renewal.audience },
  );

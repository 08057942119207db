import { optionsOf, requireCallback } from "../arguments.ts";
import { type LoginTokens, tokensByCode } from "../protocol/authorization-code.ts";
import type { Server } from "../protocol/server.ts";

/** What the callback of a link sent by email is checked against, as far as the caller kept it. */
export interface TokenByMagicLinkCodeOptions {
  /** The `state` the link was sent with. Left out, nothing is compared: then the caller has to have done it. */
  expectedState?: string | undefined;
}

/**
 * Tokens for the callback of a link whose `state` the caller keeps. Neither PKCE nor a nonce binds it.
 *
 * @param server asked for once the arguments are known to be right
 */
export async function tokenByMagicLink(
  callback: URL,
  options: TokenByMagicLinkCodeOptions | undefined,
  server: () => Promise<Server>,
): Promise<LoginTokens> {
  requireCallback(callback);
  const { expectedState } = optionsOf(options, "expectedState");
  return await tokensByCode(await server(), callback, {
    state: expectedState ?? callback.searchParams.get("state") ?? undefined,
    nonce: undefined,
    codeVerifier: undefined,
    redirectUri: callback.origin + callback.pathname,
    maxAge: undefined,
  });
}

import { optionsOf } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { endSessionUrl, type LogoutParameters } from "../protocol/end-session.ts";
import { revokeToken } from "../protocol/revocation.ts";
import { isOfIssuer } from "../session/issuer-name.ts";

/** Options of a logout. */
export type LogoutOptions = LogoutParameters;

/**
 * Ends the session and answers where the browser logs out at the issuer. The session ends in any case: that the refresh
 * token is revoked is an attempt, and its failure no reason to stay logged in.
 */
export async function logout<T>(
  context: Context<T>,
  given: LogoutOptions,
  storeOptions: T | undefined,
): Promise<URL> {
  const options = optionsOf(given, "returnTo", "state");
  const { stateStore, stateIdentifier, resolverMode } = context;
  const domain = await context.resolveDomain(storeOptions);
  const state = await stateStore.get(stateIdentifier, storeOptions);
  const isOwn = state !== undefined && isOfIssuer(state, domain, resolverMode);
  if (isOwn || !resolverMode) await stateStore.delete(stateIdentifier, storeOptions);
  const server = await context.server(domain, storeOptions);
  if (isOwn && state.refreshToken && server.metadata.revocation_endpoint) {
    await revokeToken(server, state.refreshToken).catch(() => undefined);
  }
  return endSessionUrl(server, options, isOwn ? state.idToken : undefined);
}

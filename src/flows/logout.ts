import { optionsOf } from "../arguments.ts";
import type { Context } from "../context/context.ts";
import { endSessionUrl, type LogoutParameters } from "../protocol/end-session.ts";
import { revokeToken } from "../protocol/revocation.ts";
import { isOfIssuer } from "../session/issuer-name.ts";
import type { StateData } from "../session/state-data.ts";

/** Options of a logout. */
export interface LogoutOptions extends LogoutParameters {
  /**
   * Ends all sessions the user has at this app, in other browsers as well. Their refresh tokens are not revoked, and their
   * sessions at the issuer stay.
   */
  everywhere?: boolean | undefined;
}

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
  let own: StateData | undefined;
  let isOthers = false;
  try {
    const state = await stateStore.get(stateIdentifier, storeOptions);
    if (state && isOfIssuer(state, domain, resolverMode)) own = state;
    isOthers = resolverMode && !own;
    if (own && options.everywhere) await endAll(context, own, storeOptions);
  } finally {
    // Also where nobody can say what it is: this browser is to be logged out.
    if (!isOthers) await stateStore.delete(stateIdentifier, storeOptions);
  }
  const server = await context.server(domain, storeOptions);
  if (own?.refreshToken && server.metadata.revocation_endpoint) {
    await revokeToken(server, own.refreshToken).catch(() => undefined);
  }
  return endSessionUrl(server, options, own?.idToken);
}

/** Ends every session of a user; they need not have come by the same login. */
async function endAll<T>(
  { stateStore }: Context<T>,
  state: StateData,
  storeOptions: T | undefined,
): Promise<void> {
  const { user, domain } = state;
  if (!user) return;
  const iss = domain === undefined ? undefined : `https://${domain}/`;
  await stateStore.deleteByLogoutToken({ sub: user.sub, ...(iss && { iss }) }, storeOptions);
}

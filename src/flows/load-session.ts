import type { Context } from "../context/context.ts";
import { isOfIssuer } from "../session/issuer-name.ts";
import { isCeilingReached } from "../session/lifetime.ts";
import type { SessionData, StateData, UserClaims } from "../session/state-data.ts";

/** The session of this request: of this domain, its ceiling not reached. */
export async function loadSession<T>(
  context: Context<T>,
  storeOptions: T | undefined,
): Promise<StateData | undefined> {
  const state = await context.stateStore.get(context.stateIdentifier, storeOptions);
  if (!state || isCeilingReached(state.sessionExpiresAt, context.now())) return undefined;
  const domain = await context.resolveDomain(storeOptions);
  return isOfIssuer(state, domain, context.resolverMode) ? state : undefined;
}

/** The user who is logged in. */
export async function getUser<T>(
  context: Context<T>,
  storeOptions: T | undefined,
): Promise<UserClaims | undefined> {
  return (await loadSession(context, storeOptions))?.user;
}

/** The session without what the SDK keeps for itself. */
export async function getSession<T>(
  context: Context<T>,
  storeOptions: T | undefined,
): Promise<SessionData | undefined> {
  const state = await loadSession(context, storeOptions);
  if (!state) return undefined;
  const { internal: _, ...session } = state;
  return session;
}

import type { Context } from "../context/context.ts";
import { MissingSessionError, SessionExpiredError } from "../errors/index.ts";
import { isOfIssuer } from "../session/issuer-name.ts";
import { isCeilingReached } from "../session/lifetime.ts";
import type { SessionOf, StateData, UserOf } from "../session/state-data.ts";

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

/**
 * The session of this request for a call that spends its tokens; other than a mere look it says what is wrong.
 *
 * @throws MissingSessionError where the session is another domain's, or the domain is chosen for each request and there is none
 */
export async function loadOwnSession<T>(
  context: Context<T>,
  storeOptions: T | undefined,
): Promise<StateData | undefined> {
  const state = await context.stateStore.get(context.stateIdentifier, storeOptions);
  if (!state) {
    if (!context.resolverMode) return undefined;
    throw new MissingSessionError("There is no session whose tokens could be used. Log in first.");
  }
  if (isOfIssuer(state, await context.resolveDomain(storeOptions), context.resolverMode)) return state;
  throw new MissingSessionError("The session belongs to another domain.");
}

/**
 * The same for everything but connection tokens: the identity provider's ceiling counts.
 *
 * @throws MissingSessionError as above
 * @throws SessionExpiredError where the ceiling is reached; the session is deleted then
 */
export async function loadForTokens<T>(
  context: Context<T>,
  storeOptions: T | undefined,
): Promise<StateData | undefined> {
  const state = await loadOwnSession(context, storeOptions);
  if (!isCeilingReached(state?.sessionExpiresAt, context.now())) return state;
  // Where the response cannot take it any more, the session stays what it is: over.
  await context.stateStore.delete(context.stateIdentifier, storeOptions).catch(() => undefined);
  throw new SessionExpiredError();
}

/** The user who is logged in. */
export async function getUser<T, TClaims extends object>(
  context: Context<T>,
  storeOptions: T | undefined,
): Promise<UserOf<TClaims> | undefined> {
  return (await loadSession(context, storeOptions))?.user as UserOf<TClaims> | undefined;
}

/** The session without what the SDK keeps for itself. */
export async function getSession<T, TClaims extends object, TData extends object>(
  context: Context<T>,
  storeOptions: T | undefined,
): Promise<SessionOf<TClaims, TData> | undefined> {
  const state = await loadSession(context, storeOptions);
  if (!state) return undefined;
  const { internal: _, ...session } = state;
  return session as SessionOf<TClaims, TData>;
}

import type { ConnectionTokenSet, StateData, TokenSet } from "./state-data.ts";

/** The key of a token set whose audience nobody named. */
export const defaultAudience = "default";

/** Tokens as an issuer answered them. */
export interface ReceivedTokens {
  accessToken: string;
  /** Seconds since the epoch. */
  expiresAt: number;
  /** The granted scope. */
  scope: string | undefined;
  idToken?: string | undefined;
  refreshToken?: string | undefined;
}

/** A token set of freshly received tokens. An omitted scope means: as asked (RFC 6749 section 5.1). */
export function createTokenSet(
  tokens: ReceivedTokens,
  audience: string | undefined,
  requestedScope: string | undefined,
): TokenSet {
  const { accessToken, expiresAt, scope = requestedScope } = tokens;
  return {
    audience: audience ?? defaultAudience,
    accessToken,
    scope,
    expiresAt,
    ...(requestedScope && !includesScope(scope, requestedScope) && { requestedScope }),
  };
}

/**
 * The cached token for an audience: unexpired, its scope (granted or asked for) a superset of the one wanted; of
 * several, the one that lives longest.
 */
export function findTokenSet(
  tokenSets: readonly TokenSet[],
  audience: string,
  scope: string | undefined,
  now: number,
): TokenSet | undefined {
  return tokenSets
    .filter((set) => set.audience === audience && set.expiresAt > now && serves(set, scope))
    .sort((a, b) => b.expiresAt - a.expiresAt)[0];
}

/** No token is refreshed earlier than this many seconds before its end. */
export const maxRefreshLeeway = 300;

/** Whether a token ends within the leeway: it is to be refreshed while it still serves. */
export function isRefreshDue({ expiresAt, lifetime }: TokenSet, leeway: number, now: number): boolean {
  return expiresAt - Math.min(leeway, (lifetime ?? Number.POSITIVE_INFINITY) / 2) <= now;
}

/** A token set as sessions keep it: with its lifetime where a leeway could be more than half of that. */
export function withLifetime(set: TokenSet, now: number): TokenSet {
  const lifetime = set.expiresAt - now;
  return lifetime < 2 * maxRefreshLeeway ? { ...set, lifetime } : set;
}

/** Token sets of a session at most, and connection tokens; of more, those received first go. */
const maxTokenSets = 16;

/**
 * The session after a refresh: new token set, new refresh and ID token where there are any. Gone are token sets that have
 * expired, and those that the new one makes redundant: of the same audience, and good for nothing it is not good for.
 */
export function withTokens(
  state: StateData,
  tokens: ReceivedTokens,
  tokenSet: TokenSet,
  now: number,
): StateData {
  const alive = withoutDeadTokens(state, now);
  const others = alive.tokenSets.filter(
    ({ audience, scope, requestedScope }) =>
      audience !== tokenSet.audience || !serves(tokenSet, scope) || !serves(tokenSet, requestedScope),
  );
  return {
    ...alive,
    idToken: tokens.idToken ?? state.idToken,
    refreshToken: tokens.refreshToken ?? state.refreshToken,
    tokenSets: [...others, withLifetime(tokenSet, now)].slice(-maxTokenSets),
  };
}

/** The cached token of a connection: unexpired, and of the very account asked for. */
export function findConnectionTokenSet(
  { connectionTokenSets = [] }: StateData,
  connection: string,
  loginHint: string | undefined,
  now: number,
): ConnectionTokenSet | undefined {
  return connectionTokenSets.find(
    (set) => set.connection === connection && set.loginHint === loginHint && set.expiresAt > now,
  );
}

/** The session with a token of a connection in the place of the one before. */
export function withConnectionTokenSet(
  state: StateData,
  tokenSet: ConnectionTokenSet,
  now: number,
): StateData {
  const alive = withoutDeadTokens(state, now);
  const others = (alive.connectionTokenSets ?? []).filter(
    (set) => set.connection !== tokenSet.connection || set.loginHint !== tokenSet.loginHint,
  );
  return { ...alive, connectionTokenSets: [...others, tokenSet].slice(-maxTokenSets) };
}

/** The session without tokens nobody can use any more. */
export function withoutDeadTokens(state: StateData, now: number): StateData {
  const alive = (set: { expiresAt: number }): boolean => set.expiresAt > now;
  return {
    ...state,
    tokenSets: state.tokenSets.filter(alive),
    ...(state.connectionTokenSets && { connectionTokenSets: state.connectionTokenSets.filter(alive) }),
  };
}

/** Whether a token set answers the question for a scope: by what was granted, or by what was asked when it came. */
function serves({ scope, requestedScope }: TokenSet, wanted: string | undefined): boolean {
  return includesScope(scope, wanted) || includesScope(requestedScope, wanted);
}

function includesScope(granted: string | undefined, wanted: string | undefined): boolean {
  if (!wanted?.trim()) return true;
  const scopes = new Set(granted?.split(" "));
  return wanted.split(" ").every((scope) => !scope || scopes.has(scope));
}

import { encodeBase64url } from "../base64url.ts";
import type { ConnectionTokenSet, StateData, TokenSet, UserClaims } from "./state-data.ts";

/** Seconds beyond which no access token lives: release 1.1 of the peer wrote ends that lie decades ahead. */
const longestToken = 400 * 86_400;

/**
 * A session that `@auth0/auth0-server-js` wrote, as ours: whatever is not of its type is left out. It had no id, so it gets
 * one made of what stays the same however often the peer writes it: a logout can name it, and a late response of the peer does
 * not bring it back.
 *
 * @param claims what the peer sealed
 * @returns `undefined` where that is no session
 */
export async function peerState(
  claims: Readonly<Record<string, unknown>>,
  now: number,
): Promise<StateData | undefined> {
  const { exp: _, user, idToken, refreshToken, domain, sessionExpiresAt, ...rest } = claims;
  const internal = objectOf(rest.internal);
  const createdAt = numberOf(internal?.createdAt);
  if (createdAt === undefined) return undefined;
  const sub = textOf(objectOf(user)?.sub);
  const sid = textOf(internal?.sid) ?? "";
  const name = new TextEncoder().encode(JSON.stringify([sub, sid, createdAt]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", name)).slice(0, 16);
  const connections = tokensOf<ConnectionTokenSet>(rest.connectionTokenSets, "connection", now);
  return {
    ...rest,
    user: sub === undefined ? undefined : (user as UserClaims),
    idToken: textOf(idToken),
    refreshToken: textOf(refreshToken),
    tokenSets: tokensOf<TokenSet>(rest.tokenSets, "audience", now),
    connectionTokenSets: connections.length ? connections : undefined,
    domain: textOf(domain),
    sessionExpiresAt: numberOf(sessionExpiresAt),
    internal: { sid, createdAt, id: encodeBase64url(digest) },
  };
}

function tokensOf<T extends { accessToken: string; expiresAt: number }>(
  value: unknown,
  key: string,
  now: number,
): T[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one: unknown): one is T => {
    const set = objectOf(one);
    const expiresAt = numberOf(set?.expiresAt);
    const scoped = set?.scope === undefined || textOf(set.scope) !== undefined;
    return (
      textOf(set?.[key]) !== undefined &&
      textOf(set?.accessToken) !== undefined &&
      expiresAt !== undefined &&
      expiresAt < now + longestToken &&
      scoped
    );
  });
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return Number.isFinite(value) ? (value as number) : undefined;
}

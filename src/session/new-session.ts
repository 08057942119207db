import { SessionExpiredError } from "../errors/index.ts";
import { isCeilingReached, sessionCeiling } from "./lifetime.ts";
import { randomId } from "./random.ts";
import type { StateData, UserClaims } from "./state-data.ts";
import { createTokenSet, type ReceivedTokens, withLifetime } from "./token-sets.ts";

/** What a login knows beside its tokens. */
export interface LoginFacts {
  /** Host of the issuer. */
  domain: string;
  audience: string | undefined;
  /** The scope asked for. */
  scope: string | undefined;
  /** Seconds since the epoch. */
  now: number;
}

/**
 * The session of a login. It takes nothing over from a session that was there before: another login is another
 * session, with an id, a creation time and a ceiling of its own.
 *
 * @throws SessionExpiredError where the identity provider's ceiling has already passed
 */
export function newSession(tokens: ReceivedTokens & { claims: UserClaims }, facts: LoginFacts): StateData {
  const { claims } = tokens;
  const sessionExpiresAt = sessionCeiling(claims);
  if (isCeilingReached(sessionExpiresAt, facts.now)) throw new SessionExpiredError();
  return {
    user: claims,
    idToken: tokens.idToken,
    refreshToken: tokens.refreshToken,
    tokenSets: [withLifetime(createTokenSet(tokens, facts.audience, facts.scope), facts.now)],
    domain: facts.domain,
    ...(sessionExpiresAt !== undefined && { sessionExpiresAt }),
    internal: {
      id: randomId(),
      sid: typeof claims.sid === "string" ? claims.sid : "",
      createdAt: facts.now,
    },
  };
}

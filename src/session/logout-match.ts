import { issuerName } from "./issuer-name.ts";
import type { LogoutTokenClaims, StateData } from "./state-data.ts";

/**
 * Whether a logout token ends a session (OpenID Connect Back-Channel Logout 1.0 section 2.7).
 *
 * A `sid` ends every session of that sid. A token with only a `sub` ends the user's sessions whose ID token is not newer
 * than itself, both by the issuer's clock: a replay then cannot end a login of later. The issuer has to be the session's.
 */
export function isEndedBy(
  state: Pick<StateData, "domain" | "user" | "internal">,
  claims: LogoutTokenClaims,
): boolean {
  if (claims.iss && state.domain && nameOf(claims.iss) !== state.domain) return false;
  if (claims.sid) {
    return state.internal.sid === claims.sid && (!claims.sub || state.user?.sub === claims.sub);
  }
  if (!claims.sub || state.user?.sub !== claims.sub) return false;
  const { iat = state.internal.iat } = state.user;
  return claims.iat === undefined || typeof iat !== "number" || iat <= claims.iat;
}

/** What sessions call the issuer of a logout token. */
export function nameOf(issuer: string | undefined): string | undefined {
  return issuer && URL.canParse(issuer) ? issuerName(new URL(issuer)) : undefined;
}

import type { User } from "./configuration.ts";

/** The claims about a person that scopes give access to (OpenID Connect Core 1.0 §5.4). */
export function userClaims(user: User, scope: readonly string[]): Record<string, unknown> {
  const { name, given_name, family_name, nickname, picture, updated_at, email, email_verified } = user;
  const claims: Record<string, unknown> = {};
  if (scope.includes("profile")) {
    Object.assign(claims, { name, given_name, family_name, nickname, picture, updated_at });
  }
  if (scope.includes("email")) Object.assign(claims, { email, email_verified });
  return claims;
}

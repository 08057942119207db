import type { Api, Client } from "./configuration.ts";

/** Scopes of OpenID Connect Core 1.0 §5.4 and §11 that the tenant knows. */
export const OIDC_SCOPES: readonly string[] = ["openid", "profile", "email", "offline_access"];

/** Splits a `scope` parameter (RFC 6749 §3.3); each scope once. */
export function parseScope(scope: string | undefined): string[] {
  return [...new Set(scope?.split(" ").filter((name) => name !== ""))];
}

/**
 * The scopes that a login grants: those asked for that exist. Like Auth0 the tenant leaves the others out
 * without an error; the token response names what was granted.
 */
export function grantableScope(asked: readonly string[], client: Client, api: Api | undefined): string[] {
  return asked.filter((name) => {
    if (name === "offline_access") return client.grantTypes.includes("refresh_token");
    return OIDC_SCOPES.includes(name) || (api?.scopes.includes(name) ?? false);
  });
}

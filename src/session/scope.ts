const defaultScope = "openid profile email offline_access";

/** The scope of a login: never without `openid`, and with refresh tokens unless it says otherwise. */
export function scopeWithOpenId(scope: string | undefined): string {
  const scopes = scope?.split(" ").filter(Boolean) ?? [];
  if (!scopes.length) return defaultScope;
  return (scopes.includes("openid") ? scopes : ["openid", ...scopes]).join(" ");
}

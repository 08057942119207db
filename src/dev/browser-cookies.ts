import type { TenantContext } from "./context.ts";

/** Tells browsers apart, so that a login can be finished only where it began. */
export const BROWSER_COOKIE = "dev_tenant_browser";
/** Refers to the tenant's login session. */
export const SESSION_COOKIE = "dev_tenant_session";

/** The value of one of the tenant's cookies: a random token, anything else counts as no cookie. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value !== undefined && /^[\w-]{43}$/.test(value)) return value;
  }
  return undefined;
}

/**
 * A `Set-Cookie` value. The path keeps the cookie away from the app's own routes.
 *
 * @param maxAge Seconds; 0 removes the cookie.
 */
export function setCookie(
  request: Request,
  tenant: TenantContext,
  name: string,
  value: string,
  maxAge: number,
): string {
  // No `Secure` on a loopback address without TLS: not every browser would keep the cookie.
  const secure = request.url.startsWith("https:") ? "; Secure" : "";
  return `${name}=${value}; Path=${tenant.cookiePath}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
}

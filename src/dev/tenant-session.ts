import { readCookie, SESSION_COOKIE, setCookie } from "./browser-cookies.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import type { SessionRecord } from "./records.ts";

/** Seconds a login session of the tenant lives: Auth0's default of 7 days ("Require log in after"). */
const LIFETIME = 7 * 24 * 3600;

/** The tenant's login session of this browser, if the person in it still exists. */
export async function currentSession(
  request: Request,
  tenant: TenantContext,
): Promise<SessionRecord | undefined> {
  const secret = readCookie(request, SESSION_COOKIE);
  const session = secret === undefined ? undefined : await tenant.records.load("session", secret);
  return session !== undefined && (await tenant.people.find(session.sub)) ? session : undefined;
}

/** Starts a login session, in place of the one that the browser had. */
export async function startSession(
  request: Request,
  tenant: TenantContext,
  sub: string,
): Promise<{ session: SessionRecord; cookie: string }> {
  await endSession(request, tenant);
  const secret = randomToken();
  const session = { sid: randomToken(), sub, authTime: tenant.now() };
  await tenant.records.save("session", secret, session, LIFETIME);
  return { session, cookie: setCookie(request, tenant, SESSION_COOKIE, secret, LIFETIME) };
}

/** Ends the login session of this browser; answers the `Set-Cookie` value that removes its cookie. */
export async function endSession(request: Request, tenant: TenantContext): Promise<string> {
  const secret = readCookie(request, SESSION_COOKIE);
  if (secret !== undefined) await tenant.records.forget("session", secret);
  return setCookie(request, tenant, SESSION_COOKIE, "", 0);
}

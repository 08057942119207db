import { readCookie, SESSION_COOKIE, setCookie } from "./browser-cookies.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import type { SessionRecord } from "./records.ts";

/** Seconds a login session of the tenant lives: Auth0's default of 7 days ("Require log in after"). */
const LIFETIME = 7 * 24 * 3600;

/** The tenant's login session of this browser, if it has not been ended and the person in it still exists. */
export async function currentSession(
  request: Request,
  tenant: TenantContext,
): Promise<SessionRecord | undefined> {
  const secret = readCookie(request, SESSION_COOKIE);
  const session = secret === undefined ? undefined : await tenant.records.load("session", secret);
  if (session === undefined || (await tenant.people.find(session.sub)) === undefined) return undefined;
  if (session.generation !== (await generationOf(tenant, session.sub))) return undefined;
  return (await tenant.records.load("ended", session.sid)) === undefined ? session : undefined;
}

/**
 * Starts a login session, in place of the one that the browser had.
 *
 * @param actor `sub` of who acts as the person, after a session transfer.
 */
export async function startSession(
  request: Request,
  tenant: TenantContext,
  sub: string,
  actor?: string,
): Promise<{ session: SessionRecord; cookie: string }> {
  await endSession(request, tenant);
  const secret = randomToken();
  const session: SessionRecord = {
    sid: randomToken(),
    sub,
    authTime: tenant.now(),
    generation: await generationOf(tenant, sub),
    ...(actor !== undefined && { actor }),
  };
  await tenant.records.save("session", secret, session, LIFETIME);
  return { session, cookie: setCookie(request, tenant, SESSION_COOKIE, secret, LIFETIME) };
}

/** Ends the login session of this browser: which one it was, and the `Set-Cookie` value that removes its cookie. */
export async function endSession(
  request: Request,
  tenant: TenantContext,
): Promise<{ ended: SessionRecord | undefined; cookie: string }> {
  const secret = readCookie(request, SESSION_COOKIE);
  const ended = await currentSession(request, tenant);
  if (secret !== undefined) await tenant.records.forget("session", secret);
  return { ended, cookie: setCookie(request, tenant, SESSION_COOKIE, "", 0) };
}

/** Ends a login session of some other browser. */
export async function endSessionOf(tenant: TenantContext, sid: string): Promise<void> {
  await tenant.records.save("ended", sid, { at: tenant.now() }, LIFETIME);
}

/** Ends all login sessions of a person, in whatever browser they are. */
export async function endSessionsOf(tenant: TenantContext, sub: string): Promise<void> {
  await tenant.records.save("generation", sub, { id: randomToken() }, LIFETIME);
}

async function generationOf(tenant: TenantContext, sub: string): Promise<string> {
  return (await tenant.records.load("generation", sub))?.id ?? "";
}

import { encodeBase64url } from "../base64url.ts";
import { isEndedBy, nameOf } from "../session/logout-match.ts";
import type { LogoutTokenClaims, StateData } from "../session/state-data.ts";

/**
 * What databases call sessions, and the users and issuer's sessions they belong to: digests, so that a name tells nothing and
 * no id in a database opens a session. 43 characters of base64url.
 */
async function digest(...parts: string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** The name of a session, of the id in its cookie. */
export function sessionName(id: string): Promise<string> {
  return digest("session", id);
}

/**
 * Seconds for which a logout token refuses sessions that are stored after it: a login takes no longer, from the issuer's session
 * to ours.
 */
export const refusalTime = 3600;

/** Names under which a logout token finds sessions; each is there where the claim is. */
export interface LogoutNames {
  /** Of the issuer and its `sid`. */
  sid?: string | undefined;
  /** Of the issuer and the user. */
  sub?: string | undefined;
}

/** Where the sessions of a logout token are noted. */
export function logoutNamesIn({ iss, sid, sub }: LogoutTokenClaims): Promise<LogoutNames> {
  return namesOf(nameOf(iss) ?? "", sid, sub);
}

/** What tells by names alone whether a logout token ends a session, so that none has to be opened. */
export interface LogoutNote extends LogoutNames {
  /** When the issuer made the ID token of the session's login, or the logout token. */
  iat?: number | undefined;
}

/** What is to be noted of a session, so that a logout token finds it without looking at any other. */
export async function logoutNoteOf({ domain = "", user, internal }: StateData): Promise<LogoutNote> {
  const iat = user?.iat ?? internal.iat;
  return { ...(await namesOf(domain, internal.sid, user?.sub)), ...(typeof iat === "number" && { iat }) };
}

/** Whether a logout token ends a session: the rule of `isEndedBy`, which holds for digests as it does for names. */
export function isNoteEndedBy({ sid = "", sub = "", iat }: LogoutNote, token: LogoutNote): boolean {
  return isEndedBy({ user: { sub, iat }, internal: { sid, createdAt: 0 } }, token);
}

async function namesOf(issuer: string, sid?: string, sub?: string): Promise<LogoutNames> {
  return {
    ...(sid && { sid: await digest("sid", issuer, sid) }),
    ...(sub && { sub: await digest("sub", issuer, sub) }),
  };
}

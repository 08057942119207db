import type { StateData } from "../session/state-data.ts";
import { logoutNoteOf, sessionName } from "./names.ts";

/** What of a session is held against a list of revocations: digests and times, nothing that says whose it is. */
export interface SessionMark {
  /** The name of its user. */
  sub: string;
  /** The name of the issuer's session, where it is one of those. */
  sid?: string | undefined;
  /** The name of this very session. Older ones have none. */
  id?: string | undefined;
  /** When the issuer made the login's ID token, by its own clock. */
  iat?: number | undefined;
  /** When it began, by ours. */
  createdAt: number;
}

/** What was revoked of one user at a time: all sessions up to then. Seconds since the epoch. */
export interface RevokedUntil {
  /** By the issuer's clock, of a logout token: sessions whose ID token is not newer. */
  issued?: number | undefined;
  /** By our clock, of a logout everywhere: sessions that had begun. */
  begun?: number | undefined;
}

/** The mark of a session; `undefined` where it has no user, so that nothing can be revoked of it. */
export async function markOf(state: StateData): Promise<SessionMark | undefined> {
  const { id, createdAt } = state.internal;
  const { sub, sid, iat } = await logoutNoteOf(state);
  if (!sub) return undefined;
  return {
    sub,
    sid,
    id: id && (await sessionName(id)),
    iat,
    createdAt,
  };
}

/** Whether it ended with all the others of its user. The rule of `isEndedBy`: a session without a time ended as well. */
export function isOlder({ iat, createdAt }: SessionMark, { issued, begun }: RevokedUntil): boolean {
  return (
    (issued !== undefined && (iat === undefined || iat <= issued)) ||
    (begun !== undefined && createdAt <= begun)
  );
}

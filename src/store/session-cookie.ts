import { joinChunks } from "../cookies/chunks.ts";
import { openState } from "../session/sealed-state.ts";
import type { StateData } from "../session/state-data.ts";
import { wasEnded } from "./logout-marker.ts";
import type { SessionSettings } from "./session-settings.ts";

/** A session read from its cookie. */
export interface SessionInCookie {
  state: StateData;
  /** When the cookie ends, seconds since the epoch. */
  end: number;
}

/**
 * Reads a stateless session: the one place that knows how. A cookie that is missing, torn, expired, forged or sealed by
 * a foreign secret is no session, and neither is one older than the absolute duration or ended by a logout.
 */
export async function readSessionCookie(
  settings: SessionSettings,
  cookies: Readonly<Record<string, string>>,
  now: number,
): Promise<SessionInCookie | undefined> {
  const text = joinChunks(settings.name, cookies);
  const opened = text && (await settings.sealer.open(text, now));
  if (!opened) return undefined;
  const state = openState(opened);
  if (state.internal.createdAt + settings.lifetime.absoluteDuration <= now) return undefined;
  return (await wasEnded(settings, cookies, state, now)) ? undefined : { state, end: opened.exp };
}

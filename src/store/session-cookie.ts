import { joinChunks, joinParts } from "../cookies/chunks.ts";
import type { OpenedPayload } from "../seal/layout.ts";
import { openState } from "../session/sealed-state.ts";
import type { StateData } from "../session/state-data.ts";
import { isMarked, wasEnded } from "./logout-marker.ts";
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
  const { name, sealer } = settings;
  const text = joinChunks(name, cookies);
  const opened = (text && (await sealer.open(text, now))) || (await openParts(settings, cookies, now));
  const found = opened
    ? { state: openState(opened), end: opened.exp }
    : await settings.earlier?.session(cookies, now);
  if (!found) return undefined;
  const { state } = found;
  if (state.internal.createdAt + settings.lifetime.absoluteDuration <= now) return undefined;
  return isMarked(settings, cookies) && (await wasEnded(settings, cookies, state, now)) ? undefined : found;
}

/** A single cookie that does not open may have been planted; what stands in several beside it is not lost for that. */
async function openParts(
  { name, sealer }: SessionSettings,
  cookies: Readonly<Record<string, string>>,
  now: number,
): Promise<OpenedPayload | undefined> {
  const parts = cookies[name] && joinParts(name, cookies);
  return parts ? await sealer.open(parts, now) : undefined;
}

import type { StateData } from "../session/state-data.ts";
import type { SessionSettings } from "./session-settings.ts";

/**
 * A stateless session lives in the browser alone, so a response that was on its way while the user logged out would
 * bring it back. A small sealed cookie therefore names the sessions that ended here: a session it names is none.
 */
type Ended = [id: string, createdAt: number][];

const maxEnded = 4;
const maxMarkerChars = 1024;

/** The marker's text once `state` has ended. It keeps the last four sessions that could still come back. */
export async function markEnded(
  settings: SessionSettings,
  cookies: Readonly<Record<string, string>>,
  { internal }: StateData,
  now: number,
): Promise<string> {
  const { absoluteDuration } = settings.lifetime;
  const earlier = (await readEnded(settings, cookies, now)).filter(
    ([id, createdAt]) => id !== internal.id && createdAt + absoluteDuration > now,
  );
  const ended: Ended = [[internal.id ?? "", internal.createdAt], ...earlier];
  return await settings.markerSealer.seal(ended.slice(0, maxEnded), now + absoluteDuration, now);
}

/** Whether there is a marker at all: most requests have none, and need not wait for anything then. */
export function isMarked(
  { markerName }: SessionSettings,
  cookies: Readonly<Record<string, string>>,
): boolean {
  return cookies[markerName] !== undefined;
}

/** Whether a session is one that a logout ended. */
export async function wasEnded(
  settings: SessionSettings,
  cookies: Readonly<Record<string, string>>,
  { internal }: StateData,
  now: number,
): Promise<boolean> {
  return (await readEnded(settings, cookies, now)).some(([id]) => id === internal.id);
}

async function readEnded(
  { markerName, markerSealer }: SessionSettings,
  cookies: Readonly<Record<string, string>>,
  now: number,
): Promise<Ended> {
  const text = cookies[markerName];
  if (!text || text.length > maxMarkerChars) return [];
  return ((await markerSealer.open(text, now))?.data as Ended | undefined) ?? [];
}

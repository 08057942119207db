import { InvalidConfigurationError } from "../errors/index.ts";
import type { StateData } from "./state-data.ts";

/** How long sessions live. All durations are seconds. */
export interface SessionLifetime {
  /** Whether activity extends the session. Default `true`. */
  rolling: boolean;
  /** From the login on, whatever happens. Default 259,200 (3 days). */
  absoluteDuration: number;
  /** Since the last activity; counts only for rolling sessions. Default 86,400 (1 day). */
  inactivityDuration: number;
}

/** Seconds before an upstream ceiling at which a session already counts as over. */
const ceilingLeeway = 30;
/** A rolling session is not extended on every request but when at least this share of its inactivity time has passed. */
const rollShare = 1 / 10;
/** Beyond it a number of seconds is more likely one of milliseconds. */
const maxPlausibleSeconds = 1e10;

/**
 * Fills in the defaults.
 *
 * @throws InvalidConfigurationError for a duration that is no number of seconds, or less than one
 */
export function sessionLifetime(
  options: { [Key in keyof SessionLifetime]?: SessionLifetime[Key] | undefined },
): SessionLifetime {
  const { rolling = true, absoluteDuration = 259_200, inactivityDuration = 86_400 } = options;
  for (const [name, seconds] of Object.entries({ absoluteDuration, inactivityDuration })) {
    if (Number.isFinite(seconds) && seconds >= 1) continue;
    throw new InvalidConfigurationError(`'${name}' must be a number of seconds, 1 or more.`);
  }
  return { rolling, absoluteDuration, inactivityDuration };
}

/** When a session that is written now ends, seconds since the epoch. */
export function sessionEnd(state: StateData, lifetime: SessionLifetime, now: number): number {
  const absolute = Math.min(
    state.internal.createdAt + lifetime.absoluteDuration,
    state.sessionExpiresAt ?? Number.POSITIVE_INFINITY,
  );
  return lifetime.rolling ? Math.min(now + lifetime.inactivityDuration, absolute) : absolute;
}

/** Whether reading a session whose cookie ends at `end` should extend it. */
export function isRollDue(state: StateData, end: number, lifetime: SessionLifetime, now: number): boolean {
  if (!lifetime.rolling) return false;
  const next = sessionEnd(state, lifetime, now);
  // The last step, up to what no activity moves, may be a small one: who stays active is not logged out before that.
  const isLast = next === sessionEnd(state, { ...lifetime, rolling: false }, now);
  return isLast ? next > end : next - end >= lifetime.inactivityDuration * rollShare;
}

/** The IPSIE `session_expiry` of ID token claims; anything but a plausible number of seconds is ignored. */
export function sessionCeiling(claims: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const value = claims?.session_expiry;
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < maxPlausibleSeconds
    ? (value as number)
    : undefined;
}

/** Whether the upstream ceiling of a session is reached. */
export function isCeilingReached(sessionExpiresAt: number | undefined, now: number): boolean {
  return sessionExpiresAt !== undefined && now >= sessionExpiresAt - ceilingLeeway;
}

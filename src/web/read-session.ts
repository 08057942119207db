import { parseCookies } from "../cookies/cookie-text.ts";
import { isCeilingReached } from "../session/lifetime.ts";
import type { SessionData, UserClaims } from "../session/state-data.ts";
import type { EncryptedStoreOptions } from "../store/abstract-stores.ts";
import { readSessionCookie } from "../store/session-cookie.ts";
import {
  rememberSettings,
  type SessionConfiguration,
  type SessionSettings,
} from "../store/session-settings.ts";

/** Options of {@link readSession}: those of the store that wrote the session. */
export interface ReadSessionOptions extends SessionConfiguration, EncryptedStoreOptions {
  /** Host of the issuer the session has to be of. Left out: of any. */
  domain?: string | undefined;
  /** Default `__a0_session`. */
  stateIdentifier?: string | undefined;
}

/** A session that was only read. */
export type ReadSession = SessionData & { user: UserClaims };

/**
 * Who is logged in, for middleware that has to stay small: reads a session in sealed cookies and nothing else. Expiry,
 * inactivity, the upstream ceiling, the domain, logouts and older secrets count as they do for `ServerClient`. It never
 * refreshes, never extends, and no OAuth code is reached, so a bundle that uses only this stays a few kilobytes.
 *
 * @param request the incoming request
 * @param options keep them in a constant: what is derived from them is remembered by the object
 * @returns the session; `undefined` where there is none
 * @throws InvalidConfigurationError for an empty secret
 *
 * @example
 * const options = { secret: env.AUTH0_SECRET };
 * const session = await readSession(request, options);
 * if (!session) return Response.redirect(new URL("/auth/login", request.url));
 */
export async function readSession(
  request: { readonly headers: Headers },
  options: ReadSessionOptions,
): Promise<ReadSession | undefined> {
  const now = Math.floor(Date.now() / 1000);
  const cookies = Object.fromEntries(parseCookies(request.headers.get("cookie")));
  const found = await readSessionCookie(settingsFor(options), cookies, now);
  if (!found?.state.user || isCeilingReached(found.state.sessionExpiresAt, now)) return undefined;
  if (options.domain !== undefined && found.state.domain !== options.domain) return undefined;
  const { internal: _, ...members } = Object.getOwnPropertyDescriptors(found.state);
  return Object.defineProperties({}, members) as ReadSession;
}

const remembered = new WeakMap<ReadSessionOptions, (identifier: string) => SessionSettings>();

function settingsFor(options: ReadSessionOptions): SessionSettings {
  let settings = remembered.get(options);
  if (!settings) {
    settings = rememberSettings(options, "session");
    remembered.set(options, settings);
  }
  return settings(options.stateIdentifier ?? "__a0_session");
}

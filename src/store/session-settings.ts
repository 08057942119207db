import type { CookieSerializeOptions } from "../cookies/cookie-text.ts";
import { cookieAttributes, type SessionCookieOptions } from "../cookies/session-cookie.ts";
import type { SealPurpose } from "../seal/keys.ts";
import { type Sealer, sealerFor } from "../seal/sealer.ts";
import { type SessionLifetime, sessionLifetime } from "../session/lifetime.ts";
import type { EncryptedStoreOptions } from "./abstract-stores.ts";
import type { EarlierCookies, ReadAlso } from "./earlier-cookies.ts";

/** How sessions live and what their cookie looks like. */
export interface SessionConfiguration {
  /** Whether activity extends the session. Default `true`. */
  rolling?: boolean | undefined;
  /** Seconds a session lives at most. Default 259,200 (3 days). */
  absoluteDuration?: number | undefined;
  /** Seconds a rolling session lives without activity. Default 86,400 (1 day). */
  inactivityDuration?: number | undefined;
  cookie?: SessionCookieOptions | undefined;
  /** Reads sessions of another library as well, and takes them over: `readAuth0ServerJsCookies()`. */
  readAlso?: ReadAlso | undefined;
}

/** The configuration of one session cookie, its defaults filled in. */
export interface SessionSettings {
  lifetime: SessionLifetime;
  /** Name of the cookie. */
  name: string;
  attributes: CookieSerializeOptions;
  /** Seals and opens what the cookie holds. */
  sealer: Sealer;
  /** Name of the cookie with the marker of ended sessions. */
  markerName: string;
  /** Seals and opens that marker. */
  markerSealer: Sealer;
  /** What another library left here. */
  earlier: EarlierCookies | undefined;
}

/**
 * @param identifier the state identifier; the cookie's name unless the configuration has one
 * @param purpose what the cookie holds: the session or its id
 * @throws InvalidConfigurationError for cookie options a browser would refuse, or an empty secret
 */
function sessionSettings(
  options: SessionConfiguration & EncryptedStoreOptions,
  lifetime: SessionLifetime,
  identifier: string,
  purpose: SealPurpose,
): SessionSettings {
  const { secret } = options;
  const name = options.cookie?.name ?? identifier;
  const attributes = cookieAttributes({ ...options.cookie, name });
  return {
    lifetime,
    name,
    markerName: `${name}.ended`,
    attributes,
    sealer: sealerFor(secret, purpose, identifier, lifetime.absoluteDuration),
    markerSealer: sealerFor(secret, "logout", identifier, lifetime.absoluteDuration),
    earlier: options.readAlso?.({ identifier, secret, lifetime, attributes }),
  };
}

/**
 * Remembers the settings of the identifier used last: a store serves one, as a rule.
 *
 * @throws InvalidConfigurationError for durations that cannot be, at once
 */
export function rememberSettings(
  options: SessionConfiguration & EncryptedStoreOptions,
  purpose: SealPurpose,
): (identifier: string) => SessionSettings {
  const lifetime = sessionLifetime(options);
  let last: { identifier: string; settings: SessionSettings } | undefined;
  return (identifier) => {
    if (last?.identifier !== identifier) {
      last = { identifier, settings: sessionSettings(options, lifetime, identifier, purpose) };
    }
    return last.settings;
  };
}

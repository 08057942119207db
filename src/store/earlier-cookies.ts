import type { CookieHandler } from "../cookies/cookie-handler.ts";
import type { CookieSerializeOptions } from "../cookies/cookie-text.ts";
import type { Secret } from "../seal/keys.ts";
import type { SessionLifetime } from "../session/lifetime.ts";
import type { StateData } from "../session/state-data.ts";

/** The cookies of a request by name. */
type Cookies = Readonly<Record<string, string>>;

/** What another library left in a browser. */
export interface EarlierCookies {
  /** The session that stands in its cookies, and when they end, seconds since the epoch. */
  session(cookies: Cookies, now: number): Promise<{ state: StateData; end: number } | undefined>;
  /** The id of a session in the database both libraries use, and when its cookie ends. */
  sessionId(cookies: Cookies, now: number): Promise<{ id: string; end: number } | undefined>;
  /**
   * Deletes them, but those that are written anew.
   *
   * @param written names of the cookies that are
   */
  clear<T>(
    handler: CookieHandler<T>,
    cookies: Cookies,
    written: readonly string[],
    options: T | undefined,
  ): Promise<void>;
}

/** Reads the sessions of another library; `readAuth0ServerJsCookies()` makes one. */
export type ReadAlso = (store: {
  identifier: string;
  secret: Secret;
  lifetime: SessionLifetime;
  /** Those of the store's own cookies. */
  attributes: CookieSerializeOptions;
}) => EarlierCookies;

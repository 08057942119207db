import { InvalidConfigurationError } from "../errors/index.ts";
import type { CookieSerializeOptions } from "./cookie-text.ts";

/** Options of the session cookie. */
export interface SessionCookieOptions {
  /**
   * Name of the cookie. Default: the store identifier, `__a0_session`. A name with the prefix `__Host-` or `__Secure-`
   * is checked against that prefix's rules (RFC 6265bis section 4.1.3).
   */
  name?: string | undefined;
  /** Default `lax`. */
  sameSite?: "strict" | "lax" | "none" | undefined;
  /** Default `true`. Only an http loopback address can do without. */
  secure?: boolean | undefined;
  /** Default `/`. */
  path?: string | undefined;
  /** Default: none, so only the host that set the cookie gets it. */
  domain?: string | undefined;
  /** Partitioned by top-level site (CHIPS). Default `false`; needs `secure`. */
  partitioned?: boolean | undefined;
}

/**
 * The attributes every cookie of a store has; always `HttpOnly`.
 *
 * @throws InvalidConfigurationError where a browser would drop the cookie for its prefix, `SameSite=None` or `Partitioned`
 */
export function cookieAttributes(options: SessionCookieOptions = {}): CookieSerializeOptions {
  const { name = "", sameSite = "lax", secure = true, path = "/", domain, partitioned } = options;
  const prefix = name.toLowerCase();
  if (prefix.startsWith("__host-") && (!secure || path !== "/" || domain)) {
    throw new InvalidConfigurationError(
      `A cookie named '${name}' must be secure, with path '/' and without a domain, as '__Host-' demands.`,
    );
  }
  if (!secure && (prefix.startsWith("__secure-") || sameSite === "none" || partitioned)) {
    throw new InvalidConfigurationError(
      "A cookie with the prefix '__Secure-', with sameSite 'none' or partitioned must be secure, or browsers drop it.",
    );
  }
  return {
    httpOnly: true,
    sameSite,
    secure,
    path,
    ...(domain && { domain }),
    ...(partitioned && { partitioned }),
  };
}

/**
 * The same cookie on http://localhost: not every browser keeps `Secure` cookies there, and the name's prefixes,
 * `SameSite=None` and `Partitioned` demand `Secure`.
 */
export function loopbackCookie(cookie: SessionCookieOptions = {}): SessionCookieOptions {
  const name = cookie.name?.replace(/^__(host|secure)-/i, "");
  const sameSite = cookie.sameSite === "strict" ? "strict" : "lax";
  return { ...cookie, name, secure: false, partitioned: undefined, sameSite };
}

import { InvalidConfigurationError } from "../errors/index.ts";

/** Cookie text, in and out (RFC 6265bis sections 4.1 and 4.2). */

/** Attributes of a cookie. */
export interface CookieSerializeOptions {
  domain?: string;
  expires?: Date;
  httpOnly?: boolean;
  /** Seconds. */
  maxAge?: number;
  path?: string;
  secure?: boolean;
  sameSite?: "lax" | "strict" | "none";
  partitioned?: boolean;
  priority?: "low" | "medium" | "high";
}

const tokenPattern = /^[\w!#$%&'*.^`|~+-]+$/;
const valuePattern = /^[\w!#$%&'()*./:<=>?@[\]^`{|}~+-]*$/;
const attributePattern = /^[^;\p{Cc}]*$/u;

/** Everything in a `Cookie` header. The first of two equal names counts: browsers send the closest path first. */
export function parseCookies(header: string | null | undefined): Record<string, string> {
  // Without a prototype: a cookie may be called `__proto__` or `constructor`.
  const cookies: Record<string, string> = Object.create(null);
  if (!header) return cookies;
  for (let start = 0; start < header.length; ) {
    const found = header.indexOf(";", start);
    const end = found < 0 ? header.length : found;
    const equals = header.indexOf("=", start);
    if (equals > start && equals < end) {
      const name = header.slice(start, equals).trim();
      cookies[name] ??= unquote(header.slice(equals + 1, end).trim());
    }
    start = end + 1;
  }
  return cookies;
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

/**
 * A `Set-Cookie` line.
 *
 * @throws InvalidConfigurationError where name, value or an attribute has a character no cookie may carry
 */
export function serializeCookie(name: string, value: string, options: CookieSerializeOptions = {}): string {
  const { domain = "", path = "" } = options;
  const wrong = !tokenPattern.test(name)
    ? "name"
    : !valuePattern.test(value)
      ? "value"
      : !attributePattern.test(domain + path) && "domain or path";
  if (wrong) {
    throw new InvalidConfigurationError(
      `The ${wrong} of the cookie '${name}' has a character no cookie can carry.`,
    );
  }
  const { maxAge, expires, sameSite, priority } = options;
  let line = `${name}=${value}`;
  if (maxAge !== undefined) line += `; Max-Age=${Math.floor(maxAge)}`;
  if (expires) line += `; Expires=${expires.toUTCString()}`;
  if (domain) line += `; Domain=${domain}`;
  if (path) line += `; Path=${path}`;
  if (options.httpOnly) line += "; HttpOnly";
  if (options.secure) line += "; Secure";
  if (sameSite) line += `; SameSite=${capitalize(sameSite)}`;
  if (options.partitioned) line += "; Partitioned";
  if (priority) line += `; Priority=${capitalize(priority)}`;
  return line;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import { parseCookies } from "./cookie-text.ts";

/**
 * Does to cookies what a browser does by the `Set-Cookie` lines of a response. One that removes a cookie says so by its
 * `Max-Age`, as all of ours do.
 *
 * @param cookies by name; changed in place
 */
export function applySetCookies(
  cookies: Record<string, string>,
  lines: readonly string[],
): Record<string, string> {
  for (const line of lines) {
    const equals = line.indexOf("=");
    const name = line.slice(0, equals).trim();
    if (/;\s*max-age\s*=\s*(0|-\d+)\s*(;|$)/i.test(line)) delete cookies[name];
    else
      cookies[name] = line
        .slice(equals + 1)
        .split(";")[0]!
        .trim();
  }
  return cookies;
}

/**
 * The `Cookie` header a browser would send after a response, for whoever answers the rest of the very same request. Cookies
 * that have not changed stay as they were sent.
 *
 * @param header of the request
 * @param lines `Set-Cookie` lines of the response; of two for one name the later one counts
 * @returns an empty text where no cookie is left
 */
export function cookieHeaderAfter(header: string | null, lines: readonly string[]): string {
  const before = parseCookies(header);
  const after = applySetCookies(parseCookies(header), lines);
  const isSame = (name: string): boolean => before[name] === after[name];
  const kept = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair && isSame(pair.split("=")[0]!.trim()));
  const changed = Object.keys(after).filter((name) => !isSame(name));
  return [...kept, ...changed.map((name) => `${name}=${after[name]}`)].join("; ");
}

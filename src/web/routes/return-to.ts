/** Longer ones are no pages of anybody's app, and would crowd the transaction cookie. */
const maxChars = 2048;

/**
 * Where to go after login or logout, if it is a place of this app. Anything else, however it is spelled, is `undefined`:
 * other origins, `//host`, `/\host`, user info, control characters, other schemes.
 *
 * @param given a path or URL that came from outside
 * @param origin the app's own
 * @returns the path with query and fragment
 */
export function safeReturnTo(given: unknown, origin: string): string | undefined {
  const value = typeof given === "string" ? given : undefined;
  const path = value?.startsWith(`${origin}/`) ? value.slice(origin.length) : value;
  if (!path?.startsWith("/") || path.length > maxChars || /[\p{Cc}\\]/u.test(path)) return undefined;
  if (!URL.canParse(path, origin)) return undefined;
  const url = new URL(path, origin);
  const normal = url.pathname + url.search + url.hash;
  // A path may itself come to begin with two slashes, and would leave the origin when it is resolved a second time.
  return url.origin === origin && normal.length <= maxChars && !normal.startsWith("//") ? normal : undefined;
}

/**
 * The place of this app that a query names: `returnTo`, or `return_to` as others spell it.
 *
 * @param also further names it may have
 */
export function returnToOf(query: URLSearchParams, origin: string, ...also: string[]): string | undefined {
  const name = ["returnTo", "return_to", ...also].find((one) => query.has(one));
  return name && safeReturnTo(query.get(name), origin);
}

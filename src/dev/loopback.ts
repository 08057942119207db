/**
 * Whether a URL's host name means this very machine: `localhost` and names under it (RFC 6761 §6.3),
 * 127.0.0.0/8 and `::1`.
 *
 * @param hostname As {@link URL.hostname} spells it: lower case, IPv4 in dotted form, IPv6 in brackets.
 */
export function isLoopback(hostname: string): boolean {
  const name = hostname.endsWith(".") ? hostname.slice(0, -1) : hostname;
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]") return true;
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/**
 * Whether a request came in under a loopback name. The `Host` header counts as well as the URL: a server may
 * build the URL from its own configuration while a tunnel or a rebound DNS name shows in the header only.
 */
export function isLoopbackRequest(request: Request): boolean {
  if (!isLoopback(new URL(request.url).hostname)) return false;
  const host = request.headers.get("host");
  if (host === null) return true;
  const url = `http://${host}`;
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

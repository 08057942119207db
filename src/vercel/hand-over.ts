import { cookieHeaderAfter } from "../cookies/set-cookie.ts";

// The headers by which middleware tells the platform how a request goes on. `next()` and `rewrite()` of
// `@vercel/functions/middleware` and of `NextResponse` write the same.
const prefix = "x-middleware-";
const nextHeader = `${prefix}next`;
const rewriteHeader = `${prefix}rewrite`;
/** Names of all headers the page gets; each has its value under `requestPrefix`. */
const overrideHeader = `${prefix}override-headers`;
const requestPrefix = `${prefix}request-`;

/** Lets the request go on to its page. */
export function goOn(): Response {
  return new Response(null, { headers: { [nextHeader]: "1" } });
}

/** Whether a response lets the request go on, here or elsewhere. */
export function goesOn({ headers }: Response): boolean {
  return headers.has(nextHeader) || headers.has(rewriteHeader);
}

/**
 * Lets the page behind the middleware see the cookies as the response leaves them. What a client sent under the platform's own
 * prefix does not reach the page.
 *
 * @param own headers with our own `Set-Cookie` lines
 */
export function handOver(request: Request, response: Response, own: Headers): Response {
  const overridden = response.headers.get(overrideHeader);
  const incoming = overridden === null ? request.headers : overrides(response.headers, overridden);
  const lines = staysHere(request, response) ? own.getSetCookie() : [];
  const names = [...incoming.keys()];
  // An app that took the cookies away from the page meant it.
  const hasCookies = overridden === null || incoming.has("cookie");
  const isChanged = (hasCookies && lines.length > 0) || names.some((name) => name.startsWith(prefix));
  if (!isChanged) return response;

  const handed = new Headers(incoming);
  for (const name of names) if (name.startsWith(prefix)) handed.delete(name);
  if (hasCookies) {
    const cookie = cookieHeaderAfter(incoming.get("cookie"), lines);
    if (cookie) handed.set("cookie", cookie);
    else handed.delete("cookie");
  }
  const answer = new Response(response.body, response);
  for (const name of [...answer.headers.keys()]) {
    if (name.startsWith(requestPrefix)) answer.headers.delete(name);
  }
  answer.headers.set(overrideHeader, [...handed.keys()].join(","));
  for (const [name, value] of handed) answer.headers.set(requestPrefix + name, value);
  return answer;
}

/** Next refuses a redirect of middleware that is no whole URL. */
export function withWholeLocation(request: Request, response: Response): Response {
  const location = response.headers.get("location");
  if (!location || URL.canParse(location) || !URL.canParse(location, request.url)) return response;
  const answer = new Response(response.body, response);
  answer.headers.set("location", new URL(location, request.url).href);
  return answer;
}

/** The request headers an app chose by `next({ request: { headers } })`. */
function overrides(headers: Headers, list: string): Headers {
  const names = list.split(",").map((name) => name.trim());
  const found = names.map((name) => [name, name && headers.get(requestPrefix + name)]);
  return new Headers(
    found.filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[0] !== ""),
  );
}

/** A page of another origin gets nothing new: the session is this app's. */
function staysHere(request: Request, { headers }: Response): boolean {
  const target = headers.get(rewriteHeader);
  if (target === null) return true;
  const { origin } = new URL(request.url);
  return URL.canParse(target, request.url) && new URL(target, request.url).origin === origin;
}

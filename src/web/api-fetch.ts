import { EdgeAuthError, InvalidConfigurationError } from "../errors/index.ts";
import type { GetAccessTokenOptions } from "../flows/get-access-token.ts";
import { isLoopbackHttp } from "../loopback.ts";
import type { TokenSet } from "../session/state-data.ts";
import { refusesToken } from "./bearer-challenge.ts";

/** What `fetch` of the login state takes beside a URL or request. */
export interface ApiRequestInit extends RequestInit {
  /** The API, as the option `apis` names it. */
  audience: string;
  /** Scopes the token has to have, separated by spaces. Default: the client's. */
  scope?: string | undefined;
  /** Sends the requests, such as `env.ORDERS.fetch.bind(env.ORDERS)` of a service binding. Default: the platform's `fetch`. */
  customFetch?: typeof fetch | undefined;
}

/** An access token of the request's user; with `refused` another one than that, which an API did not take. */
export type TokenSource = (options: GetAccessTokenOptions, refused?: string) => Promise<TokenSet>;

/** Calls an API with an access token. {@link apiOrigins} makes one. */
export type ApiFetch = (
  input: string | URL | Request,
  init: ApiRequestInit,
  tokenFor: TokenSource,
) => Promise<Response>;

/** The APIs of an app. */
export interface ApiOptions {
  /**
   * Which APIs `fetch` of the login state may call with a user's access token: {@link apiOrigins}, which also brings the code for
   * it. Default: none.
   */
  apis?: ApiFetch | undefined;
}

const redirects = [301, 302, 303, 307, 308];
const maxRedirects = 5;
const credentials = ["authorization", "cookie", "proxy-authorization"];
/** Headers that speak of a body (Fetch Standard, "request-body-header name"). */
const bodyHeaders = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-type",
];

/**
 * The APIs a user's access tokens may be sent to, for the option `apis` of `edgeAuth`.
 *
 * @param apis audience to origin, or to a list of origins: https, or http on this machine. An audience that is a URL says nothing
 * about where its API is: its origin is named as well.
 * @throws InvalidConfigurationError for what is no such origin
 *
 * @example
 * const auth = edgeAuth({ apis: apiOrigins({ "https://orders.example.com/": "https://orders.example.com" }) });
 * export default auth.handler(async (request, env, ctx, login) =>
 *   await login.fetch("https://orders.example.com/orders", { audience: "https://orders.example.com/" }));
 */
export function apiOrigins(apis: Readonly<Record<string, string | readonly string[]>>): ApiFetch {
  const known = new Map(
    Object.entries(apis).map(([audience, origins]) => [audience, new Set([origins].flat().map(originOf))]),
  );
  return async (input, { audience, scope, customFetch, ...init }, tokenFor) => {
    // What only looks like a request is sent to what its text says, so that is what counts.
    const request = input instanceof Request ? input : undefined;
    let url = new URL(request ? request.url : String(input));
    const origins = known.get(audience);
    if (!origins?.has(url.origin) || url.username || url.password) {
      throw new InvalidConfigurationError(
        `'${url.origin}' is no origin of the API '${audience}', so no token is sent there. Name it: 'apis: apiOrigins({ … })'.`,
      );
    }
    const headers = new Headers(init.headers ?? request?.headers);
    if (headers.has("authorization")) {
      throw new InvalidConfigurationError(
        "The request has an 'Authorization' header of its own, in whose place the access token would be sent. Leave it out.",
      );
    }
    const signal = init.signal === undefined ? request?.signal : init.signal;
    const redirect = init.redirect ?? request?.redirect;
    let method = init.method ?? request?.method ?? "GET";
    signal?.throwIfAborted();
    let { accessToken } = await tokenFor({ audience, scope });
    let target = request ?? url.href;
    let next: RequestInit = { ...init, redirect: "manual" };
    let mayRepeat = isRepeatable(init.body === undefined ? request?.body : init.body);
    let isTrusted = true;
    let isRenewed = false;
    for (let hops = 0; ; ) {
      if (isTrusted) headers.set("authorization", `Bearer ${accessToken}`);
      const response = await (customFetch ?? fetch)(target, { ...next, headers });
      const { status } = response;
      if (status === 401 && isTrusted && mayRepeat && !isRenewed) {
        if (!refusesToken(response.headers.get("www-authenticate"))) return response;
        isRenewed = true;
        const fresh = await tokenFor({ audience, scope }, accessToken).catch(noToken);
        if (!fresh || fresh.accessToken === accessToken) return response;
        ({ accessToken } = fresh);
        await response.body?.cancel();
        continue;
      }
      if (!redirects.includes(status) || redirect === "manual") return response;
      if (redirect === "error") {
        await response.body?.cancel();
        throw new TypeError(`'${url.origin}' answered with a redirect.`);
      }
      const isRead = /^(get|head)$/i.test(method);
      const found = isRead || status === 303 ? targetOf(response, url, origins) : undefined;
      if (!found) return response;
      url = found;
      await response.body?.cancel();
      if (++hops > maxRedirects) throw new TypeError(`There are more than ${maxRedirects} redirects.`);
      // Who has been elsewhere does not come back with the token: somebody else has chosen where to.
      isTrusted &&= origins.has(url.origin);
      if (!isTrusted) for (const name of credentials) headers.delete(name);
      if (!isRead) {
        method = "GET";
        for (const name of bodyHeaders) headers.delete(name);
      }
      target = url.href;
      next = { ...next, method, body: null, ...(signal && { signal }) };
      mayRepeat = true;
    }
  };
}

/** Where a redirect leads that may be followed: not from where all is encrypted to where nothing is, nor with a password of somebody else. */
function targetOf({ headers }: Response, from: URL, known: ReadonlySet<string>): URL | undefined {
  const location = headers.get("location");
  if (location === null || !URL.canParse(location, from)) return undefined;
  const url = new URL(location, from);
  const isSafe =
    url.protocol === "https:" || known.has(url.origin) || (from.protocol === "http:" && isLoopbackHttp(url));
  return isSafe && !url.username && !url.password ? url : undefined;
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === "https:" || isLoopbackHttp(url)) && url.href === `${url.origin}/`)
    return url.origin;
  throw new InvalidConfigurationError(
    `The origins of 'apiOrigins' are like 'https://api.example.com': https (http is fine for localhost) and no path, not '${text}'.`,
  );
}

/** Whether a body can be sent once more. */
function isRepeatable(body: unknown): boolean {
  return (
    body === undefined ||
    body === null ||
    typeof body === "string" ||
    ArrayBuffer.isView(body) ||
    [URLSearchParams, ArrayBuffer, Blob, FormData].some((type) => body instanceof type)
  );
}

/** Where no other token can be had, the API's refusal says it all. */
function noToken(error: unknown): undefined {
  if (!(error instanceof EdgeAuthError)) throw error;
}

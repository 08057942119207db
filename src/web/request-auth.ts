import type { HeadersStoreOptions } from "../cookies/headers-cookie-handler.ts";
import { contextOf } from "../core-client.ts";
import { InvalidConfigurationError, ResponseCommittedError } from "../errors/index.ts";
import { type GetAccessTokenOptions, getAccessToken } from "../flows/get-access-token.ts";
import { whenIdle } from "../flows/serialize.ts";
import type { TokenSet } from "../session/state-data.ts";
import type { ApiRequestInit } from "./api-fetch.ts";
import type { EdgeClient } from "./edge-client.ts";
import { noStore, problemResponse, wantsPage } from "./pages/pages.ts";
import { requestIdOf } from "./request-id.ts";
import { withoutRefusal } from "./routes/silent-login.ts";
import type { Configuration } from "./setup/configuration.ts";

/** Why a request is not authenticated. */
export type UnauthenticatedReason = "no_session" | "invalid_session";

/** What a challenge sends along to the login. */
export interface RequestChallengeOptions {
  /** Page to come back to: a path of the app. Default: the page that was asked for. */
  returnTo?: string | undefined;
  /** Organization to log in to, by id or name, where the app is not configured for one anyway. */
  organization?: string | undefined;
}

/** The login state of one request. The session is read when something asks for it, not before. */
export interface RequestAuth<TClient extends EdgeClient = EdgeClient> {
  /** Every step by itself: pass `storeOptions` along. With the option `createClient` it is a whole `ServerClient`. */
  readonly client: TClient;
  readonly storeOptions: HeadersStoreOptions;
  /** Names the request in pages, answers and the log. */
  readonly requestId: string;
  /** `Set-Cookie` lines for the response so far. `respond` puts them there. */
  readonly headers: Headers;
  /** The claims of the logged-in user; `undefined` where nobody is. */
  getUser(): ReturnType<TClient["getUser"]>;
  /** The session; `undefined` where there is none. */
  getSession(): ReturnType<TClient["getSession"]>;
  /** Keeps data of the app in the session. See `ServerClient.updateSession`. */
  updateSession(update: Parameters<TClient["updateSession"]>[0]): Promise<void>;
  /** Extends a rolling session now. See `ServerClient.touch`. */
  touch(): Promise<boolean>;
  /** See `ServerClient.getAccessToken`. */
  getAccessToken(options?: GetAccessTokenOptions): Promise<TokenSet>;
  /**
   * Calls an API with the user's access token. Which APIs these are says the option `apis`. Beside that it is the platform's
   * `fetch`, but for redirects: GET and HEAD follow at most five, and the token goes along only while all of them lead to
   * origins of the API; elsewhere neither `Cookie` nor `Proxy-Authorization` goes along either. (To the API itself they go as they
   * are given: who passes a browser's request on takes its cookies out, since the session is among them.) Other methods follow none but
   * a 303, which becomes a GET; the answer is the redirect itself, as it is where one leads from https to http.
   *
   * An API that refuses the token with `invalid_token` (RFC 6750) is asked once more with a new one, where there is a refresh
   * token and the body can be sent again: a stream cannot, nor the body of a `Request`. Otherwise its 401 is the answer.
   *
   * @throws InvalidConfigurationError where the URL is not at an origin of the API, and for an `Authorization` header of one's own
   * @throws TokenByRefreshTokenError and whatever else `getAccessToken` throws, before anything is sent
   * @throws TypeError as `fetch` does, and after more than five redirects
   */
  fetch(input: string | URL | Request, init: ApiRequestInit): Promise<Response>;
  /** Why nobody is logged in; `undefined` where somebody is. */
  getReason(): Promise<UnauthenticatedReason | undefined>;
  /**
   * The answer to a request that needs a user: a page goes to the login and comes back. Anything else (by `Accept`, fetch
   * metadata and method) gets a 401 as JSON with a `reason`, a form that was posted gets it as a page.
   */
  challenge(options?: RequestChallengeOptions): Promise<Response>;
  /**
   * The app's response with the session's cookies, once a token that is being refreshed has come. Where the session was looked at, no cache keeps it. From now on a
   * session in cookies cannot change any more. Bodies stream through; an upgraded connection is left alone.
   */
  respond(response: Response): Promise<Response>;
}

/** Begins the login state of a request. Nothing is read yet. */
export function createRequestAuth<TClient extends EdgeClient>(
  { client, cookies, cookieName, apis, base, routes }: Configuration<TClient>,
  request: Request,
  waitUntil: HeadersStoreOptions["waitUntil"],
): RequestAuth<TClient> {
  const headers = new Headers();
  let touched = false;
  const storeOptions: HeadersStoreOptions = {
    // Whoever reads the request's cookies, by whatever way, makes the response a private one.
    get request() {
      if (storeOptions.committed && !touched) {
        throw new ResponseCommittedError(
          "The response was sent before the session was looked at, so a cache may keep it. Ask for the user before returning the response.",
        );
      }
      touched = true;
      return request;
    },
    headers,
    waitUntil,
    get requestId() {
      return requestIdOf(request);
    },
  };

  const auth: RequestAuth<TClient> = {
    client,
    storeOptions,
    headers,
    get requestId() {
      return requestIdOf(request);
    },
    getUser: () => client.getUser(storeOptions) as ReturnType<TClient["getUser"]>,
    getSession: () => client.getSession(storeOptions) as ReturnType<TClient["getSession"]>,
    updateSession: (update) => client.updateSession(update, storeOptions),
    touch: () => client.touch(storeOptions),
    getAccessToken: (options = {}) => client.getAccessToken(options, storeOptions),
    async fetch(input, init) {
      if (apis)
        return await apis(input, init, (options, refused) =>
          getAccessToken(contextOf(client), options, storeOptions, refused),
        );
      throw new InvalidConfigurationError("No API is named: 'edgeAuth({ apis: apiOrigins({ … }) })'.");
    },
    async getReason() {
      if (await auth.getUser()) return undefined;
      const names = Object.keys(cookies.getCookies(storeOptions));
      const sent = names.some((name) => name === cookieName || name === `${cookieName}.0`);
      return sent ? "invalid_session" : "no_session";
    },
    async challenge({ returnTo, organization } = {}) {
      const reason = (await auth.getReason()) ?? "no_session";
      if (!wantsPage(request)) {
        return Response.json(
          { error: "unauthorized", reason, message: "Log in first." },
          { status: 401, headers: noStore },
        );
      }
      if (request.method === "POST") {
        return problemResponse(request, {
          status: 401,
          code: reason,
          title: "Please log in",
          message: "You are not logged in any more, so nothing was sent.",
          action: { href: `${base.href}${routes.login}`, label: "Log in" },
        });
      }
      const { pathname, search } = new URL(request.url);
      const query = `returnTo=${encodeURIComponent(returnTo ?? withoutRefusal(pathname + search))}${organization ? `&organization=${encodeURIComponent(organization)}` : ""}`;
      const location = `${base.href}${routes.login}?${query}`;
      return new Response(null, { status: 302, headers: { ...noStore, location } });
    },
    async respond(response) {
      if (touched) await whenIdle(storeOptions);
      storeOptions.committed = true;
      const present = new Set(response.headers.getSetCookie());
      const setCookies = headers.getSetCookie().filter((line) => !present.has(line));
      if ((!touched && !setCookies.length) || isUpgrade(response)) return response;
      const answer = copyOf(response);
      for (const line of setCookies) answer.headers.append("set-cookie", line);
      answer.headers.set("cache-control", noStore["cache-control"]!);
      return answer;
    },
  };
  return auth;
}

/** The same response with headers of its own: the app may have made it for more than one request. */
function copyOf(response: Response): Response {
  // Bun tells that a text is one only as it sends it. Of a clone it knows, of what is made of its body not.
  return "Bun" in globalThis && !response.headers.has("content-type")
    ? response.clone()
    : new Response(response.body, response);
}

function isUpgrade(response: Response): boolean {
  return response.status === 101 || Boolean((response as { webSocket?: unknown }).webSocket);
}

import { StatelessStateStore as PeerStore } from "@auth0/auth0-server-js";
import { HeadersCookieHandler, readSession, StatelessStateStore } from "auth0-edge";
import { floor } from "./floor.ts";
import type { BenchSession } from "./session.ts";

/** What an operation works on: the request's headers, and those of the response when it writes. */
export interface Exchange {
  request: { headers: Headers };
  headers: Headers;
}

/** One of those who are compared. */
export interface Contender {
  /** Seals the session into `Set-Cookie` lines of the response. Left out for those that only read. */
  set?(session: BenchSession, exchange: Exchange): Promise<void>;
  /** Opens the session in the request's cookies. */
  get(exchange: Exchange): Promise<Opened | undefined>;
  /** Touches the members a request asks for, since some are decoded only then. */
  use(opened: Opened): unknown;
}

/** The members that every contender gives back. */
export type Opened = Pick<BenchSession, "user" | "idToken" | "refreshToken" | "tokenSets">;

const name = "__a0_session";
// A session never rolls while it is measured: it is at most some minutes old.
const options = { secret: "a secret of the bench, forty-eight characters long" };

const ourStore = new StatelessStateStore<Exchange>(options, new HeadersCookieHandler<Exchange>());
const ours: Contender = {
  set: (session, exchange) => ourStore.set(name, session, false, exchange),
  get: (exchange) => ourStore.get(name, exchange) as Promise<Opened | undefined>,
  use: ({ user }) => user.sub,
};

/** The simplest handler over the same headers. */
const peerCookies = {
  getCookies({ request }: Exchange): Record<string, string> {
    const cookies: Record<string, string> = {};
    for (const pair of (request.headers.get("cookie") ?? "").split("; ")) {
      const equals = pair.indexOf("=");
      cookies[pair.slice(0, equals)] = pair.slice(equals + 1);
    }
    return cookies;
  },
  getCookie(cookie: string, exchange?: Exchange): string | undefined {
    return peerCookies.getCookies(exchange!)[cookie];
  },
  setCookie(cookie: string, value: string, { maxAge = 0 } = {}, exchange?: Exchange): void {
    const line = `${cookie}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; Secure; SameSite=Lax`;
    exchange!.headers.append("set-cookie", line);
  },
  deleteCookie(cookie: string, exchange?: Exchange): void {
    peerCookies.setCookie(cookie, "", {}, exchange);
  },
};

const peerStore = new PeerStore<Exchange>(options, peerCookies as never);
const peer: Contender = {
  set: (session, exchange) => peerStore.set(name, session, false, exchange),
  get: (exchange) => peerStore.get(name, exchange) as Promise<Opened | undefined>,
  use: ({ user }) => user.sub,
};

export const contenders: Readonly<Record<string, Contender>> = {
  // What the loop itself costs, the response's headers included: the driver takes it off.
  nothing: { set: async () => {}, get: async () => undefined, use: () => undefined },
  floor: { ...floor(options.secret, name), use: ({ user }) => user.sub },
  ours,
  "ours, with all tokens": {
    ...ours,
    use: ({ user, idToken, refreshToken, tokenSets }) =>
      user.sub.length + idToken.length + refreshToken.length + tokenSets[0]!.accessToken.length,
  },
  readSession: {
    get: ({ request }) => readSession(request, options) as Promise<Opened | undefined>,
    use: ({ user }) => user.sub,
  },
  peer,
};

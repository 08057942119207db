import {
  CookieTransactionStore,
  HeadersCookieHandler,
  type HeadersStoreOptions,
  MemorySessionStore,
  ServerClient,
  type ServerClientOptions,
  type SessionConfiguration,
  type SessionStore,
  StatefulStateStore,
  StatelessStateStore,
  type StateStore,
} from "auth0-edge";
import { appOrigin, secret } from "./browser.ts";
import type { HostileIssuer } from "./hostile-issuer.ts";

/** Where the client under test is called back. */
export const redirectUri = `${appOrigin}/auth/callback`;

/** A client with both cookie stores, and the browser that goes with it: a jar of cookies. */
export interface ClientBench {
  client: ServerClient<HeadersStoreOptions>;
  stateStore: StateStore<HeadersStoreOptions>;
  /** Store options of a new request with the jar's cookies. */
  request(): HeadersStoreOptions & { headers: Headers };
  /** Puts what a response set into the jar. */
  keep(options: { headers: Headers }): void;
  jar: Map<string, string>;
}

export function clientBench(
  options: Partial<ServerClientOptions<HeadersStoreOptions>>,
  session: SessionConfiguration = {},
): ClientBench {
  const cookies = new HeadersCookieHandler();
  const jar = new Map<string, string>();
  const { stateStore = new StatelessStateStore({ secret, ...session }, cookies) } = options;
  const client = new ServerClient<HeadersStoreOptions>({
    clientId: "",
    authorizationParams: { redirect_uri: redirectUri },
    transactionStore: new CookieTransactionStore({ secret }, cookies),
    ...options,
    stateStore,
  });
  return {
    client,
    stateStore,
    jar,
    request() {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      return { request: new Request(appOrigin, { headers: { cookie } }), headers: new Headers() };
    },
    keep({ headers }) {
      for (const line of headers.getSetCookie()) {
        const [pair = ""] = line.split("; ");
        const name = pair.slice(0, pair.indexOf("="));
        if (/max-age=0/i.test(line)) jar.delete(name);
        else jar.set(name, pair.slice(name.length + 1));
      }
    },
  };
}

/** A client of a hostile issuer. */
export function hostileBench(issuer: HostileIssuer, session: SessionConfiguration = {}): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  return clientBench({ domain, clientId, clientSecret, customFetch }, session);
}

/** The same with its sessions in a database. */
export function statefulBench(
  issuer: HostileIssuer,
  session: SessionConfiguration = {},
  store: SessionStore<HeadersStoreOptions> = new MemorySessionStore(),
): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const stateStore = new StatefulStateStore({ secret, store, ...session }, new HeadersCookieHandler());
  return clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
}

/** Both, for what has to hold wherever sessions live. */
export const benches = { cookies: hostileBench, "a database": statefulBench } as const;

/** One round trip of the browser: what is done with its request, and its response kept. */
export async function visit<T>(
  bench: ClientBench,
  serve: (options: ReturnType<ClientBench["request"]>) => Promise<T>,
): Promise<T> {
  const options = bench.request();
  try {
    return await serve(options);
  } finally {
    bench.keep(options);
  }
}

/** Starts a login at a hostile issuer and answers the callback it would come back to. */
export async function startAt(issuer: HostileIssuer, bench: ClientBench, parameters = {}): Promise<URL> {
  const options = bench.request();
  const url = await bench.client.startInteractiveLogin({ authorizationParams: parameters }, options);
  bench.keep(options);
  issuer.claims.nonce = url.searchParams.get("nonce");
  const callback = new URL(redirectUri);
  callback.searchParams.set("code", crypto.randomUUID());
  callback.searchParams.set("state", url.searchParams.get("state")!);
  return callback;
}

/** Comes back to the callback; the session goes into the jar. */
export async function comeBack(bench: ClientBench, callback: URL): Promise<unknown> {
  const options = bench.request();
  try {
    return await bench.client.completeInteractiveLogin(callback, options);
  } finally {
    bench.keep(options);
  }
}

/** A whole login at a hostile issuer. */
export async function logInAt(issuer: HostileIssuer, bench: ClientBench, parameters = {}): Promise<unknown> {
  return await comeBack(bench, await startAt(issuer, bench, parameters));
}

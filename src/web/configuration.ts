import { createContext } from "../context/context.ts";
import type { allowInsecureLoopback, DomainResolver, ServerClientOptions } from "../context/options.ts";
import { HeadersCookieHandler, type HeadersStoreOptions } from "../cookies/headers-cookie-handler.ts";
import { loopbackCookie } from "../cookies/session-cookie.ts";
import { CoreClient } from "../core-client.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import { isLoopbackHttp } from "../loopback.ts";
import type { EncryptedStoreOptions } from "../store/abstract-stores.ts";
import type { StateStore } from "../store/contracts.ts";
import { CookieTransactionStore } from "../store/cookie-transaction-store.ts";
import type { SessionConfiguration } from "../store/session-settings.ts";
import { StatelessStateStore } from "../store/stateless-state-store.ts";
import { optional, required, settingsOf, strongSecrets } from "./environment.ts";

/** Paths of the routes, below the path of the app. */
export const routes = {
  login: "/auth/login",
  callback: "/auth/callback",
  logout: "/auth/logout",
  backchannelLogout: "/auth/backchannel-logout",
} as const;

type ClientOptions = Pick<
  ServerClientOptions<HeadersStoreOptions>,
  | "authorizationParams"
  | "customFetch"
  | "discoveryCache"
  | "filterClaims"
  | "idTokenSignedResponseAlg"
  | "organization"
  | "refreshLeeway"
  | "stateIdentifier"
  | "storeIdToken"
  | "telemetry"
  | "transactionIdentifier"
  | typeof allowInsecureLoopback
>;

/** Options of `edgeAuth`. What has a setting of its own may be left out where that is set. */
export interface EdgeAuthOptions<TClient extends EdgeClient = EdgeClient> extends ClientOptions {
  /**
   * Auth0 domain, or a function that chooses it for each request, which needs {@link EdgeAuthOptions.createClient}. Setting:
   * `AUTH0_DOMAIN`.
   */
  domain?: string | DomainResolver<HeadersStoreOptions> | undefined;
  /** Issuer of another OpenID provider, in place of `domain`. */
  issuer?: string | undefined;
  /** Setting: `AUTH0_CLIENT_ID`. */
  clientId?: string | undefined;
  /** Setting: `AUTH0_CLIENT_SECRET`. Set in neither place: a public client. */
  clientSecret?: string | undefined;
  /** Seals sessions: at least 32 characters, or several such texts with the newest first. Setting: `AUTH0_SECRET`. */
  secret?: string | string[] | undefined;
  /** Where users reach the app, such as `https://example.com`. Setting: `APP_BASE_URL`. */
  appBaseUrl?: string | undefined;
  /** Lifetimes and cookie of the session. */
  session?: SessionConfiguration | undefined;
  /**
   * Makes the `client` that requests hand out. Default: one with the calls of {@link EdgeClient}, so that nobody carries
   * what they do not call.
   *
   * @example
   * createClient: (options) => new ServerClient(options)
   */
  // biome-ignore lint/suspicious/noExplicitAny: which claims `filterClaims` makes is for the client's type to say
  createClient?: ((options: ServerClientOptions<HeadersStoreOptions, any>) => TClient) | undefined;
  /**
   * Makes the store that keeps the sessions. Default: `StatelessStateStore`, sealed cookies and no server-side storage.
   *
   * @example
   * stateStore: (options, cookies) => new StatefulStateStore({ ...options, store }, cookies)
   */
  stateStore?:
    | ((
        options: SessionConfiguration & EncryptedStoreOptions,
        cookies: HeadersCookieHandler,
      ) => StateStore<HeadersStoreOptions>)
    | undefined;
}

/**
 * What the routes need of a client; `ServerClient` is one.
 *
 * @typeParam TClaims claims of the user beside the standard ones
 * @typeParam TData what the app keeps in the session by `updateSession`
 */
export type EdgeClient<TClaims extends object = object, TData extends object = object> = CoreClient<
  HeadersStoreOptions,
  TClaims,
  TData
>;

/** Where users reach the app. */
export interface BaseUrl {
  origin: string;
  /** Path the app is mounted at, without a slash at the end; empty at the root. */
  path: string;
  /** Origin and path together. */
  href: string;
}

/** Everything `edgeAuth` needs to serve requests of one environment. */
export interface Configuration<TClient extends EdgeClient = EdgeClient> {
  client: TClient;
  cookies: HeadersCookieHandler;
  /** Name of the session cookie. */
  cookieName: string;
  base: BaseUrl;
  /** The issuer's URL; `undefined` where a function chooses the domain. */
  issuer: URL | undefined;
  /** Seals what is kept; the newest first. */
  secret: string | string[];
}

/**
 * Options and settings made into a client.
 *
 * @throws InvalidConfigurationError naming the option or setting that is missing or cannot work
 */
export function configure<TClient extends EdgeClient>(
  options: EdgeAuthOptions<TClient>,
  env: unknown,
): Configuration<TClient> {
  const settings = settingsOf(env);
  const { domain, issuer, session = {}, stateIdentifier = "__a0_session" } = options;
  const { stateStore = (...given) => new StatelessStateStore(...given) } = options;
  const createClient = options.createClient ?? ((given) => new CoreClient(createContext(given)) as TClient);
  const isNamed = !issuer && typeof domain !== "function";
  const name = isNamed ? required(settings, "AUTH0_DOMAIN", "domain", domain) : undefined;
  const url = issuer ?? (name && `https://${name.replace(/^https?:\/\//i, "")}`);
  const clientId = required(settings, "AUTH0_CLIENT_ID", "clientId", options.clientId);
  const base = parseBaseUrl(required(settings, "APP_BASE_URL", "appBaseUrl", options.appBaseUrl));
  const secret = strongSecrets(options.secret ?? settings.AUTH0_SECRET);
  const cookie = isLoopbackHttp(new URL(base.origin)) ? loopbackCookie(session.cookie) : session.cookie;
  const cookies = new HeadersCookieHandler();
  const stores = { ...session, cookie, secret };
  const { name: _, ...transactionCookie } = cookie ?? {};
  return {
    client: createClient({
      ...options,
      ...(name && { domain: name }),
      clientId,
      clientSecret: optional(settings, "AUTH0_CLIENT_SECRET", options.clientSecret),
      authorizationParams: { redirect_uri: `${base.href}${routes.callback}`, ...options.authorizationParams },
      stateStore: stateStore(stores, cookies),
      // Another site sends the browser back to the callback: no `strict` cookie and none of another path would come along.
      transactionStore: new CookieTransactionStore(
        {
          secret,
          cookie: { ...transactionCookie, path: undefined, sameSite: "lax", partitioned: undefined },
        },
        cookies,
      ),
    }),
    cookies,
    cookieName: cookie?.name ?? stateIdentifier,
    base,
    issuer: url ? new URL(url) : undefined,
    secret,
  };
}

function parseBaseUrl(text: string): BaseUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    !url ||
    (url.protocol !== "https:" && !isLoopbackHttp(url)) ||
    url.username ||
    url.search ||
    url.hash ||
    url.pathname.startsWith("//")
  ) {
    throw new InvalidConfigurationError(
      `APP_BASE_URL must be an https URL without query, such as 'https://example.com' (http is fine for localhost), not '${url ? url.origin : text}'.`,
    );
  }
  const path = url.pathname.replace(/\/+$/, "");
  return { origin: url.origin, path, href: url.origin + path };
}

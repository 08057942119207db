import type { allowInsecureLoopback, DomainResolver, ServerClientOptions } from "../context/options.ts";
import type { HeadersCookieHandler, HeadersStoreOptions } from "../cookies/headers-cookie-handler.ts";
import type { EncryptedStoreOptions } from "../store/abstract-stores.ts";
import type { StateStore } from "../store/contracts.ts";
import type { SessionConfiguration } from "../store/session-settings.ts";
import type { ApiOptions } from "./api-fetch.ts";
import type { EdgeClient } from "./edge-client.ts";
import type { AuthRoute } from "./exchange.ts";
import type { HookOptions } from "./hooks.ts";
import type { PageTheme } from "./pages/page.ts";
import type { BaseUrlOptions } from "./setup/base-url.ts";
import type { RoutePathOptions } from "./setup/route-paths.ts";

type ClientOptions = Pick<
  ServerClientOptions<HeadersStoreOptions>,
  | "authorizationParams"
  | "customFetch"
  | "discoveryCache"
  | "filterClaims"
  | "idTokenSignedResponseAlg"
  | "onEvent"
  | "organization"
  | "refreshLeeway"
  | "stateIdentifier"
  | "storeIdToken"
  | "telemetry"
  | "tracing"
  | "transactionIdentifier"
  | typeof allowInsecureLoopback
>;

/** Options of `edgeAuth`. What has a setting of its own may be left out where that is set. */
export interface EdgeAuthOptions<TClient extends EdgeClient = EdgeClient>
  extends ClientOptions,
    BaseUrlOptions,
    RoutePathOptions,
    ApiOptions,
    HookOptions<TClient> {
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
  /** Routes beside those every app has. Default: none. */
  moreRoutes?: readonly (AuthRoute | readonly AuthRoute[])[] | undefined;
  /** How the pages look that say what went wrong: `pageTheme({ appName: "Paper & Co" })`. Default: plain. */
  theme?: PageTheme | undefined;
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

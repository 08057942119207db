import type { HeadersCookieHandler } from "../../cookies/headers-cookie-handler.ts";
import type { EncryptedStoreOptions } from "../../store/abstract-stores.ts";
import type { SessionConfiguration } from "../../store/session-settings.ts";
import type { ApiFetch } from "../api-fetch.ts";
import type { EdgeClient } from "../edge-client.ts";
import type { PageTheme } from "../pages/page.ts";
import type { BaseUrl } from "./base-url.ts";
import type { RoutePaths } from "./route-paths.ts";

/** Everything `edgeAuth` needs to serve requests of one environment. */
export interface Configuration<TClient extends EdgeClient = EdgeClient> {
  client: TClient;
  cookies: HeadersCookieHandler;
  /** Calls APIs with the user's token; `undefined` where none are named. */
  apis: ApiFetch | undefined;
  /** Name of the session cookie. */
  cookieName: string;
  base: BaseUrl;
  /** Paths of the routes, below that of the base URL. */
  routes: RoutePaths;
  /** The issuer's URL; `undefined` where a function chooses the domain. */
  issuer: URL | undefined;
  /** Seals what is kept; the newest first. */
  secret: string | string[];
  /** Lifetimes and cookie of the session, and what seals it. */
  session: SessionConfiguration & EncryptedStoreOptions;
  /** How pages look. */
  theme: PageTheme | undefined;
}

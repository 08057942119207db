import { createContext } from "../../context/context.ts";
import { HeadersCookieHandler } from "../../cookies/headers-cookie-handler.ts";
import { loopbackCookie } from "../../cookies/session-cookie.ts";
import { CoreClient } from "../../core-client.ts";
import { isLoopbackHttp } from "../../loopback.ts";
import { CookieTransactionStore } from "../../store/cookie-transaction-store.ts";
import { StatelessStateStore } from "../../store/stateless-state-store.ts";
import type { EdgeClient } from "../edge-client.ts";
import type { EdgeAuthOptions } from "../options.ts";
import type { BaseUrl } from "./base-url.ts";
import type { Configuration } from "./configuration.ts";
import { optional, settingsOf } from "./environment.ts";
import { readSettings } from "./settings.ts";

/**
 * Options and settings made into a client.
 *
 * @param given where users reach the app. Default: the first base URL
 * @throws InvalidConfigurationError naming every option and setting that is missing or cannot work
 */
export function configure<TClient extends EdgeClient>(
  options: EdgeAuthOptions<TClient>,
  env: unknown,
  given?: BaseUrl,
): Configuration<TClient> {
  const { bases, domain: name, clientId, secret, routes } = readSettings(options, env);
  const base = given ?? bases.first;
  const { issuer, session = {}, stateIdentifier = "__a0_session" } = options;
  const { stateStore = (...given) => new StatelessStateStore(...given) } = options;
  const createClient = options.createClient ?? ((given) => new CoreClient(createContext(given)) as TClient);
  const url = issuer ?? (name && `https://${name.replace(/^https?:\/\//i, "")}`);
  const cookie = isLoopbackHttp(new URL(base.origin)) ? loopbackCookie(session.cookie) : session.cookie;
  const cookies = new HeadersCookieHandler();
  const stores = { ...session, cookie, secret };
  const { name: _, ...transactionCookie } = cookie ?? {};
  return {
    client: createClient({
      ...options,
      ...(name && { domain: name }),
      clientId,
      clientSecret: optional(settingsOf(env), "AUTH0_CLIENT_SECRET", options.clientSecret),
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
    apis: options.apis,
    cookieName: cookie?.name ?? stateIdentifier,
    base,
    routes,
    issuer: url ? new URL(url) : undefined,
    secret,
    session: stores,
    theme: options.theme,
  };
}

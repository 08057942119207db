import { DEFAULT_USERS } from "../dev/defaults.ts";
import { DEV_TENANT_GRANT_TYPES } from "../dev/grant-types.ts";
import { type DevTenant, type DevTenantOptions, devTenant } from "../dev/index.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import { randomToken } from "../session/random.ts";
import type { UserClaims } from "../session/state-data.ts";
import type { EdgeClient } from "../web/edge-client.ts";
import type { EdgeAuthOptions } from "../web/options.ts";
import { type BaseUrl, baseUrlsOf } from "../web/setup/base-url.ts";
import type { Setting } from "../web/setup/environment.ts";
import { type RoutePaths, routePathsOf } from "../web/setup/route-paths.ts";
import { type LogInOptions, logIn, type TestedApp } from "./log-in.ts";
import { type SessionDetails, sessionCookie } from "./session-cookie.ts";

/** What the tenant of the tests gives the app. */
type Given = "domain" | "issuer" | "clientId" | "clientSecret" | "customFetch";

/** Options of {@link testAuth}: those the app gives to `edgeAuth` itself, so that its sessions are the same here. */
export interface TestAuthOptions<TClient extends EdgeClient = EdgeClient>
  extends Omit<EdgeAuthOptions<TClient>, Given | "appBaseUrl"> {
  /** Where requests of the tests go. Default `http://localhost:3000`. */
  appBaseUrl?: string | undefined;
  /**
   * The development tenant: its people, organizations, APIs and clients. By `appFetch: (request) => app.fetch(request)` it tells
   * the app of sessions that have ended.
   */
  tenant?: Omit<DevTenantOptions, "appBaseUrl" | "path"> | undefined;
}

/** What an app needs to be tested. */
export interface TestAuth<TClient extends EdgeClient = EdgeClient> {
  /** For the app's `edgeAuth`: the options that were given, the tenant's in place of Auth0's, and a secret. */
  options: EdgeAuthOptions<TClient> & { secret: string | string[]; appBaseUrl: string };
  /** The same as settings, for an app that reads them: a Worker's `env`, or `vi.stubEnv`. `customFetch` is not among them. */
  settings: Record<Setting, string>;
  /** The development tenant. */
  tenant: DevTenant;
  /**
   * A session of somebody, made without a login: see {@link sessionCookie}.
   *
   * @param user their claims; `sub` at least
   * @returns the value of a `Cookie` header
   */
  cookieFor(user: UserClaims, details?: SessionDetails): Promise<string>;
  /**
   * A whole login through the app's routes, as a browser would do it.
   *
   * @returns the value of a `Cookie` header
   * @throws Error where the login does not get there, saying how far it came
   */
  logIn(app: TestedApp, options?: LogInOptions): Promise<string>;
}

/**
 * Everything it takes to test an app that logs people in: options for its `edgeAuth`, a development tenant in the process, sessions
 * with and without a login. The secret is a new one each time, so nothing made here opens anywhere else.
 *
 * @throws InvalidConfigurationError where `appBaseUrl` is not one URL, or `secret` too short
 *
 * @example
 * const auth = testAuth();
 * const app = createApp(auth.options); // calls edgeAuth(options)
 * const cookie = await auth.cookieFor({ sub: "auth0|1", name: "Mira" });
 * const response = await app.fetch(new Request("http://localhost:3000/profile", { headers: { cookie } }));
 */
export function testAuth<TClient extends EdgeClient = EdgeClient>({
  tenant: tenantOptions = {},
  appBaseUrl = "http://localhost:3000",
  secret = randomToken(),
  ...rest
}: TestAuthOptions<TClient> = {}): TestAuth<TClient> {
  if (/[,*]|^infer$/.test(appBaseUrl)) {
    throw new InvalidConfigurationError(
      `'appBaseUrl' of testAuth must be one URL, that of the requests it is to make, not '${appBaseUrl}'.`,
    );
  }
  const base = baseUrlsOf({ appBaseUrl }, {}).first;
  const routes = routePathsOf(rest);
  const tenant = tenantFor(tenantOptions, base, routes);
  const options = { ...rest, ...tenant.clientOptions, appBaseUrl, secret };
  const { domain, clientId, clientSecret } = tenant;
  return {
    options,
    settings: {
      AUTH0_DOMAIN: domain,
      AUTH0_CLIENT_ID: clientId,
      AUTH0_CLIENT_SECRET: clientSecret,
      AUTH0_SECRET: [secret].flat()[0]!,
      APP_BASE_URL: appBaseUrl,
    },
    tenant,
    cookieFor: (user, details) => sessionCookie({ options }, user, details),
    logIn: (app, given = {}) =>
      logIn(
        app,
        { tenant, people: tenantOptions.users ?? DEFAULT_USERS, loginUrl: base.href + routes.login },
        given,
      ),
  };
}

/** A tenant at its own issuer: requests reach it through a function, whatever the address of the app. */
function tenantFor(
  options: Omit<DevTenantOptions, "appBaseUrl" | "path">,
  { href }: BaseUrl,
  routes: RoutePaths,
): DevTenant {
  const registered = {
    callbacks: [href + routes.callback],
    allowedLogoutUrls: [href, `${href}/`],
    ...(options.appFetch && { backchannelLogoutUri: href + routes.backchannelLogout }),
  };
  const client = {
    clientId: "test-client",
    clientSecret: "the-secret-of-the-test-client",
    grantTypes: DEV_TENANT_GRANT_TYPES,
  };
  const { clients = [client] } = options;
  return devTenant({ ...options, clients: clients.map((one) => ({ ...registered, ...one })) });
}

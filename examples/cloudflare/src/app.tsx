import type { EdgeAuthOptions } from "auth0-edge";
import { type AuthEnv, auth0 } from "auth0-edge/hono";
import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { type ApiEnv, bearerTokens, type Issuer } from "./apis/bearer.ts";
import { invoicesApi } from "./apis/invoices.ts";
import { ordersApi } from "./apis/orders.ts";
import type { Development } from "./development.ts";
import type { AppEnv, Client, Env } from "./env.ts";
import { accounts } from "./routes/accounts.tsx";
import { apis } from "./routes/apis.tsx";
import { approval } from "./routes/approval.tsx";
import { cookies } from "./routes/cookies.tsx";
import { onError, onNotFound } from "./routes/errors.tsx";
import { home } from "./routes/home.tsx";
import { organizations } from "./routes/organizations.tsx";
import { profile } from "./routes/profile.tsx";
import { sessions } from "./routes/sessions.tsx";
import { securityHeaders } from "./security-headers.ts";
import { chosenPlace, type SessionPlace, sessionPlaces } from "./sessions.ts";

/** How the example is run. */
export interface AppOptions {
  /** Options of the login, with sessions in a place. */
  options: (env: Env, place?: SessionPlace) => EdgeAuthOptions<Client>;
  /** Where access tokens come from, if the settings do not say it. */
  issuer?: Issuer;
  /** There with the development tenant. */
  development?: Development;
}

/** The example: pages, login, and two APIs that want access tokens. */
export function createApp({ options, issuer, development }: AppOptions): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const requiresToken = bearerTokens(issuer);
  const api = new Hono<ApiEnv>()
    .basePath("/api")
    .route("/", ordersApi(requiresToken))
    .route("/", invoicesApi(requiresToken));
  const byDefault = auth0<Env, object, Client>((env) => options(env));
  const byPlace = new Map(
    sessionPlaces.map((place) => [place, auth0<Env, object, Client>((env) => options(env, place))]),
  );

  const login: MiddlewareHandler<AuthEnv<Env, object, Client>> = (c, next) =>
    (byPlace.get(chosenPlace(c)!) ?? byDefault)(c, next);

  // An API knows access tokens and no sessions, so it stands before the login.
  app.route("/", api);

  app.use(async (c, next) => {
    c.set("apis", api);
    c.set("development", development);
    await next();
  });

  // One place for sessions would be one line: `app.use(auth0(options))`.
  app.use(login);
  app.use(csrf());
  app.use(bodyLimit({ maxSize: 16_384 }));
  app.use(securityHeaders);

  app.route("/", home);
  app.route("/profile", profile);
  app.route("/sessions", sessions);
  app.route("/apis", apis);
  app.route("/accounts", accounts);
  app.route("/organizations", organizations);
  app.route("/approval", approval);
  app.route("/cookies", cookies);
  app.notFound(onNotFound);
  app.onError(onError);
  return app;
}

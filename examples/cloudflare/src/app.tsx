import { EdgeAuthError, type EdgeAuthOptions } from "auth0-edge";
import { type AuthEnv, auth0, requiresAuth } from "auth0-edge/hono";
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import { secureHeaders } from "hono/secure-headers";
import type { Env } from "./env.ts";
import { createOrdersApi, type Issuer } from "./orders-api.ts";
import { Home } from "./pages/home.tsx";
import { page } from "./pages/layout.tsx";
import { Message } from "./pages/message.tsx";
import { Orders } from "./pages/orders.tsx";
import { Profile } from "./pages/profile.tsx";
import { sessionPlace } from "./sessions.ts";

/** How the example is run. */
export interface AppOptions {
  /** Options of the login. */
  options: (env: Env) => EdgeAuthOptions;
  /** Where access tokens come from, if the settings do not say it. */
  issuer?: Issuer;
  /** A line below the "Log in" button. */
  note?: string;
}

/** The example: pages, login, and an API that wants an access token. */
export function createApp({ options, issuer, note }: AppOptions): Hono<AuthEnv<Env>> {
  const app = new Hono<AuthEnv<Env>>();
  const ordersApi = createOrdersApi(issuer);

  // An API knows access tokens and no sessions, so it stands before the login.
  app.route("/api", ordersApi);

  app.use(auth0<Env>(options));
  app.use(csrf());
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        // Pictures of people come from wherever they logged in.
        imgSrc: ["'self'", "https:"],
        // The one form logs out everywhere, and goes on to the issuer.
        formAction: ["'self'", (c) => (c.env as Env).AUTH0_DOMAIN ?? ""],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  );

  app.get("/", async (c) => {
    const user = await c.var.auth0.getUser();
    return await page(
      c,
      "Log in at the edge",
      <Home user={user} note={note} hasApi={Boolean(c.env.API_AUDIENCE)} place={sessionPlace(c.env)} />,
    );
  });

  app.get("/profile", requiresAuth(), async (c) => {
    const session = await c.var.auth0.getSession();
    const cookies = Object.entries(getCookie(c)).filter(([name]) => /^__a0_session(\.\d+)?$/.test(name));
    const kept = { session: session!, cookies, place: sessionPlace(c.env), now: Date.now() / 1000 };
    return await page(c, "Profile", <Profile {...kept} />);
  });

  app.post("/logout-everywhere", requiresAuth(), async (c) => {
    const { client, storeOptions } = c.var.auth0;
    const returnTo = c.env.APP_BASE_URL;
    return c.redirect((await client.logout({ everywhere: true, returnTo }, storeOptions)).href, 303);
  });

  app.get("/orders", requiresAuth(), async (c) => {
    const audience = c.env.API_AUDIENCE;
    if (!audience || c.req.query("call") === undefined) {
      return await page(c, "Orders", <Orders audience={audience} />);
    }
    const token = await c.var.auth0.getAccessToken({ audience });
    // The API is part of this Worker; one that stands elsewhere would be asked with `fetch` and the same header.
    const answer = await ordersApi.request(
      "/orders",
      { headers: { authorization: `Bearer ${token.accessToken}` } },
      c.env,
    );
    const call = { token, status: answer.status, body: await answer.json(), now: Date.now() / 1000 };
    return await page(c, "Orders", <Orders audience={audience} call={call} />);
  });

  app.notFound(async (c) => {
    const message = { title: "There is no such page", text: "The address may be mistyped.", ...home };
    return await page(c, "Not found", <Message {...message} />, 404);
  });

  app.onError(async (error, c) => {
    // Of all that the SDK says no to, what can happen here is that a session cannot be continued.
    if (error instanceof EdgeAuthError) {
      const href = `/auth/login?returnTo=${encodeURIComponent(c.req.path)}`;
      const message = { title: "Please log in again", text: error.message, href, label: "Log in" };
      return await page(c, message.title, <Message {...message} />, 401);
    }
    console.error(error);
    const message = { title: "Something went wrong", text: "The log of the Worker has the cause.", ...home };
    return await page(c, message.title, <Message {...message} />, 500);
  });

  return app;
}

const home = { href: "/", label: "Go to the start" };

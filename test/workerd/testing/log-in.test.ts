import { type EdgeAuthOptions, edgeAuth, MemorySessionStore, statefulStore } from "auth0-edge";
import { type AuthEnv, auth0, requiresAuth } from "auth0-edge/hono";
import { fakeClock, type TestAuthOptions, type TestedApp, testAuth } from "auth0-edge/testing";
import { vercelAuth } from "auth0-edge/vercel";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";

const origin = "http://localhost:3000";

function createApp(options: EdgeAuthOptions) {
  return edgeAuth(options).handler(async (_request, _env, _ctx, login) => {
    const session = await login.getSession();
    if (!session) return await login.challenge();
    const { accessToken } = await login.getAccessToken();
    return Response.json({ ...session, accessToken });
  });
}

/** What the app says of whoever has these cookies. */
async function ask(app: { fetch(request: Request): Promise<Response> }, cookie: string, url = origin) {
  const response = await app.fetch(new Request(url, { headers: { cookie } }));
  // biome-ignore lint/suspicious/noExplicitAny: a session as JSON
  return { status: response.status, body: (await response.json()) as any, headers: response.headers };
}

describe("logIn", () => {
  it("walks through the app's own routes, and answers its cookies", async () => {
    const auth = testAuth();
    const app = createApp(auth.options);
    const cookie = await auth.logIn(app);
    // The login itself has left nothing behind.
    expect(cookie).toMatch(/^__a0_session=[^;]+$/);
    const { body } = await ask(app, cookie);
    expect(body.user).toMatchObject({ name: "Mira Solberg", iss: auth.tenant.issuer, aud: "test-client" });
    expect(body.idToken.split(".")).toHaveLength(3);
  });

  it.each(["auth0|66a1f0c27d3be90012c40a02", "jonas.adeyemi@example.com"])(
    "logs in whom the test wants: %s",
    async (user) => {
      const auth = testAuth();
      const app = createApp(auth.options);
      const { body } = await ask(app, await auth.logIn(app, { user }));
      expect(body.user.name).toBe("Jonas Adeyemi");
    },
  );

  it("knows the people, organizations and clients of the test", async () => {
    const ada = { sub: "auth0|ada", name: "Ada", email: "ada@example.com" };
    const auth = testAuth({
      organization: "org_1",
      tenant: {
        users: [ada],
        organizations: [{ id: "org_1", name: "acme", members: [ada.sub] }],
        clients: [{ clientId: "own", clientSecret: "own-secret" }],
      },
    });
    const app = createApp(auth.options);
    const { body } = await ask(app, await auth.logIn(app));
    expect(body.user).toMatchObject({ ...ada, org_id: "org_1", aud: "own" });
  });

  it("begins wherever the test wants", async () => {
    const auth = testAuth({ basePath: "/session", routes: { login: "/sign-in" } });
    const app = createApp(auth.options);
    expect((await ask(app, await auth.logIn(app))).status).toBe(200);
    expect((await ask(app, await auth.logIn(app, { path: "/sign-in?returnTo=/orders" }))).status).toBe(200);
  });

  it.each(["https://app.example", "https://app.example/shop"])("serves an app at %s", async (appBaseUrl) => {
    const auth = testAuth({ appBaseUrl });
    const app = createApp(auth.options);
    const cookie = await auth.logIn(app);
    expect((await ask(app, cookie, appBaseUrl)).status).toBe(200);
  });

  it("serves a Worker with its env, a Hono app and a function", async () => {
    const auth = testAuth();
    const env = { own: auth.options };
    const worker = edgeAuth<typeof env>(({ own }) => own).handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getUser()) ?? null),
    );
    const fromWorker = await auth.logIn(worker, { env });

    const hono = new Hono<AuthEnv>();
    hono.use(auth0(auth.options));
    hono.get("/profile", requiresAuth(), async (c) => c.json(await c.var.auth0.getUser()));
    const fromHono = await auth.logIn(hono);

    const fromFunction = await auth.logIn(vercelAuth(auth.options).middleware(() => undefined));
    for (const cookie of [fromWorker, fromHono, fromFunction]) {
      const request = new Request(`${origin}/profile`, { headers: { cookie } });
      const response = await hono.fetch(request);
      expect(await response.json()).toMatchObject({ name: "Mira Solberg" });
    }
  });

  it("hands env and ctx to the app with each request", async () => {
    const auth = testAuth();
    const [env, ctx] = [{ name: "env" }, { waitUntil: () => undefined }];
    const seen: unknown[] = [];
    const app = createApp(auth.options);
    const spy: TestedApp = {
      fetch(request: Request, ...given: unknown[]) {
        seen.push(given);
        return app.fetch(request);
      },
    };
    await auth.logIn(spy, { env, ctx });
    expect(seen).toEqual([
      [env, ctx],
      [env, ctx],
    ]);
  });

  it("leads to sessions whose tokens are renewed, and that end, by the clock of the test", async () => {
    const auth = testAuth({ authorizationParams: { scope: "openid offline_access" } });
    const app = createApp(auth.options);
    using clock = fakeClock();
    const cookie = await auth.logIn(app);
    const { accessToken } = (await ask(app, cookie)).body;
    clock.advance(3600);
    const later = await ask(app, cookie);
    expect(later.body.accessToken).not.toBe(accessToken);
    expect(later.headers.getSetCookie().join()).toContain("__a0_session=");
    clock.advance(3 * 24 * 3600);
    expect((await ask(app, cookie)).status).toBe(401);
  });

  it("leads to sessions that the tenant can end, where it reaches the app", async () => {
    const options: TestAuthOptions = {
      stateStore: statefulStore(new MemorySessionStore()),
      tenant: { appFetch: (request) => app.fetch(request) },
    };
    const auth = testAuth(options);
    const app = createApp(auth.options);
    const cookie = await auth.logIn(app);
    const { user } = (await ask(app, cookie)).body;
    const deliveries = await auth.tenant.backchannelLogout({ sub: user.sub });
    expect(deliveries).toMatchObject([{ status: 200, attempts: 1 }]);
    expect((await ask(app, cookie)).status).toBe(401);
  });
});

describe("a login that does not get there", () => {
  it("names who is there where somebody is not", async () => {
    const auth = testAuth();
    await expect(auth.logIn(createApp(auth.options), { user: "nobody" })).rejects.toThrow(
      /^Nobody at the tenant is 'nobody'\. There are auth0\|66a1f0c27d3be90012c40a01, /,
    );
  });

  it("says that the app goes to another issuer", async () => {
    const auth = testAuth();
    const app = () => Response.redirect("https://example.eu.auth0.com/authorize?state=secret", 302);
    const failure = auth.logIn(app);
    await expect(failure).rejects.toThrow("The login went to https://example.eu.auth0.com, which is neither");
    await expect(failure).rejects.not.toThrow("secret");
  });

  it("says what the app answered in place of a login", async () => {
    const auth = testAuth();
    await expect(auth.logIn(() => new Response("Nothing here", { status: 404 }))).rejects.toThrow(
      "The app answered 404 at /auth/login, where the login ends: Nothing here",
    );
  });

  it("says what is wrong with the app's options", async () => {
    const auth = testAuth();
    await expect(auth.logIn(createApp({ ...auth.options, secret: "short" }))).rejects.toThrow(
      /The app answered 500 at \/auth\/login.*AUTH0_SECRET must have at least 32 characters/,
    );
  });

  it("says that the app is elsewhere than the test has it", async () => {
    const auth = testAuth();
    const app = createApp({ ...auth.options, appBaseUrl: "http://localhost:4000" });
    await expect(auth.logIn(app)).rejects.toThrow(
      /The tenant answered 403 at \/authorize.*http:\/\/localhost:4000/,
    );
  });

  it("says what the callback did not like", async () => {
    const auth = testAuth();
    const app = createApp({
      ...auth.options,
      onCallback: () => Response.json({ error: "not_today" }, { status: 403 }),
    });
    await expect(auth.logIn(app)).rejects.toThrow(/The app answered 403 at \/auth\/callback.*not_today/);
  });

  it("does not go round in circles", async () => {
    const auth = testAuth();
    const app = () => new Response(null, { status: 302, headers: { location: "/again" } });
    await expect(auth.logIn(app)).rejects.toThrow(
      "The login does not come to an end: after 20 steps it is at /again.",
    );
  });
});

describe("testAuth", () => {
  it("has the same in options and settings", () => {
    const { options, settings, tenant } = testAuth();
    expect(settings).toEqual({
      AUTH0_DOMAIN: options.domain,
      AUTH0_CLIENT_ID: options.clientId,
      AUTH0_CLIENT_SECRET: options.clientSecret,
      AUTH0_SECRET: options.secret,
      APP_BASE_URL: options.appBaseUrl,
    });
    expect(options.customFetch).toBe(tenant.customFetch);
  });

  it("serves an app that reads its settings from env", async () => {
    const auth = testAuth();
    const { customFetch } = auth.options;
    const app = edgeAuth(() => ({ customFetch })).handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getUser()) ?? null),
    );
    const cookie = await auth.cookieFor({ sub: "auth0|1" });
    const response = await app.fetch(new Request(origin, { headers: { cookie } }), auth.settings);
    expect(await response.json()).toEqual({ sub: "auth0|1" });
    await auth.logIn(app, { env: auth.settings });
  });

  it.each(["infer", "https://*.example.com", "https://a.example,https://b.example"])(
    "needs one base URL: %s is none",
    (appBaseUrl) => {
      expect(() => testAuth({ appBaseUrl })).toThrow("must be one URL");
    },
  );

  it("takes secrets of the test, and hands on the newest", () => {
    const secrets = ["n".repeat(40), "o".repeat(40)];
    const { options, settings } = testAuth({ secret: secrets });
    expect([options.secret, settings.AUTH0_SECRET]).toEqual([secrets, secrets[0]]);
  });
});

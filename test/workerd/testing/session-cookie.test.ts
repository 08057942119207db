import {
  type EdgeAuthOptions,
  edgeAuth,
  MemorySessionStore,
  readSession,
  ServerClient,
  statefulStore,
} from "auth0-edge";
import { type AuthEnv, auth0, requiresAuth } from "auth0-edge/hono";
import { sessionCookie, testAuth } from "auth0-edge/testing";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";

const origin = "http://localhost:3000";
const mira = { sub: "auth0|1", name: "Mira" };

/** Answers the whole session as JSON, and 401 to strangers. */
function createApp(options: EdgeAuthOptions) {
  const app = edgeAuth(options).handler(async (_request, _env, _ctx, login) => {
    const session = await login.getSession();
    return session ? Response.json(session) : await login.challenge();
  });
  return async (cookie: string, url = origin) => {
    const response = await app.fetch(new Request(url, { headers: { cookie } }));
    // biome-ignore lint/suspicious/noExplicitAny: a session as JSON
    return { status: response.status, body: (await response.json()) as any };
  };
}

describe("cookieFor", () => {
  it("makes a session that the app takes for its own", async () => {
    const auth = testAuth();
    const { status, body } = await createApp(auth.options)(await auth.cookieFor(mira));
    expect(status).toBe(200);
    expect(body.user).toEqual(mira);
    expect(body.domain).toBe(auth.tenant.domain);
  });

  it("asks the issuer for nothing", async () => {
    const auth = testAuth();
    const options = { ...auth.options, customFetch: () => Promise.reject(new Error("no network")) };
    const cookie = await sessionCookie({ options }, mira);
    expect((await createApp(options)(cookie)).status).toBe(200);
  });

  it("makes nothing that an app with another secret opens", async () => {
    const [auth, other] = [testAuth(), testAuth()];
    expect(auth.options.secret).not.toBe(other.options.secret);
    expect((await createApp(other.options)(await auth.cookieFor(mira))).status).toBe(401);
    expect((await createApp(auth.options)("__a0_session=anything")).status).toBe(401);
  });

  it("puts tokens and data of the app into it", async () => {
    const auth = testAuth({
      authorizationParams: { audience: "https://api.example.com/", scope: "openid read" },
    });
    const cookie = await auth.cookieFor(mira, {
      tokenSets: [
        { accessToken: "one", expiresIn: 60 },
        { accessToken: "two", audience: "https://other.example.com/", scope: "write" },
      ],
      refreshToken: "three",
      idToken: "four",
      data: { cart: ["tea"] },
    });
    const { body } = await createApp(auth.options)(cookie);
    const now = Date.now() / 1000;
    expect(body).toMatchObject({
      refreshToken: "three",
      idToken: "four",
      cart: ["tea"],
      tokenSets: [
        { accessToken: "one", audience: "https://api.example.com/", scope: "openid read" },
        { accessToken: "two", audience: "https://other.example.com/", scope: "write" },
      ],
    });
    expect(body.tokenSets[0].expiresAt - now).toBeCloseTo(60, -1);
    expect(body.tokenSets[1].expiresAt - now).toBeCloseTo(3600, -1);
  });

  it("has one access token if nothing else is said, which the app is handed", async () => {
    const auth = testAuth();
    const app = edgeAuth(auth.options).handler(async (_request, _env, _ctx, login) =>
      Response.json(await login.getAccessToken()),
    );
    const cookie = await auth.cookieFor(mira);
    const response = await app.fetch(new Request(origin, { headers: { cookie } }));
    expect((await response.json()) as object).toMatchObject({ accessToken: "test-access-token" });
    const without = await auth.cookieFor(mira, { tokenSets: [] });
    expect((await createApp(auth.options)(without)).body.tokenSets).toEqual([]);
  });

  it.each([
    ["org_1", { org_id: "org_1" }],
    ["acme", { org_name: "acme" }],
  ])("says by which organization the user came: %s", async (organization, claims) => {
    const auth = testAuth();
    const { body } = await createApp(auth.options)(await auth.cookieFor(mira, { organization }));
    expect(body.user).toEqual({ ...mira, ...claims });
  });

  it("comes by the organization that the app is for, and by no other", async () => {
    const auth = testAuth({ organization: "org_1" });
    expect((await createApp(auth.options)(await auth.cookieFor(mira))).body.user.org_id).toBe("org_1");
    await expect(auth.cookieFor(mira, { organization: "org_2" })).rejects.toMatchObject({
      code: "organization_validation_error",
    });
  });

  it("does what the app does at a login: its claims filter and its hook have their say", async () => {
    const auth = testAuth({
      filterClaims: ({ name }) => ({ name }),
      beforeSessionSaved: () => ({ seen: true }),
    });
    const cookie = await auth.cookieFor({ ...mira, email: "mira@example.com" });
    expect((await createApp(auth.options)(cookie)).body).toMatchObject({ user: { ...mira }, seen: true });
    expect((await createApp(auth.options)(cookie)).body.user.email).toBeUndefined();
  });

  it("goes into the app's own store, under the app's own names", async () => {
    const store = new MemorySessionStore();
    const auth = testAuth({
      stateStore: statefulStore(store),
      session: { cookie: { name: "__Host-login" } },
      appBaseUrl: "https://app.example",
    });
    const cookie = await auth.cookieFor(mira, { data: { cart: 2 }, tokenSets: [{}, {}] });
    expect(cookie).toMatch(/^__Host-login=[^;]+$/);
    expect(cookie.length).toBeLessThan(400);
    const ask = createApp(auth.options);
    const { body } = await ask(cookie, "https://app.example/");
    expect(body).toMatchObject({ user: mira, cart: 2 });
    await store.deleteByLogoutToken({ sub: mira.sub });
    expect((await ask(cookie, "https://app.example/")).status).toBe(401);
  });

  it("takes several cookies where one is not enough, and says what is too large for all of them", async () => {
    const auth = testAuth();
    const random = () => crypto.randomUUID().repeat(100);
    const cookie = await auth.cookieFor(mira, { data: { notes: random() } });
    expect(cookie.split("; ")).toHaveLength(2);
    expect((await createApp(auth.options)(cookie)).body.notes).toHaveLength(3600);
    await expect(
      auth.cookieFor(mira, { data: { notes: random() + random() + random() } }),
    ).rejects.toMatchObject({
      code: "session_too_large",
    });
  });

  it.each([undefined, null, {}, { sub: "" }, { sub: 7 }])(
    "refuses a user without a name: %j",
    async (user) => {
      await expect(testAuth().cookieFor(user as never)).rejects.toThrow("The user needs a 'sub'");
    },
  );
});

describe("sessionCookie", () => {
  const options: EdgeAuthOptions = {
    domain: "example.eu.auth0.com",
    clientId: "client",
    secret: "the app's own secret, of 32 characters at least",
    appBaseUrl: origin,
  };

  it("makes sessions for an app with options of its own", async () => {
    const cookie = await sessionCookie({ options }, mira);
    expect((await createApp(options)(cookie)).body.user).toEqual(mira);
    const request = new Request(origin, { headers: { cookie } });
    const session = await readSession(request, { secret: options.secret!, domain: options.domain as string });
    expect(session?.user).toEqual(mira);
  });

  it("makes them for an app with a client of its own", async () => {
    const own = {
      ...options,
      createClient: (given: ConstructorParameters<typeof ServerClient>[0]) => new ServerClient(given),
    } as EdgeAuthOptions;
    expect((await createApp(own)(await sessionCookie({ options: own }, mira))).status).toBe(200);
  });

  it("makes them for a Worker, whose options are a function of its env", async () => {
    interface Env {
      AUTH0_DOMAIN: string;
      AUTH0_CLIENT_ID: string;
      AUTH0_SECRET: string;
      URL: string;
    }
    const optionsOf = ({ URL }: Env): EdgeAuthOptions => ({ appBaseUrl: URL, stateIdentifier: "worker" });
    const worker = edgeAuth(optionsOf).handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getUser()) ?? null),
    );
    const env = {
      AUTH0_DOMAIN: "a.example",
      AUTH0_CLIENT_ID: "b",
      AUTH0_SECRET: "c".repeat(32),
      URL: origin,
    };
    const cookie = await sessionCookie({ options: optionsOf, env }, mira);
    expect(cookie).toMatch(/^worker=/);
    const response = await worker.fetch(new Request(origin, { headers: { cookie } }), env);
    expect(await response.json()).toEqual(mira);
  });

  it("makes them for a Hono app", async () => {
    const app = new Hono<AuthEnv>();
    app.use(auth0(options));
    app.get("/profile", requiresAuth(), async (c) => c.json(await c.var.auth0.getUser()));
    const cookie = await sessionCookie({ options }, mira);
    const response = await app.request(`${origin}/profile`, { headers: { cookie } });
    expect(await response.json()).toEqual(mira);
    expect((await app.request(`${origin}/profile`)).status).toBe(401);
  });

  it("is named as the address needs it, where the app has several", async () => {
    const several = {
      ...options,
      appBaseUrl: ["https://app.example", origin],
      session: { cookie: { name: "__Host-login" } },
    };
    expect(await sessionCookie({ options: several }, mira)).toMatch(/^__Host-login=/);
    expect(await sessionCookie({ options: several }, mira, { url: `${origin}/profile` })).toMatch(/^login=/);
  });

  it.each([
    ["secret", "AUTH0_SECRET must have at least 32 characters"],
    ["domain", "AUTH0_DOMAIN is not set"],
    ["clientId", "AUTH0_CLIENT_ID is not set"],
    ["appBaseUrl", "APP_BASE_URL is not set"],
  ])("makes none without %s", async (name, message) => {
    await expect(sessionCookie({ options: { ...options, [name]: undefined } }, mira)).rejects.toThrow(
      message,
    );
  });
});

import { type AuthRoute, type EdgeAuthOptions, edgeAuth, linkRoutes, profileRoute } from "auth0-edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

function appWith(options: Partial<EdgeAuthOptions>, callbackPath = "/auth/callback"): TestBrowser {
  const tenant = testTenant({
    clients: [
      {
        clientId: "dev-client",
        clientSecret: "dev-client-secret",
        callbacks: [`${appOrigin}${callbackPath}`],
      },
    ],
  });
  const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, ...options });
  const app = auth.handler(async (_request, _env, _ctx, login) =>
    (await login.getUser()) ? new Response((await login.getUser())!.sub) : await login.challenge(),
  );
  return new TestBrowser(app, tenant);
}

let logged: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("the routes", () => {
  it.each<[string, Partial<EdgeAuthOptions>, string, string, string]>([
    ["as they are", {}, "/auth/login", "/auth/callback", "/auth/logout"],
    [
      "below another path",
      { basePath: "/api/auth" },
      "/api/auth/login",
      "/api/auth/callback",
      "/api/auth/logout",
    ],
    ["at the root", { basePath: "" }, "/login", "/callback", "/logout"],
    [
      "under names of their own",
      { routes: { login: "/sign-in", callback: "/back", logout: undefined }, basePath: "/a" },
      "/sign-in",
      "/back",
      "/a/logout",
    ],
  ])("carry a login and a logout %s", async (_name, options, login, callback, logout) => {
    const browser = appWith(options, callback);
    const challenged = await browser.send("/orders");
    expect(challenged.headers.get("location")).toBe(`${appOrigin}${login}?returnTo=%2Forders`);
    const done = await browser.logIn(users.mira, challenged.headers.get("location")!);
    expect(done.headers.get("location")).toBe("/orders");
    expect(await (await browser.send("/orders")).text()).toBe(users.mira);
    expect((await browser.send(logout)).status).toBe(303);
    expect((await browser.send("/orders")).status).toBe(302);
  });

  it("take logout tokens where that is said", async () => {
    for (const [options, path] of [
      [{}, "/auth/backchannel-logout"],
      [{ basePath: "/a" }, "/a/backchannel-logout"],
      [{ basePath: "/a", routes: { backchannelLogout: "/ended" } }, "/ended"],
    ] as const) {
      const response = await appWith(options).send(path, { method: "POST" });
      expect([response.status, await response.json()], path).toMatchObject([
        400,
        { error: "invalid_request" },
      ]);
    }
    const elsewhere = appWith({ routes: { backchannelLogout: "/ended" } });
    expect((await elsewhere.send("/auth/backchannel-logout", { method: "POST" })).status).not.toBe(400);
  });

  it("are nowhere else than where they were put", async () => {
    const browser = appWith({ routes: { login: "/sign-in" }, basePath: "/a" });
    await browser.logIn(users.mira, "/sign-in").catch(() => undefined);
    for (const path of ["/auth/login", "/a/login", "/sign-in/", "/Sign-In", "/auth/logout", "/a/logout/x"]) {
      const response = await browser.send(path, { headers: { accept: "application/json" } });
      expect(response.status, path).toBe(401);
      expect(await response.json(), path).toMatchObject({ reason: "no_session" });
    }
  });

  it.each<[string, Partial<EdgeAuthOptions>]>([
    ["no slash before it", { routes: { login: "login" } }],
    ["a slash behind it", { routes: { login: "/login/" } }],
    ["nothing but a slash", { routes: { login: "/" } }],
    ["nothing", { routes: { login: "" } }],
    ["another origin", { routes: { callback: "https://evil.example/callback" } }],
    ["another host", { routes: { callback: "//evil.example/callback" } }],
    ["a backslash", { routes: { callback: "/\\evil.example" } }],
    ["two slashes within", { routes: { callback: "/a//b" } }],
    ["dots", { routes: { callback: "/a/../b" } }],
    ["a query", { routes: { login: "/login?x=1" } }],
    ["a fragment", { routes: { login: "/login#x" } }],
    ["letters browsers encode", { routes: { login: "/anmelden/für" } }],
    ["a line break", { routes: { login: "/lo\ngin" } }],
    ["a number", { routes: { login: 5 as never } }],
    ["a base path with a slash behind it", { basePath: "/auth/" }],
    ["a base path without a slash", { basePath: "auth" }],
    ["a base path that is a slash", { basePath: "/" }],
    ["a further route without a slash", { moreRoutes: [{ ...profileRoute(), path: "profile" }] }],
    ["a further route with a query", { moreRoutes: [{ ...profileRoute(), path: "/profile?x" }] }],
  ])("are refused where a path has %s", async (_name, options) => {
    expect((await appWith(options).send("/")).status).toBe(500);
    expect(logged).toHaveBeenCalledWith(
      expect.stringContaining("The path of a route must be like '/auth/login'"),
    );
  });

  it.each<[string, Partial<EdgeAuthOptions>]>([
    ["two of the app's", { routes: { login: "/in", logout: "/in" } }],
    ["one that has the other's default", { routes: { login: "/auth/callback" } }],
    ["a further one and the callback", { moreRoutes: [{ ...profileRoute(), path: "/callback" }] }],
    [
      "a further one and a login elsewhere",
      { routes: { login: "/auth/profile" }, moreRoutes: [profileRoute()] },
    ],
    [
      "two further ones",
      { moreRoutes: [linkRoutes(), [profileRoute(), { ...profileRoute(), path: "/link" }]] },
    ],
  ])("are refused where two have one path: %s", async (_name, options) => {
    expect((await appWith(options).send("/")).status).toBe(500);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("Two routes have the path"));
  });
});

describe("further routes", () => {
  const route = (handle: AuthRoute["handle"]): Partial<EdgeAuthOptions> => ({
    moreRoutes: [{ path: "/mine", handle }],
  });

  it("stand below the base path, and know the request and its login", async () => {
    const browser = appWith(
      {
        ...route(async ({ auth, url, configuration }) =>
          Response.json([(await auth.getUser())?.sub, url.search, configuration.base.href]),
        ),
        basePath: "/in",
      },
      "/in/callback",
    );
    await browser.logIn(users.jonas, "/in/login");
    const response = await browser.send("/in/mine?a=b");
    expect(await response.json()).toEqual([users.jonas, "?a=b", appOrigin]);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
  });

  it("keep what they change in the session", async () => {
    const browser = appWith(
      route(async ({ auth }) => {
        await auth.updateSession({ seen: true });
        return Response.json((await auth.getSession())?.seen ?? null);
      }),
    );
    await browser.logIn();
    const before = browser.cookies.get("__a0_session");
    expect(await (await browser.send("/auth/mine")).json()).toBe(true);
    expect(browser.cookies.get("__a0_session")).not.toBe(before);
  });

  it("have what they throw answered as a problem", async () => {
    const browser = appWith(route(() => Promise.reject(new Error("secret detail"))));
    const response = await browser.send("/auth/mine");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret detail");
    expect(logged).toHaveBeenCalledOnce();
  });
});

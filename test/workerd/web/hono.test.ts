import { type AuthEnv, auth0, requiresAuth } from "auth0-edge/hono";
import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import { describe, expect, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

const tenant = testTenant();

function honoApp() {
  const app = new Hono<AuthEnv>();
  app.use(auth0({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin }));
  app.get("/", (c) => c.text("home"));
  app.get("/profile", requiresAuth(), async (c) => c.json(await c.var.auth0.getUser()));
  app.get("/api/me", requiresAuth(), async (c) => c.json(await c.var.auth0.getUser()));
  app.get("/two-cookies", async (c) => {
    setCookie(c, "mine", "1");
    await c.var.auth0.client.startInteractiveLogin({}, c.var.auth0.storeOptions);
    return c.redirect("/elsewhere");
  });
  const browser = new TestBrowser({ fetch: (request) => app.fetch(request) }, tenant);
  return { app, browser };
}

describe("auth0() for Hono", () => {
  it("mounts the routes and fills c.var.auth0", async () => {
    const { browser } = honoApp();
    await browser.logIn(users.zoe);
    expect(await (await browser.send("/profile")).json()).toMatchObject({ sub: users.zoe });
  });

  it("leaves pages that do not look at the session as they are", async () => {
    const { browser } = honoApp();
    const response = await browser.send("/");
    expect(await response.text()).toBe("home");
    expect(response.headers.has("cache-control")).toBe(false);
  });

  it("keeps every cookie once: the app's own and ours", async () => {
    const { browser } = honoApp();
    const response = await browser.send("/two-cookies");
    const names = response.headers.getSetCookie().map((line) => line.split("=")[0]!.replace(/\..*/, ""));
    expect(names.sort()).toEqual(["__a0_tx", "mine"]);
    expect(response.status).toBe(302);
  });

  it("passes a broken configuration on as a page, and runs nothing of the app", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const app = new Hono();
    app.use(auth0({ secret }));
    app.get("/", (c) => c.text("secret page"));
    const response = await app.request("/");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret page");
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });
});

describe("requiresAuth()", () => {
  it("sends a page to the login and back", async () => {
    const { browser } = honoApp();
    const response = await browser.send("/profile");
    expect(response.headers.get("location")).toBe(`${appOrigin}/auth/login?returnTo=%2Fprofile`);
    const done = await browser.logIn(users.mira, response.headers.get("location")!);
    expect(done.headers.get("location")).toBe("/profile");
  });

  it("answers programs with a 401 and a reason", async () => {
    const { browser } = honoApp();
    const response = await browser.send("/api/me", { headers: { accept: "application/json" } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ reason: "no_session" });
  });
});

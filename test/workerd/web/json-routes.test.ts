import { type AuthRoute, accessTokenRoute, type EdgeAuthOptions, edgeAuth, profileRoute } from "auth0-edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";
import { edgeApp } from "../../support/edge-app.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";

const orders = "https://api.example.com/";
const tenant = testTenant();
function appWith(routes: AuthRoute[], options: Partial<EdgeAuthOptions> = {}): TestBrowser {
  const auth = edgeAuth({
    ...tenant.clientOptions,
    secret,
    appBaseUrl: appOrigin,
    moreRoutes: routes,
    ...options,
  });
  return new TestBrowser(
    auth.handler(() => new Response("the app")),
    tenant,
  );
}
const own = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", accept: "*/*" };
const ask = async (browser: TestBrowser, path: string, headers: Record<string, string> = own) =>
  await browser.send(path, { headers });

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("the routes for scripts", () => {
  it("are there only where the app asked for them", async () => {
    const browser = appWith([]);
    for (const path of ["/auth/profile", "/auth/access-token"]) {
      expect(await (await ask(browser, path)).text()).toBe("the app");
    }
  });

  it.each(["/auth/profile", "/auth/access-token"])(
    "answer what nobody else may keep or embed: %s",
    async (path) => {
      const browser = appWith([profileRoute(), accessTokenRoute()]);
      await browser.logIn();
      const response = await ask(browser, path);
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "cache-control": "private, no-store",
        "content-type": "application/json",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
      });
      expect(response.headers.has("access-control-allow-origin")).toBe(false);
    },
  );

  it.each<[string, Record<string, string>]>([
    ["another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
    [
      "another site with a header of its own",
      { "sec-fetch-site": "cross-site", "x-requested-with": "fetch" },
    ],
    ["a sibling domain", { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" }],
    ["the address bar", { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" }],
    ["a link in the app", { "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate" }],
    ["who knows whom, without fetch metadata", { accept: "application/json" }],
    ["a form, without fetch metadata", { origin: appOrigin }],
    [
      "another site that the app's CORS lets send headers, without fetch metadata",
      { origin: "https://evil.example", "x-requested-with": "fetch" },
    ],
  ])("refuse %s, and say nothing of the user", async (_name, headers) => {
    const browser = appWith([profileRoute(), accessTokenRoute()]);
    await browser.logIn();
    for (const path of ["/auth/profile", "/auth/access-token"]) {
      const response = await ask(browser, path, headers);
      expect(response.status).toBe(403);
      expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
      const text = await response.text();
      expect(text).toContain("cross_site_request");
      expect(text).not.toContain("Mira");
    }
  });

  it("grant no preflight", async () => {
    const browser = appWith([profileRoute()]);
    const headers = { origin: "https://evil.example", "access-control-request-headers": "x-requested-with" };
    const response = await browser.send("/auth/profile", { method: "OPTIONS", headers });
    expect(response.status).toBe(405);
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("believe a script of a browser without fetch metadata by a header no other origin can send unasked", async () => {
    const browser = appWith([profileRoute()]);
    await browser.logIn();
    expect((await ask(browser, "/auth/profile", { "x-requested-with": "fetch" })).status).toBe(200);
  });

  it("do nothing for a browser that fetches ahead, and know only GET", async () => {
    const browser = appWith([profileRoute(), accessTokenRoute()]);
    for (const path of ["/auth/profile", "/auth/access-token"]) {
      expect((await ask(browser, path, { ...own, "sec-purpose": "prefetch" })).status).toBe(204);
      expect((await browser.send(path, { method: "POST", headers: own })).status).toBe(405);
    }
  });

  it.each(["/auth/profile", "/auth/access-token"])(
    "answer 401 with a reason where nobody is logged in: %s",
    async (path) => {
      const browser = appWith([profileRoute(), accessTokenRoute()]);
      const none = await ask(browser, path);
      expect(none.status).toBe(401);
      expect(await none.json()).toMatchObject({ error: "unauthorized", reason: "no_session" });
      browser.cookies.set("__a0_session", "planted");
      expect(await (await ask(browser, path)).json()).toMatchObject({ reason: "invalid_session" });
    },
  );

  it("may have another path", async () => {
    const browser = appWith([{ ...profileRoute(), path: "/me" }]);
    await browser.logIn();
    expect(await (await ask(browser, "/auth/me")).json()).toMatchObject({ sub: users.mira });
  });
});

describe("the profile route", () => {
  it("answers the claims of the user, and no token", async () => {
    const browser = appWith([profileRoute()]);
    await browser.logIn(users.jonas);
    const text = await (await ask(browser, "/auth/profile")).text();
    expect(JSON.parse(text)).toMatchObject({ sub: users.jonas, name: "Jonas Adeyemi" });
    expect(text).not.toMatch(/eyJ|token/i);
  });
});

describe("the access token route", () => {
  const withAudience = {
    authorizationParams: { audience: orders, scope: "openid offline_access read:orders" },
  };
  const claimsOf = (token: string): Record<string, unknown> =>
    JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));

  it("answers the login's own token, and until when it serves", async () => {
    const browser = appWith([accessTokenRoute()], withAudience);
    await browser.logIn();
    const before = Math.floor(Date.now() / 1000);
    const body = await (await ask(browser, "/auth/access-token")).json<Record<string, unknown>>();
    expect(Object.keys(body).sort()).toEqual(["expires_at", "expires_in", "scope", "token"]);
    expect(claimsOf(body.token as string)).toMatchObject({ sub: users.mira });
    expect(String(claimsOf(body.token as string).aud)).toContain(orders);
    expect(String(body.scope)).toContain("read:orders");
    const { expires_at, expires_in } = body as { expires_at: number; expires_in: number };
    expect(expires_in).toBeGreaterThan(60);
    expect(Math.abs(expires_at - expires_in - before)).toBeLessThanOrEqual(2);
    const same = await ask(browser, `/auth/access-token?audience=${orders}&scope=read:orders`);
    expect(await same.json()).toMatchObject({ token: body.token });
  });

  it.each([
    ["another audience", `audience=${orders}`, "audience_not_allowed"],
    ["a scope the login does not have", "scope=openid%20write:orders", "scope_not_allowed"],
    ["a scope in other clothes", "scope=OPENID", "scope_not_allowed"],
    ["an audience that only begins alike", `audience=${orders}x`, "audience_not_allowed"],
  ])("gives none for %s, unless it is named, and asks nobody", async (_name, query, code) => {
    const calls: string[] = [];
    const browser = appWith([accessTokenRoute()], {
      customFetch: async (input, init) => {
        calls.push(new URL(new Request(input, init).url).pathname);
        return await tenant.customFetch(input, init);
      },
    });
    await browser.logIn();
    const before = calls.length;
    const response = await ask(browser, `/auth/access-token?${query}`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: code });
    expect(calls).toHaveLength(before);
  });

  it("gives one for an audience and scopes that are named", async () => {
    const issuer = await hostileIssuer();
    const forms: URLSearchParams[] = [];
    issuer.misbehave.token = (body, form) => {
      forms.push(form);
      return Response.json(body);
    };
    const app = edgeApp(issuer, {
      moreRoutes: [accessTokenRoute({ audiences: [orders], scopes: ["read:orders"] })],
    });
    const other = await app.logIn();
    const response = await ask(
      other,
      `/auth/access-token?audience=${orders}&scope=read:orders%20%20read:orders`,
    );
    expect(response.status).toBe(200);
    expect(Object.fromEntries(forms.at(-1)!)).toMatchObject({
      grant_type: "refresh_token",
      audience: orders,
      scope: "read:orders",
    });
    expect((await ask(other, `/auth/access-token?audience=${orders}&scope=write:orders`)).status).toBe(403);
  });

  it("keeps a refreshed session: its cookie comes along", async () => {
    const issuer = await hostileIssuer();
    const app = edgeApp(issuer, { moreRoutes: [accessTokenRoute({ audiences: [orders] })] });
    const browser = await app.logIn();
    const before = browser.cookies.get("__a0_session");
    expect((await ask(browser, `/auth/access-token?audience=${orders}`)).status).toBe(200);
    expect(browser.cookies.get("__a0_session")).not.toBe(before);
  });

  describe("where the refresh fails", () => {
    let issuer: HostileIssuer;
    const refresh = async (
      answer: () => Response | Promise<Response>,
      options: Partial<EdgeAuthOptions> = {},
    ) => {
      const moreRoutes = [accessTokenRoute({ audiences: [orders] })];
      const browser = await edgeApp(issuer, { moreRoutes, ...options }).logIn();
      issuer.misbehave.token = answer;
      return await ask(browser, `/auth/access-token?audience=${orders}`, { ...own, accept: "text/html,*/*" });
    };
    beforeEach(async () => {
      issuer = await hostileIssuer();
    });

    it.each<[string, number, () => Response | Promise<Response>]>([
      ["invalid_grant", 401, () => Response.json({ error: "invalid_grant" }, { status: 403 })],
      ["login_required", 401, () => Response.json({ error: "login_required" }, { status: 403 })],
      [
        "mfa_required",
        403,
        () => Response.json({ error: "mfa_required", mfa_token: "secret-mfa" }, { status: 403 }),
      ],
      ["invalid_scope", 403, () => Response.json({ error: "invalid_scope" }, { status: 400 })],
      [
        "access_denied",
        403,
        () => Response.json({ error: "access_denied", error_description: "<b>no</b>" }, { status: 403 }),
      ],
      ["invalid_client", 500, () => Response.json({ error: "invalid_client" }, { status: 400 })],
      ["invalid_client", 500, () => Response.json({ error: "unauthorized_client" }, { status: 400 })],
      ["invalid_client", 500, () => Response.json({ error: "odd" }, { status: 401 })],
      ["server_error", 502, () => Response.json({ error: "server_error" }, { status: 400 })],
      [
        "temporarily_unavailable",
        502,
        () => Response.json({ error: "temporarily_unavailable" }, { status: 400 }),
      ],
      ["token_by_refresh_token_error", 502, () => new Response("down", { status: 503 })],
      ["token_by_refresh_token_error", 502, () => Promise.reject(new TypeError("down"))],
      ["invalid_response", 502, () => new Response("<html>", { status: 200 })],
    ])("says %s with status %i as JSON, never as a page", async (code, status, answer) => {
      const response = await refresh(answer);
      expect(response.headers.get("content-type")).toBe("application/json");
      const body = await response.json<Record<string, unknown>>();
      expect([response.status, body.error]).toEqual([status, code]);
      expect(JSON.stringify(body)).not.toMatch(/secret-mfa|<b>|<html>/);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    });

    it("is told to onError, which may answer", async () => {
      const told: unknown[] = [];
      const response = await refresh(() => Response.json({ error: "invalid_grant" }, { status: 403 }), {
        onError(error, { problem }) {
          told.push((error as { code: string }).code, problem.status);
          return new Response("own", { status: 418 });
        },
      });
      expect([response.status, await response.text()]).toEqual([418, "own"]);
      expect(told).toEqual(["token_by_refresh_token_error", 401]);
    });

    it("says to log in again where there is no refresh token", async () => {
      issuer.misbehave.token = (body) => Response.json({ ...body, refresh_token: undefined });
      const browser = await edgeApp(issuer, {
        moreRoutes: [accessTokenRoute({ audiences: [orders] })],
      }).logIn();
      const response = await ask(browser, `/auth/access-token?audience=${orders}`);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: "token_by_refresh_token_error" });
    });
  });
});

import { type EdgeAuthOptions, edgeAuth, linkRoutes, ServerClient } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

const tenant = testTenant();
function appWith(options: Partial<EdgeAuthOptions> = {}): TestBrowser {
  const auth = edgeAuth({
    ...tenant.clientOptions,
    secret,
    appBaseUrl: appOrigin,
    moreRoutes: [linkRoutes()],
    ...options,
  });
  return new TestBrowser(
    auth.handler(async (_request, _env, _ctx, login) => Response.json((await login.getSession()) ?? null)),
    tenant,
  );
}

let browser: TestBrowser;
beforeEach(async () => {
  browser = appWith();
  await browser.logIn(users.mira);
});

interface Kept {
  user: { sub: string };
  idToken: string;
  refreshToken: string;
}
/** What browsers say of a link on a page of the app. */
const own = { "sec-fetch-site": "same-origin" };
const session = async (by = browser) => await (await by.send("/")).json<Kept>();
/** Goes to the tenant's page to link or unlink, presses the button of the first account, and comes back. */
async function choose(start: string, choice?: Record<string, string>, by = browser): Promise<Response> {
  const { response, url } = await by.follow(await by.send(start, { headers: own }));
  const page = await response.text();
  expect(url.pathname, page).toBe("/dev-tenant/u/link");
  const account = /name="account" value="([^"]+)"/.exec(page)?.[1] ?? "";
  const body = new URLSearchParams({ state: url.searchParams.get("state")!, ...(choice ?? { account }) });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const chosen = await by.send("/dev-tenant/u/link", { method: "POST", headers, body: body.toString() });
  expect(chosen.headers.has("location"), await chosen.clone().text()).toBe(true);
  return await by.send(chosen.headers.get("location")!);
}

describe("the routes to link and unlink an account", () => {
  it("are there only where the app asked for them", async () => {
    const plain = appWith({ moreRoutes: undefined });
    for (const path of ["/auth/link", "/auth/unlink"]) {
      expect(await (await plain.send(`${path}?connection=github`)).json()).toBeNull();
    }
  });

  it.each<[string, Partial<EdgeAuthOptions>]>([
    ["edgeAuth's own client", {}],
    ["a ServerClient", { createClient: (options) => new ServerClient(options) }],
  ])(
    "link an account and unlink it again, and the session stays that of its user: with %s",
    async (_name, options) => {
      browser = appWith(options);
      await browser.logIn(users.mira);
      const before = await session();
      const linked = await choose("/auth/link?connection=github&returnTo=/accounts");
      expect([linked.status, linked.headers.get("location")]).toEqual([302, "/accounts"]);
      const after = await session();
      expect(after).toMatchObject({ user: { sub: users.mira }, refreshToken: before.refreshToken });
      expect(after.idToken).not.toBe(before.idToken);
      const again = await browser.follow(
        await browser.send("/auth/link?connection=github", { headers: own }),
      );
      expect(await again.response.text()).toContain("Linked");
      const unlinked = await choose("/auth/unlink?connection=github&return_to=/accounts");
      expect([unlinked.status, unlinked.headers.get("location")]).toEqual([302, "/accounts"]);
      expect(await session()).toMatchObject({ user: { sub: users.mira } });
    },
  );

  it("take a form as well, and pass on which scope the connection is asked for", async () => {
    const response = await browser.send("/auth/link", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", origin: appOrigin },
      body: "connection=google-oauth2&connection_scope=calendar.read",
    });
    expect(response.status).toBe(303);
    const { searchParams } = new URL(response.headers.get("location")!);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      requested_connection: "google-oauth2",
      requested_connection_scope: "calendar.read",
      scope: "openid link_account offline_access",
    });
  });

  it("pass nothing else on", async () => {
    const evil = [
      "audience",
      "scope",
      "redirect_uri",
      "prompt",
      "organization",
      "id_token_hint",
      "login_hint",
    ];
    const query = evil.map((name) => `${name}=evil`).join("&");
    const response = await browser.send(`/auth/link?connection=github&${query}`, { headers: own });
    expect(decodeURIComponent(response.headers.get("location")!)).not.toContain("evil");
  });

  it("change nothing where the person thinks better of it, and say so", async () => {
    const before = await session();
    const response = await choose("/auth/link?connection=google-oauth2", { refuse: "deny" });
    expect(response.status).toBe(403);
    expect(await session()).toEqual(before);
  });

  it.each<[string, RequestInit]>([
    ["another site's link", { headers: { "sec-fetch-site": "cross-site" } }],
    ["a sibling domain's link", { headers: { "sec-fetch-site": "same-site" } }],
    [
      "another site's form, without fetch metadata",
      { method: "POST", headers: { origin: "https://evil.example" } },
    ],
    ["another site's link, without fetch metadata", { headers: { referer: "https://evil.example/" } }],
    ["a link in a mail, or an address that was typed", { headers: { "sec-fetch-site": "none" } }],
    ["a link of whoever keeps it to themselves, without fetch metadata", {}],
  ])("refuse %s", async (_name, init) => {
    for (const path of ["/auth/link", "/auth/unlink"]) {
      const response = await browser.send(`${path}?connection=github`, init);
      expect(response.status).toBe(403);
      expect(await response.text()).toContain("cross_site_request");
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  it("take a link and a form of the app's own pages without fetch metadata as well", async () => {
    const init: RequestInit[] = [
      { headers: { referer: `${appOrigin}/accounts` } },
      { method: "POST", headers: { origin: appOrigin } },
    ];
    for (const one of init) {
      const response = await browser.send("/auth/link?connection=github", one);
      expect(response.headers.get("location")).toContain("requested_connection=github");
    }
  });

  it("do nothing for a browser that fetches ahead", async () => {
    for (const path of ["/auth/link", "/auth/unlink"]) {
      const response = await browser.send(`${path}?connection=github`, {
        headers: { "sec-purpose": "prefetch" },
      });
      expect([response.status, response.headers.getSetCookie()]).toEqual([204, []]);
    }
  });

  it.each(["", "connection=", "connection=%20", `connection=${"x".repeat(1025)}`])(
    "want to know which connection: ?%s",
    async (query) => {
      const response = await browser.send(`/auth/unlink?${query}`, {
        headers: { ...own, accept: "application/json" },
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: "invalid_request" });
    },
  );

  it("send whoever is not logged in to the login, and then to the page the link was on", async () => {
    const stranger = appWith();
    const response = await stranger.send("/auth/link?connection=github&returnTo=/accounts", { headers: own });
    expect(response.headers.get("location")).toBe(`${appOrigin}/auth/login?returnTo=%2Faccounts`);
    // The link itself is no page to come back to: the issuer would be the one who sends people there.
    const plain = await stranger.send("/auth/link?connection=github", { headers: own });
    expect(plain.headers.get("location")).toBe(`${appOrigin}/auth/login?returnTo=%2F`);
    const api = await stranger.send("/auth/link?connection=github", {
      headers: { ...own, accept: "application/json" },
    });
    expect(api.status).toBe(401);
    expect(await api.json()).toMatchObject({ reason: "no_session" });
  });

  it("know only the methods they need", async () => {
    expect((await browser.send("/auth/link?connection=github", { method: "DELETE" })).status).toBe(405);
  });

  it("tell onCallback of it, and what that throws ends no session: the account stays linked", async () => {
    const told: unknown[] = [];
    browser = appWith({
      onCallback({ session, returnTo }) {
        told.push([session?.user?.sub, returnTo]);
        if (told.length > 1) throw new Error("a broken hook");
      },
    });
    await browser.logIn(users.jonas);
    const response = await choose("/auth/link?connection=google-oauth2&returnTo=/accounts");
    expect(response.status).toBe(500);
    expect(told).toEqual([
      [users.jonas, undefined],
      [users.jonas, "/accounts"],
    ]);
    expect(await session()).toMatchObject({ user: { sub: users.jonas } });
  });
});

import { edgeAuth } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

const tenant = testTenant();
const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
const app = auth.handler(
  async (_request, _env, _ctx, login) => new Response((await login.getUser())?.sub ?? "nobody"),
);

let browser: TestBrowser;
beforeEach(async () => {
  browser = new TestBrowser(app, tenant);
  await browser.logIn();
});
const who = async () => await (await browser.send("/")).text();
const site = (value: string) => ({ "sec-fetch-site": value });

describe("a logout", () => {
  it.each<[string, string, Record<string, string>]>([
    ["by a link of the app", "GET", { ...site("same-origin"), referer: `${appOrigin}/orders` }],
    ["by a form of the app", "POST", { ...site("same-origin"), origin: appOrigin }],
    [
      "by a form of a page without referrer, whose origin is 'null'",
      "POST",
      { ...site("same-origin"), origin: "null" },
    ],
    ["that was typed or bookmarked", "GET", site("none")],
    ["by a form, in a browser without fetch metadata", "POST", { origin: appOrigin }],
    ["by a link, in a browser without fetch metadata", "GET", { referer: `${appOrigin}/orders?a=b` }],
    ["in a browser that says nothing at all", "GET", {}],
  ])("is done %s", async (_name, method, headers) => {
    const response = await browser.send("/auth/logout", { method, headers });
    expect(response.status).toBe(303);
    expect(await who()).toBe("nobody");
  });

  it.each<[string, string, Record<string, string>]>([
    ["of another site", "GET", site("cross-site")],
    ["of another site that claims our origin besides", "POST", { ...site("cross-site"), origin: appOrigin }],
    ["of a sibling domain, which may be somebody else's", "GET", site("same-site")],
    ["of who knows where", "GET", site("something-new")],
    ["of another site's form, without fetch metadata", "POST", { origin: "https://evil.example" }],
    ["of a page that hides its origin, without fetch metadata", "POST", { origin: "null" }],
    ["of another port, without fetch metadata", "POST", { origin: "http://localhost:9999" }],
    ["of another scheme, without fetch metadata", "POST", { origin: "https://localhost:8787" }],
    ["of another site's link, without fetch metadata", "GET", { referer: "https://evil.example/page" }],
    ["of a page whose address only begins as ours", "GET", { referer: `${appOrigin}.evil.example/` }],
    ["of a page that has our name as a user", "GET", { referer: "http://localhost:8787@evil.example/" }],
    ["of a referrer that is none", "GET", { referer: "nonsense" }],
  ])("is refused when it is one %s", async (_name, method, headers) => {
    const response = await browser.send("/auth/logout", { method, headers });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("cross_site_logout");
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await who()).toBe(users.mira);
  });

  it.each([
    ["sec-purpose", "prefetch"],
    ["sec-purpose", "prefetch;prerender"],
    ["sec-purpose", "prerender"],
    ["purpose", "prefetch"],
    ["x-moz", "prefetch"],
  ])("is not done by a browser that fetches ahead (%s: %s)", async (name, value) => {
    const response = await browser.send("/auth/logout", {
      headers: { [name]: value, ...site("same-origin") },
    });
    expect(response.status).toBe(204);
    expect(await who()).toBe(users.mira);
  });

  it("is not done by a script that only gets it, as a framework's link does that fetches ahead: scripts have POST", async () => {
    const headers = { ...site("same-origin"), "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" };
    const response = await browser.send("/auth/logout", { headers });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    expect(await who()).toBe(users.mira);
    expect((await browser.send("/auth/logout", { method: "POST", headers })).status).toBe(303);
    expect(await who()).toBe("nobody");
  });

  it.each(["returnTo", "return_to"])(
    "comes back to the page that %s names, by way of the issuer",
    async (name) => {
      const response = await browser.send(`/auth/logout?${name}=${encodeURIComponent("/bye?a=b")}`);
      expect(new URL(response.headers.get("location")!).searchParams.get("post_logout_redirect_uri")).toBe(
        `${appOrigin}/bye?a=b`,
      );
    },
  );

  it("takes the page to come back to from a form's fields as well, before that of its address", async () => {
    const response = await browser.send("/auth/logout?returnTo=/other", {
      method: "POST",
      headers: { ...site("same-origin"), "content-type": "application/x-www-form-urlencoded" },
      body: "returnTo=%2Fbye",
    });
    expect(new URL(response.headers.get("location")!).searchParams.get("post_logout_redirect_uri")).toBe(
      `${appOrigin}/bye`,
    );
  });

  it.each(["https://evil.example/", "//evil.example", "/\\evil.example"])(
    "comes back to the app for a return_to that is none of its pages: %s",
    async (place) => {
      const response = await browser.send(`/auth/logout?return_to=${encodeURIComponent(place)}`);
      expect(new URL(response.headers.get("location")!).searchParams.get("post_logout_redirect_uri")).toBe(
        appOrigin,
      );
    },
  );
});

import { describe, expect, it } from "vitest";
import { APP, appTenant, authorizeUrl, Browser, CALLBACK, MIRA, post, push, redeem } from "./harness.ts";

const asked = Object.fromEntries(new URL(authorizeUrl()).searchParams);

describe("a pushed authorization request", () => {
  it("is advertised, kept for 90 seconds, and logs in", async () => {
    const tenant = appTenant();
    const discovery = await tenant.customFetch("https://dev.localhost/.well-known/openid-configuration");
    expect(await discovery.json()).toMatchObject({
      pushed_authorization_request_endpoint: "https://dev.localhost/oauth/par",
      require_pushed_authorization_requests: false,
    });
    const pushed = await push(tenant);
    expect(pushed).toMatchObject({ status: 201, expires_in: 90 });
    expect(pushed.request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/);
    const browser = new Browser(tenant);
    const callback = await browser.press(await browser.show(pushed.url), "user", MIRA);
    expect(callback.searchParams.get("state")).toBe("the-state");
    expect(await redeem(tenant, callback)).toMatchObject({ status: 200, scope: asked.scope });
  });

  it("takes nothing from the browser", async () => {
    const tenant = appTenant();
    const { url } = await push(tenant, { scope: "openid", state: "pushed", audience: undefined });
    const browser = new Browser(tenant);
    const meddled = `${url}&${new URLSearchParams({ scope: "openid write:orders", state: "mine", redirect_uri: "x" })}`;
    const callback = await browser.press(await browser.show(meddled), "user", MIRA);
    expect(callback.href).toContain(CALLBACK);
    expect(callback.searchParams.get("state")).toBe("pushed");
    expect((await redeem(tenant, callback)).scope).toBe("openid");
  });

  it("works once, for its client and in its time, and is shown as a page otherwise", async () => {
    let now = 1_800_000_000;
    const tenant = appTenant({ clock: () => now });
    const browser = new Browser(tenant);
    const { url, request_uri } = await push(tenant);
    const foreign = new URLSearchParams({ client_id: "dev-spa", request_uri });
    for (const wrong of [
      `${APP}/dev-tenant/authorize?${foreign}`,
      `${APP}/dev-tenant/authorize?${new URLSearchParams({ request_uri })}`,
      url.replace(/.$/, "~"),
    ]) {
      const { response, url: shown } = await browser.open(wrong);
      expect([response.status, shown.href]).toEqual([400, wrong]);
    }
    expect((await browser.open(url)).response.status).toBe(200);
    const again = await browser.show(url);
    expect([again.response.status, again.html.includes("invalid_request_uri")]).toEqual([400, true]);

    const late = await push(tenant);
    now += 90;
    expect((await browser.show(late.url)).html).toContain("invalid_request_uri");
  });

  it("is not used up by a look at it", async () => {
    const tenant = appTenant();
    const { url } = await push(tenant);
    const browser = new Browser(tenant);
    expect((await browser.open(url, { method: "HEAD" })).response.status).toBe(200);
    expect((await browser.open(url)).url.pathname).toBe("/dev-tenant/u/login");
  });

  it("has one winner when it is used several times at once", async () => {
    const tenant = appTenant();
    const { url } = await push(tenant);
    const answers = await Promise.all(Array.from({ length: 10 }, () => new Browser(tenant).open(url)));
    expect(answers.filter(({ response }) => response.status === 200)).toHaveLength(1);
  });

  it.each([
    ["a request_uri inside", { request_uri: "urn:ietf:params:oauth:request_uri:x" }, 400, "invalid_request"],
    ["a missing secret", { client_secret: undefined }, 401, "access_denied"],
    ["a wrong secret", { client_secret: "x" }, 401, "access_denied"],
    ["an unknown client", { client_id: "x" }, 401, "access_denied"],
    ["an unregistered callback", { redirect_uri: "https://evil.example/" }, 403, "invalid_request"],
    ["no response_type", { response_type: undefined }, 400, "invalid_request"],
    ["PKCE plain", { code_challenge_method: "plain" }, 400, "invalid_request"],
    ["an API that does not exist", { audience: "https://nope/" }, 403, "access_denied"],
  ])("is refused for %s", async (_what, parameters, status, error) => {
    const answer = await post(appTenant(), "/oauth/par", { ...asked, ...parameters });
    expect([answer.status, answer.error]).toEqual([status, error]);
  });

  it("may come from a public client", async () => {
    const answer = await post(appTenant(), "/oauth/par", {
      ...asked,
      client_id: "dev-spa",
      client_secret: undefined,
    });
    expect(answer.status).toBe(201);
  });

  it("can be demanded of a client", async () => {
    const client = {
      clientId: "dev-client",
      clientSecret: "dev-secret",
      requirePushedAuthorizationRequests: true,
    };
    const tenant = appTenant({ clients: [client] });
    const { url } = await new Browser(tenant).open(authorizeUrl());
    expect(url.searchParams.get("error_description")).toContain("Pushed Authorization Requests are required");
    expect((await new Browser(tenant).open((await push(tenant)).url)).response.status).toBe(200);
  });
});

describe("other ways to hand over a request", () => {
  it.each([
    ["request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"],
    ["request_uri", "https://app.example/request.jwt", "request_uri_not_supported"],
  ])("are not supported: %s", async (name, value, error) => {
    const { response, html } = await new Browser(appTenant()).show(authorizeUrl({ [name]: value }));
    expect([response.status, html.includes(error)]).toEqual([400, true]);
  });
});

import { describe, expect, it } from "vitest";
import { devTenant } from "../../../src/dev/index.ts";
import { APP, appTenant, Browser, visit } from "./harness.ts";

describe("the development tenant runs on loopback only", () => {
  it.each([
    "http://localhost:8787",
    "https://localhost",
    "http://app.localhost:3000/",
    "http://127.0.0.1:8787",
    "http://127.1.2.3",
    "http://[::1]:8787",
    "http://localhost:8787/base",
  ])("and accepts %s", (appBaseUrl) => {
    expect(devTenant({ appBaseUrl }).issuer).toBe("https://dev.localhost/");
  });

  it.each([
    "https://app.example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://notlocalhost",
    "http://10.0.0.1",
    "http://0.0.0.0:8787",
    "http://[::2]",
  ])("and throws for %s", (appBaseUrl) => {
    expect(() => devTenant({ appBaseUrl })).toThrow(/runs on this machine only/);
  });

  it.each(["localhost:8787", "not a url", "ftp://localhost", "http://localhost?x=1", "http://localhost#x"])(
    "and wants a plain base URL, not %s",
    (appBaseUrl) => {
      expect(() => devTenant({ appBaseUrl })).toThrow(/appBaseUrl must be/);
    },
  );

  it("and answers a request under any other host with a page and 403", async () => {
    const url = "https://app.example.com/dev-tenant/authorize?client_id=dev-client";
    const response = await visit(appTenant(), url);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("This is a development tool");
  });

  it("and does not believe a loopback URL whose Host header says otherwise", async () => {
    const headers = { host: "tunnel.example.com" };
    expect((await visit(appTenant(), `${APP}/dev-tenant`, { headers })).status).toBe(403);
    expect((await visit(appTenant(), `${APP}/dev-tenant`, { headers: { host: "a b" } })).status).toBe(403);
    const mine = { host: "127.0.0.1:8787" };
    expect((await visit(appTenant(), `${APP}/dev-tenant`, { headers: mine })).status).toBe(200);
  });
});

describe("what is not the tenant's", () => {
  it("is left to the app", async () => {
    const tenant = appTenant();
    for (const path of ["/", "/dev-tenants", "/auth/callback", "/x/dev-tenant"]) {
      expect(await tenant.fetch(new Request(APP + path))).toBeUndefined();
    }
    expect(await tenant.fetch(new Request("https://app.example.com/"))).toBeUndefined();
  });

  it("makes customFetch reject, naming the origin and nothing more", async () => {
    const { customFetch } = appTenant();
    for (const url of [
      "https://api.example.com/x?token=secret",
      "http://dev.localhost/",
      "https://dev.localhost:1/",
    ]) {
      const error = await customFetch(url).catch((reason: Error) => reason);
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toContain(new URL(url).origin);
      expect((error as Error).message).not.toContain("secret");
    }
  });

  it("is answered 404, as a page to browsers and as JSON to others", async () => {
    const tenant = appTenant();
    const json = await tenant.customFetch("https://dev.localhost/nothing");
    expect(json.status).toBe(404);
    expect(await json.json()).toMatchObject({ error: "not_found" });
    const page = await visit(tenant, `${APP}/dev-tenant/nothing`, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
  });

  it("includes the server's endpoints for browsers, and the other way round", async () => {
    const tenant = appTenant();
    expect((await visit(tenant, `${APP}/dev-tenant/oauth/token`, { method: "POST" })).status).toBe(404);
    expect((await tenant.customFetch("https://dev.localhost/authorize")).status).toBe(404);
  });
});

describe("customFetch", () => {
  it("takes a Request, and keeps to an aborted signal", async () => {
    const { customFetch } = appTenant();
    const url = "https://dev.localhost/.well-known/openid-configuration";
    expect((await customFetch(new Request(url))).status).toBe(200);
    await expect(customFetch(url, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
  });
});

describe("a tenant without appBaseUrl", () => {
  const callback = "http://127.0.0.1:3000/cb";
  const tenant = devTenant({ clients: [{ clientId: "other", clientSecret: "s", callbacks: [callback] }] });

  it("has all its endpoints at the issuer, for any client to find", async () => {
    const response = await visit(tenant, "https://dev.localhost/.well-known/openid-configuration");
    expect(await response.json()).toMatchObject({
      authorization_endpoint: "https://dev.localhost/authorize",
      end_session_endpoint: "https://dev.localhost/oidc/logout",
    });
    expect(await tenant.fetch(new Request("http://localhost:3000/authorize"))).toBeUndefined();
  });

  it("logs in through fetch and customFetch alike", async () => {
    const query = new URLSearchParams({ client_id: "other", redirect_uri: callback, response_type: "code" });
    const start = await tenant.customFetch(`https://dev.localhost/authorize?${query}`);
    const page = start.headers.get("location")!;
    expect(page).toContain("https://dev.localhost/u/login?state=");
    const [cookie] = start.headers.get("set-cookie")!.split(";");
    expect(start.headers.get("set-cookie")).toContain(
      "; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure",
    );
    const body = new URLSearchParams({ state: new URL(page).searchParams.get("state")! });
    body.set("user", "auth0|66a1f0c27d3be90012c40a01");
    const headers = { cookie: cookie! };
    const end = await visit(tenant, "https://dev.localhost/u/login", { method: "POST", body, headers });
    expect(end.headers.get("location")).toMatch(/^http:\/\/127\.0\.0\.1:3000\/cb\?code=/);
  });
});

describe("options that cannot be used", () => {
  const client = { clientId: "a", clientSecret: "s" };
  const user = { sub: "auth0|1", name: "A", email: "a@example.com" };
  it.each([
    ["path", { path: "dev" }],
    ["path", { path: "/" }],
    ["path", { path: "/../x" }],
    ["path", { path: "/a/" }],
    ["clients", { clients: [] }],
    ["clients", { clients: [client, client] }],
    ["clients", { clients: [{ clientId: "" }] }],
    ['client "a" has a URL', { clients: [{ ...client, callbacks: ["/relative"] }] }],
    ['client "a" has a URL', { clients: [{ ...client, callbacks: ["javascript:alert(1)"] }] }],
    ['client "a" has a URL', { clients: [{ ...client, callbacks: ["http://localhost/#x"] }] }],
    ['client "a" has a URL', { clients: [{ ...client, allowedLogoutUrls: ["data:text/html,x"] }] }],
    ['client "a" has more than one of', { clients: [{ ...client, publicKeyPem: "x" }] }],
    [
      'client "a" has a publicKeyPem',
      { clients: [{ clientId: "a", publicKeyPem: "-----BEGIN PRIVATE KEY-----" }] },
    ],
    [
      'client "a" names an API',
      { clients: [{ ...client, clientGrants: [{ audience: "https://nope/", scopes: [] }] }] },
    ],
    [
      'client "a" names an API',
      { clients: [{ ...client, refreshTokenPolicies: [{ audience: "https://nope/", scopes: [] }] }] },
    ],
    ["users", { users: [] }],
    ["users", { users: [user, user] }],
    ["users: the sub", { users: [{ ...user, sub: "auth0|\ud800" }] }],
    ["appName", { appName: "" }],
    ["apis", { apis: [{ audience: "a" }, { audience: "a" }] }],
    ["accessTokenLifetime", { accessTokenLifetime: 0 }],
    ["refreshTokenLifetime", { refreshTokenLifetime: Number.NaN }],
  ])("are named: %s %#", (named, options) => {
    expect(() => devTenant({ appBaseUrl: APP, ...options })).toThrow(`devTenant: ${named}`);
  });
});

describe("an app below a path, and a tenant under a longer one", () => {
  it("find each other", async () => {
    const tenant = devTenant({ appBaseUrl: `${APP}/shop/`, path: "/_dev/login" });
    const { response, url } = await new Browser(tenant).open(`${APP}/shop/_dev/login/nothing`);
    expect([response.status, url.pathname]).toEqual([404, "/shop/_dev/login/nothing"]);
    const home = await (await visit(tenant, `${APP}/shop/_dev/login`)).text();
    expect(home).toContain(`${APP}/shop/auth/callback`);
  });
});

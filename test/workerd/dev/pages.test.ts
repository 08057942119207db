import { describe, expect, it } from "vitest";
import { type DevTenantOptions, devTenant } from "../../../src/dev/index.ts";
import { APP, appTenant, authorizeUrl, Browser, CALLBACK, visit } from "./harness.ts";

const EVIL = `"><script>alert('1')</script>&amp;`;

describe("the login page", () => {
  it("offers everyone, and to deny or fail, under stable names", async () => {
    const { html, response } = await new Browser(appTenant()).authorize();
    for (const name of ["Mira Solberg", "Jonas Adeyemi", "Zoë Tanabe"]) {
      expect(html).toContain(`aria-label="Continue as ${name}"`);
    }
    expect(html).toContain('aria-label="Deny"');
    expect(html).toContain('aria-label="Fail"');
    expect(html).toContain("Log in to Dev App");
    expect(html).toContain("read:orders");
    expect(html).toContain("Orders API");
    expect(response.status).toBe(200);
  });

  it("says in a banner what it is, as every page does", async () => {
    const tenant = appTenant();
    const login = (await new Browser(tenant).authorize()).html;
    const error = await (await visit(tenant, authorizeUrl({ client_id: "who" }))).text();
    const home = await (await visit(tenant, `${APP}/dev-tenant`)).text();
    for (const page of [login, error, home]) {
      expect(page).toContain("Development tenant.");
      expect(page).toContain("Never use it in production");
    }
  });

  it("runs no script, is not framed, cached or followed by a referrer", async () => {
    const { html, response } = await new Browser(appTenant()).authorize();
    expect(html).not.toMatch(/<script|javascript:| on\w+=/i);
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  });

  it("has a style sheet that its policy allows by hash", async () => {
    const { html, response } = await new Browser(appTenant()).authorize();
    const css = /<style>([\s\S]*)<\/style>/.exec(html)![1]!;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(css));
    const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
    expect(response.headers.get("content-security-policy")).toContain(`style-src 'sha256-${hash}'`);
  });

  it("lets its form lead to the callback, also one with its own scheme", async () => {
    const callbacks = [CALLBACK, "https://app.example/cb", "com.example.app:/cb", "http://[::1]:3000/cb"];
    const tenant = appTenant({ clients: [{ clientId: "dev-client", clientSecret: "s", callbacks }] });
    const sources = ["http://localhost:8787", "https://app.example", "com.example.app:", "http:"];
    for (const [index, redirect_uri] of callbacks.entries()) {
      const { response } = await new Browser(tenant).authorize({ redirect_uri });
      const policy = response.headers.get("content-security-policy")!;
      expect(policy).toContain(`http://127.0.0.1:* ${sources[index]};`);
    }
  });

  it("puts the person of login_hint first, and says so when there is none", async () => {
    const browser = new Browser(appTenant());
    for (const login_hint of ["JONAS.ADEYEMI@example.com", "jonas", "auth0|66a1f0c27d3be90012c40a02"]) {
      const { html } = await browser.authorize({ login_hint });
      expect(html.indexOf("Continue as Jonas")).toBeLessThan(html.indexOf("Continue as Mira"));
      expect(html).toContain("Suggested");
    }
    const { html } = await browser.authorize({ login_hint: "someone@else.example" });
    expect(html).toContain("none of these people");
    expect(html).not.toContain("Suggested</span>");
  });

  it("is named after the app, unless the client has a name of its own", async () => {
    const titleOf = async (options: DevTenantOptions) => {
      const tenant = devTenant({ appBaseUrl: APP, ...options });
      const { html } = await new Browser(tenant).authorize({ client_id: tenant.clientId });
      return /<h1>(.*)<\/h1>/.exec(html)![1];
    };
    const clients = [{ clientId: "shop" }];
    expect(await titleOf({})).toBe("Log in to Dev App");
    expect(await titleOf({ appName: "A & B" })).toBe("Log in to A &amp; B");
    expect(await titleOf({ clients })).toBe("Log in to shop");
    expect(await titleOf({ clients, appName: "Shop" })).toBe("Log in to Shop");
    expect(await titleOf({ clients: [{ clientId: "a", name: "Own" }], appName: "Shop" })).toBe(
      "Log in to Own",
    );
  });

  it("shortens an e-mail address that is too long rather than breaking it", async () => {
    const { html } = await new Browser(appTenant()).authorize();
    expect(html).toMatch(/\.person \.detail \{[^}]*text-overflow: ellipsis; white-space: nowrap/);
  });

  it("speaks of signing up when the app asks for it", async () => {
    const { html } = await new Browser(appTenant()).authorize({ screen_hint: "signup" });
    expect(html).toContain("Sign up for Dev App");
  });
});

describe("text that others choose", () => {
  it("is escaped wherever it is shown", async () => {
    const tenant = appTenant({
      clients: [{ clientId: "evil", name: EVIL, callbacks: [CALLBACK] }],
      users: [{ sub: `auth0|${EVIL}`, name: EVIL, email: `${EVIL}@example.com` }],
      apis: [{ audience: EVIL, name: EVIL, scopes: ["<b>x</b>"] }],
    });
    const asked = { client_id: "evil", audience: EVIL, scope: "openid <b>x</b>", login_hint: EVIL };
    const { html: login } = await new Browser(tenant).authorize(asked);
    const pages = [
      login,
      await (await visit(tenant, `${APP}/dev-tenant`)).text(),
      await (await visit(tenant, authorizeUrl({ client_id: EVIL }))).text(),
      await (await visit(tenant, authorizeUrl({ client_id: "evil", redirect_uri: EVIL }))).text(),
      await (
        await visit(tenant, `${APP}/dev-tenant/oidc/logout?client_id=${encodeURIComponent(EVIL)}`)
      ).text(),
      await (
        await visit(tenant, `${APP}/dev-tenant/avatar/${encodeURIComponent(`auth0|${EVIL}`)}.svg`)
      ).text(),
    ];
    for (const page of pages) {
      expect(page).not.toContain("<script");
      expect(page).not.toContain("<b>x</b>");
    }
    expect(login).toContain("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;");
  });

  it("reaches the app as an URL parameter only", async () => {
    const { url } = await new Browser(appTenant()).open(
      authorizeUrl({ audience: EVIL, state: "a&b=c\r\nx: y" }),
    );
    expect(url.searchParams.get("error_description")).toBe(`Service not found: ${EVIL}`);
    expect(url.searchParams.get("state")).toBe("a&b=c\r\nx: y");
  });
});

describe("a HEAD request", () => {
  it("is answered as GET, without the body", async () => {
    const tenant = appTenant();
    const { url } = await new Browser(tenant).authorize();
    for (const page of [`${APP}/dev-tenant`, authorizeUrl(), `${APP}/dev-tenant/nothing`, url.href]) {
      const [get, head] = await Promise.all(
        ["GET", "HEAD"].map((method) => visit(tenant, page, { method, redirect: "manual" })),
      );
      expect(head!.status, page).toBe(get!.status);
      expect([...head!.headers.keys()]).toEqual([...get!.headers.keys()]);
      expect(head!.body).toBeNull();
    }
    const keys = await tenant.customFetch("https://dev.localhost/.well-known/jwks.json", { method: "HEAD" });
    expect([keys.status, keys.body]).toEqual([200, null]);
  });

  it("is refused where GET is, and other methods are told of it", async () => {
    const tenant = appTenant();
    const token = await tenant.customFetch("https://dev.localhost/oauth/token", { method: "HEAD" });
    expect([token.status, token.headers.get("allow"), token.body]).toEqual([405, "POST", null]);
    const home = await visit(tenant, `${APP}/dev-tenant`, { method: "POST" });
    expect([home.status, home.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });
});

describe("the tenant's home page", () => {
  it("shows people, applications and endpoints, but no secret", async () => {
    const tenant = appTenant();
    for (const path of ["/dev-tenant", "/dev-tenant/"]) {
      const html = await (await visit(tenant, APP + path)).text();
      expect(html).toContain("mira.solberg@example.com");
      expect(html).toContain(CALLBACK);
      expect(html).toContain("https://dev.localhost/oauth/token");
      expect(html).not.toContain("dev-secret");
      expect(html).toContain(`${APP}/auth/login?iss=https%3A%2F%2Fdev.localhost%2F`);
    }
  });
});

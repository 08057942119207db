import { edgeAuth, ServerClient } from "auth0-edge";
import { describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

function testApp(tenant = testTenant()) {
  const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
  const app = auth.handler(async (_request, _env, _ctx, login) =>
    Response.json((await login.getUser()) ?? null),
  );
  return { tenant, app, browser: new TestBrowser(app, tenant) };
}

const whoAmI = async (browser: TestBrowser): Promise<{ sub: string; name: string } | null> =>
  await (await browser.send("/me")).json();

describe("logging in", () => {
  it("ends with the user's claims in a sealed cookie", async () => {
    const { browser } = testApp();
    const done = await browser.logIn(users.mira);
    expect(done.status).toBe(302);
    expect(done.headers.get("location")).toBe("/");
    expect(done.headers.get("cache-control")).toBe("private, no-store");
    const line = done.headers.getSetCookie().find((cookie) => cookie.startsWith("__a0_session="))!;
    expect(line).toContain("HttpOnly");
    expect(line).toContain("SameSite=Lax");
    expect(line).not.toContain("Secure");
    expect(await whoAmI(browser)).toMatchObject({ sub: users.mira, name: "Mira Solberg" });
  });

  it("leaves no transaction behind", async () => {
    const { browser } = testApp();
    await browser.logIn();
    expect([...browser.cookies.keys()].filter((name) => name.startsWith("__a0_tx"))).toEqual([]);
  });

  it("sends state, nonce and PKCE S256 of at least 128 bits each", async () => {
    const { browser } = testApp();
    const url = new URL((await browser.send("/auth/login")).headers.get("location")!);
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
    expect(url.searchParams.get("response_type")).toBe("code");
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(url.searchParams.get(name)!.length).toBeGreaterThanOrEqual(43);
    }
  });

  it("goes on to the page it was started from", async () => {
    const { browser } = testApp();
    const done = await browser.logIn(users.mira, "/auth/login?returnTo=/orders%3Fpage%3D2");
    expect(done.headers.get("location")).toBe("/orders?page=2");
  });

  it("works in two tabs at the same time, whichever comes back first", async () => {
    const { browser } = testApp();
    const first = await browser.openPicker("/auth/login?returnTo=/first");
    const second = await browser.openPicker("/auth/login?returnTo=/second");
    const firstCallback = await browser.choose(first, { user: users.mira });
    const secondCallback = await browser.choose(second, { user: users.jonas });
    expect((await browser.send(secondCallback)).headers.get("location")).toBe("/second");
    expect((await browser.send(firstCallback)).headers.get("location")).toBe("/first");
    expect(await whoAmI(browser)).toMatchObject({ sub: users.mira });
  });

  it("as somebody else takes nothing over from the session of before (fault 3)", async () => {
    const { browser, app } = testApp();
    await browser.logIn(users.mira);
    const before = browser.cookieHeader();
    await browser.logIn(users.jonas);
    expect(await whoAmI(browser)).toMatchObject({ sub: users.jonas });
    // A late response that still carries the first session does not bring it back.
    const request = new Request(`${appOrigin}/me`, {
      headers: { cookie: `${before}; ${markerOf(browser)}` },
    });
    expect(await (await app.fetch(request)).json()).toBeNull();
  });

  it("as the same user again makes a new session", async () => {
    const { browser, tenant } = testApp();
    await browser.logIn(users.mira);
    const first = browser.cookies.get("__a0_session");
    await browser.logIn(users.mira);
    expect(browser.cookies.get("__a0_session")).not.toBe(first);
    expect(tenant.domain).toBe("dev.localhost");
  });
});

describe("logging out", () => {
  it("ends the session here, revokes the refresh token, and sends the browser to the issuer", async () => {
    const { browser } = testApp();
    await browser.logIn();
    const response = await browser.send("/auth/logout?returnTo=/bye");
    const url = new URL(response.headers.get("location")!);
    expect(response.status).toBe(303);
    expect(url.pathname).toBe("/dev-tenant/oidc/logout");
    expect(url.searchParams.get("id_token_hint")).toMatch(/^ey/);
    expect(url.searchParams.get("post_logout_redirect_uri")).toBe(`${appOrigin}/bye`);
    expect(url.searchParams.get("client_id")).toBe("dev-client");
    expect(await whoAmI(browser)).toBeNull();
  });

  it("deletes the cookie with the path and flags it was set with", async () => {
    const { browser } = testApp();
    await browser.logIn();
    const lines = (await browser.send("/auth/logout")).headers.getSetCookie();
    const deletion = lines.find((line) => line.startsWith("__a0_session=;"))!;
    expect(deletion).toContain("Max-Age=0");
    expect(deletion).toContain("Path=/");
    expect(deletion).toContain("HttpOnly");
    expect(deletion).toContain("SameSite=Lax");
  });

  it("wins over a response that was on its way", async () => {
    const { browser } = testApp();
    await browser.logIn();
    const session = browser.cookies.get("__a0_session")!;
    await browser.send("/auth/logout");
    browser.cookies.set("__a0_session", session);
    expect(await whoAmI(browser)).toBeNull();
  });

  it("lets people log in again afterwards", async () => {
    const { browser } = testApp();
    await browser.logIn();
    await browser.send("/auth/logout");
    await browser.logIn(users.zoe);
    expect(await whoAmI(browser)).toMatchObject({ sub: users.zoe });
  });
});

describe("a ServerClient", () => {
  it("refuses to be made without stores, client id or a domain", () => {
    const make = (options: object) => () => new ServerClient(options as never);
    expect(make({ domain: "d.example", clientId: "c" })).toThrow(
      expect.objectContaining({ code: "missing_required_argument_error" }),
    );
    const stores = { stateStore: {}, transactionStore: {} };
    expect(make({ ...stores, clientId: "c" })).toThrow(
      expect.objectContaining({ code: "invalid_configuration_error" }),
    );
    expect(make({ ...stores, clientId: "c", domain: "a.example", issuer: "https://b.example" })).toThrow(
      /not both/,
    );
    expect(make({ ...stores, clientId: "c", issuer: "http://b.example" })).toThrow(/https/);
  });
});

function markerOf(browser: TestBrowser): string {
  return `__a0_session.ended=${browser.cookies.get("__a0_session.ended")}`;
}

import { decodeProtectedHeader } from "jose/decode/protected_header";
import { createLocalJWKSet } from "jose/jwks/local";
import { jwtVerify } from "jose/jwt/verify";
import { describe, expect, it } from "vitest";
import type { DevTenantOptions } from "../../../src/dev/index.ts";
import { APP, appTenant, authorizeUrl, Browser, claimsOf, JONAS, MIRA, redeem, refresh } from "./harness.ts";

const URI = `${APP}/auth/backchannel-logout`;
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** Two clients that want to be told, and what they were told. */
function listening(
  answer: (attempt: number) => Response | Promise<Response> = () => new Response(null),
  options: DevTenantOptions = {},
) {
  const told: { url: string; token: string }[] = [];
  const tenant = appTenant({
    clients: [
      { clientId: "dev-client", clientSecret: "dev-secret", name: "Dev App", backchannelLogoutUri: true },
      { clientId: "dev-spa", backchannelLogoutUri: `${APP}/spa/logout` },
      { clientId: "deaf", clientSecret: "dev-secret" },
    ],
    async appFetch(request) {
      const form = new URLSearchParams(await request.text());
      told.push({ url: request.url, token: form.get("logout_token")! });
      return await answer(told.length);
    },
    ...options,
  });
  return { tenant, told, browser: new Browser(tenant) };
}

const logOut = (browser: Browser) => browser.show(`${APP}/dev-tenant/oidc/logout`);

describe("a logout at the tenant", () => {
  it("tells the client of the session by a logout token", async () => {
    const { tenant, told, browser } = listening();
    const { id_token } = await redeem(tenant, await browser.logIn());
    const page = await logOut(browser);
    expect(told.map(({ url }) => url)).toEqual([URI]);
    expect(page.html).toContain("Apps that were told");
    expect(page.html).toContain("Dev App");
    const { token } = told[0]!;
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: "logout+jwt", alg: "RS256" });
    const jwks = await (await tenant.customFetch("https://dev.localhost/.well-known/jwks.json")).json();
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks as never), {
      issuer: tenant.issuer,
      audience: "dev-client",
    });
    expect(payload).toMatchObject({ sub: MIRA, sid: claimsOf(id_token).sid, events: { [EVENT]: {} } });
    expect(payload.exp! - payload.iat!).toBe(120);
    expect(payload.jti).toMatch(/^[\w-]{43}$/);
    expect(payload.nonce).toBeUndefined();
  });

  it("says in the discovery document that it can", async () => {
    const { tenant } = listening();
    const discovery = await tenant.customFetch("https://dev.localhost/.well-known/openid-configuration");
    expect(await discovery.json()).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  it("tells every client of the session, and none of other sessions", async () => {
    const { tenant, told, browser } = listening();
    await redeem(tenant, await browser.logIn());
    const spa = { client_id: "dev-spa" };
    await redeem(tenant, (await browser.open(authorizeUrl({ ...spa, prompt: "none" }))).url, {
      ...spa,
      client_secret: undefined,
    });
    const other = new Browser(tenant);
    await redeem(tenant, await other.logIn({}, JONAS));
    await logOut(browser);
    expect(told.map(({ url }) => url).sort()).toEqual([URI, `${APP}/spa/logout`]);
    expect(told.map(({ token }) => claimsOf(token).sub)).toEqual([MIRA, MIRA]);
  });

  it("tells nobody who never got a token, or has no place to be told", async () => {
    const { tenant, told, browser } = listening();
    await browser.logIn();
    await redeem(tenant, await browser.logIn({ client_id: "deaf" }), { client_id: "deaf" });
    const page = await logOut(browser);
    expect(told).toEqual([]);
    expect(page.html).not.toContain("Apps that were told");
  });

  it("works by Auth0's older endpoint as well, and on the way to another page", async () => {
    const { tenant, told, browser } = listening();
    await redeem(tenant, await browser.logIn());
    const { response } = await browser.open(`${APP}/dev-tenant/v2/logout?client_id=dev-client`);
    expect(response.status).toBe(302);
    expect(told).toHaveLength(1);
    const person = await browser.show(`${APP}/dev-tenant/people/${encodeURIComponent(MIRA)}`);
    expect(person.html).toContain("One session, first attempt");
  });

  it("ends the session that id_token_hint names where the browser has lost its cookie", async () => {
    const { tenant, told, browser } = listening();
    const { id_token } = await redeem(tenant, await browser.logIn());
    await new Browser(tenant).open(`${APP}/dev-tenant/oidc/logout?id_token_hint=${id_token}`);
    expect(told).toHaveLength(1);
    const { url } = await browser.open(authorizeUrl({ prompt: "none" }));
    expect(url.searchParams.get("error")).toBe("login_required");
  });

  it("leaves refresh tokens alone, and no logout token is taken for an ID token", async () => {
    const { tenant, told, browser } = listening();
    const { refresh_token } = await redeem(tenant, await browser.logIn());
    await logOut(browser);
    expect((await refresh(tenant, refresh_token)).status).toBe(200);
    const hinted = `${APP}/dev-tenant/oidc/logout?id_token_hint=${told[0]!.token}`;
    expect((await browser.open(hinted)).response.status).toBe(400);
  });

  it("tries three times where the app is not well, and once where it refuses", async () => {
    const unwell = listening(() => new Response(null, { status: 503 }));
    await redeem(unwell.tenant, await unwell.browser.logIn());
    const deliveries = await unwell.tenant.backchannelLogout({ sub: MIRA });
    expect(deliveries).toMatchObject([{ clientId: "dev-client", attempts: 3, status: 503 }]);
    expect(new Set(unwell.told.map(({ token }) => token)).size).toBe(1);

    const refusing = listening(() => new Response(null, { status: 400 }));
    await redeem(refusing.tenant, await refusing.browser.logIn());
    const page = await logOut(refusing.browser);
    expect(refusing.told).toHaveLength(1);
    expect(page.html).toContain("It could not, or would not, end the sessions.");
  });

  it("tries again where the app cannot be reached", async () => {
    const { tenant, browser } = listening((attempt) => {
      if (attempt < 2) throw new Error("connection refused");
      return new Response(null);
    });
    await redeem(tenant, await browser.logIn());
    expect(await tenant.backchannelLogout({ sub: MIRA })).toMatchObject([{ attempts: 2, status: 200 }]);
    const gone = listening(() => Promise.reject(new Error("connection refused")));
    await redeem(gone.tenant, await gone.browser.logIn());
    const [delivery] = await gone.tenant.backchannelLogout({ sub: MIRA });
    expect(delivery).toMatchObject({ attempts: 3, problem: "Error: connection refused" });
    expect(delivery!.status).toBeUndefined();
  });

  it("never hangs on an app that does not answer, and goes on without the browser", async () => {
    const pending: (() => void)[] = [];
    const { tenant, browser } = listening(
      () => new Promise((resolve) => pending.push(() => resolve(new Response(null)))),
    );
    await redeem(tenant, await browser.logIn());
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const anchored: Promise<unknown>[] = [];
    const started = Date.now();
    const request = new Request(`${APP}/dev-tenant/oidc/logout`, { headers: { cookie } });
    const response = await tenant.fetch(request, { waitUntil: (work) => void anchored.push(work) });
    expect(Date.now() - started).toBeLessThan(3000);
    expect(await response!.text()).toContain("one of them takes its time");
    pending[0]!();
    expect(await anchored[0]).toMatchObject([{ status: 200, attempts: 1 }]);
  });
});

describe("ending sessions from elsewhere", () => {
  it("by sid ends that session and tells its clients of the session", async () => {
    const { tenant, told, browser } = listening();
    const { id_token } = await redeem(tenant, await browser.logIn());
    const other = new Browser(tenant);
    await redeem(tenant, await other.logIn());
    const sid = claimsOf(id_token).sid as string;
    expect(await tenant.backchannelLogout({ sid })).toMatchObject([
      { clientId: "dev-client", about: "session", status: 200, attempts: 1 },
    ]);
    expect(claimsOf(told[0]!.token)).toMatchObject({ sid, sub: MIRA });
    const silent = async (of: Browser) =>
      (await of.open(authorizeUrl({ prompt: "none" }))).url.searchParams.get("error");
    expect([await silent(browser), await silent(other)]).toEqual(["login_required", null]);
  });

  it("by sub ends all sessions of the person and tells the clients of the person alone", async () => {
    const { tenant, told, browser } = listening();
    await redeem(tenant, await browser.logIn());
    const other = new Browser(tenant);
    await redeem(tenant, await other.logIn());
    const jonas = new Browser(tenant);
    await redeem(tenant, await jonas.logIn({}, JONAS));
    expect(await tenant.backchannelLogout({ sub: MIRA })).toMatchObject([{ about: "person", status: 200 }]);
    expect(claimsOf(told[0]!.token)).toMatchObject({ sub: MIRA });
    expect(claimsOf(told[0]!.token).sid).toBeUndefined();
    const errors = [];
    for (const of of [browser, other, jonas]) {
      errors.push((await of.open(authorizeUrl({ prompt: "none" }))).url.searchParams.get("error"));
    }
    expect(errors).toEqual(["login_required", "login_required", null]);
    expect((await browser.open(authorizeUrl())).response.status).toBe(200);
    await browser.logIn();
    const { url } = await browser.open(authorizeUrl({ prompt: "none" }));
    expect(url.searchParams.has("code")).toBe(true);
  });

  it("of nobody in particular tells nobody", async () => {
    const { tenant, told } = listening();
    expect(await tenant.backchannelLogout({ sid: "unknown" })).toEqual([]);
    expect(await tenant.backchannelLogout({ sub: "auth0|nobody" })).toEqual([]);
    expect(told).toEqual([]);
  });

  it("can be done on the person's page, by whoever sees it", async () => {
    const { tenant, told, browser } = listening();
    await redeem(tenant, await browser.logIn());
    const url = `${APP}/dev-tenant/people/${encodeURIComponent(MIRA)}`;
    const other = new Browser(tenant);
    const page = await other.submit(await other.show(url), "end", "sessions");
    expect(page.response.status).toBe(303);
    expect(told).toHaveLength(1);
    expect((await other.show(url)).html).toContain("All sessions, first attempt");
    const forged = await other.open(url, { method: "POST", body: new URLSearchParams({ end: "sessions" }) });
    expect(forged.response.status).toBe(403);
    expect((await other.open(`${APP}/dev-tenant/people/nobody`)).response.status).toBe(404);
    expect((await other.open(`${APP}/dev-tenant/people/%E0%A4%A`)).response.status).toBe(404);
  });
});

describe("a place to be told of logouts", () => {
  it.each(["/relative", "javascript:alert(1)", "com.example.app:/logout"])("cannot be %s", (uri) => {
    const client = { clientId: "a", backchannelLogoutUri: uri };
    expect(() => appTenant({ clients: [client] })).toThrow('client "a" has a backchannelLogoutUri');
  });

  it("cannot be the app's own where the tenant knows no app", () => {
    const client = { clientId: "a", backchannelLogoutUri: true as const };
    const options = { clients: [client], appBaseUrl: undefined as never };
    expect(() => appTenant(options)).toThrow('client "a" has a backchannelLogoutUri');
  });
});

import { describe, expect, it } from "vitest";
import { APP, appTenant, authorizeUrl, Browser, redeem } from "./harness.ts";

/** A browser with a login session, and the tokens of the login. */
async function loggedIn() {
  const tenant = appTenant();
  const browser = new Browser(tenant);
  const tokens = await redeem(tenant, await browser.logIn());
  const isLoggedIn = async () =>
    (await browser.open(authorizeUrl({ prompt: "none" }))).url.searchParams.has("code");
  const open = (path: string, parameters: Record<string, string>, init?: RequestInit) =>
    browser.open(`${APP}/dev-tenant${path}?${new URLSearchParams(parameters)}`, init);
  return { tenant, browser, tokens, isLoggedIn, open };
}

describe("the end-session endpoint", () => {
  it("ends the login session and goes on to a registered URL, state echoed", async () => {
    const { tokens, isLoggedIn, open } = await loggedIn();
    expect(await isLoggedIn()).toBe(true);
    const { response, url } = await open("/oidc/logout", {
      id_token_hint: tokens.id_token,
      client_id: "dev-client",
      post_logout_redirect_uri: APP,
      state: "s",
    });
    expect(response.status).toBe(302);
    expect(url.href).toBe(`${APP}/?state=s`);
    expect(await isLoggedIn()).toBe(false);
  });

  it("finds the client by id_token_hint or client_id alone, and adds no state", async () => {
    for (const by of ["id_token_hint", "client_id"] as const) {
      const { tokens, open } = await loggedIn();
      const hint = by === "client_id" ? "dev-client" : tokens.id_token;
      const { url } = await open("/oidc/logout", { [by]: hint, post_logout_redirect_uri: `${APP}/` });
      expect(url.href).toBe(`${APP}/`);
    }
  });

  it("takes POST as well", async () => {
    const { browser, isLoggedIn } = await loggedIn();
    const body = new URLSearchParams({ client_id: "dev-client", post_logout_redirect_uri: APP });
    const { response } = await browser.open(`${APP}/dev-tenant/oidc/logout`, { method: "POST", body });
    expect(response.status).toBe(303);
    expect(await isLoggedIn()).toBe(false);
  });

  it("says goodbye on a page of its own when there is nowhere to go on to", async () => {
    const { isLoggedIn, open } = await loggedIn();
    const { response } = await open("/oidc/logout", {});
    expect(await response.text()).toContain("You are logged out");
    expect(await isLoggedIn()).toBe(false);
  });

  it("accepts an ID token that has expired", async () => {
    let now = 1_800_000_000;
    const tenant = appTenant({ clock: () => now });
    const browser = new Browser(tenant);
    const { id_token } = await redeem(tenant, await browser.logIn());
    now += 100_000;
    const query = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: APP });
    expect((await browser.open(`${APP}/dev-tenant/oidc/logout?${query}`)).response.status).toBe(302);
  });

  const refusals: [string, Record<string, string>][] = [
    ["an unregistered URL", { client_id: "dev-client", post_logout_redirect_uri: "https://evil.example/" }],
    [
      "a URL with more than what is registered",
      { client_id: "dev-client", post_logout_redirect_uri: `${APP}/x` },
    ],
    ["a URL without any client", { post_logout_redirect_uri: APP }],
    ["an unknown client", { client_id: "who", post_logout_redirect_uri: APP }],
    ["a hint that is no token", { id_token_hint: "x.y.z", post_logout_redirect_uri: APP }],
    ["a hint signed by nobody", { id_token_hint: "eyJhbGciOiJub25lIn0.e30.", post_logout_redirect_uri: APP }],
  ];
  it.each(refusals)("refuses %s with a page, and the session stays", async (_what, parameters) => {
    const { isLoggedIn, open } = await loggedIn();
    const { response } = await open("/oidc/logout", parameters);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(await isLoggedIn()).toBe(true);
  });

  it("refuses a hint that belongs to another client, and an access token as hint", async () => {
    const { tokens, open } = await loggedIn();
    const foreign = { id_token_hint: tokens.id_token, client_id: "dev-spa" };
    expect((await open("/oidc/logout", foreign)).response.status).toBe(400);
    const access = { id_token_hint: tokens.access_token };
    expect((await open("/oidc/logout", access)).response.status).toBe(400);
  });

  it("lists the logout URLs that are registered", async () => {
    const { open } = await loggedIn();
    const { response } = await open("/oidc/logout", {
      client_id: "dev-client",
      post_logout_redirect_uri: "x",
    });
    const html = await response.text();
    expect(html).toContain("Logout URL mismatch");
    expect(html).toContain(`<code>${APP}</code>`);
  });
});

describe("Auth0's older logout endpoint", () => {
  it("goes on to a registered returnTo, federated or not", async () => {
    const { isLoggedIn, open } = await loggedIn();
    const { url } = await open("/v2/logout", { client_id: "dev-client", returnTo: APP, federated: "" });
    expect(url.href).toBe(`${APP}/`);
    expect(await isLoggedIn()).toBe(false);
  });

  it("goes on to the first registered URL when there is no returnTo", async () => {
    const { open } = await loggedIn();
    expect((await open("/v2/logout", { client_id: "dev-client" })).url.href).toBe(`${APP}/`);
    expect((await open("/v2/logout", {})).response.status).toBe(200);
  });

  it("refuses an unregistered returnTo, one without a client and an unknown client", async () => {
    const { isLoggedIn, open } = await loggedIn();
    for (const parameters of [
      { client_id: "dev-client", returnTo: "https://evil.example/" },
      { returnTo: APP },
      { client_id: "who" },
    ] as Record<string, string>[]) {
      expect((await open("/v2/logout", parameters)).response.status).toBe(400);
    }
    expect(await isLoggedIn()).toBe(true);
  });
});

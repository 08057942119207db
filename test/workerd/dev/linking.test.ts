import { describe, expect, it } from "vitest";
import { APP, appTenant, authorizeUrl, Browser, claimsOf, JONAS, MIRA, redeem, tokensOf } from "./harness.ts";

const errorOf = ({ searchParams }: URL) => [searchParams.get("error"), searchParams.get("error_description")];

/** A browser in which Mira is logged in, and her ID token. */
async function mira(options = {}) {
  const tenant = appTenant(options);
  const browser = new Browser(tenant);
  const { id_token } = await redeem(tenant, await browser.logIn());
  const ask = (scope: string, parameters: Record<string, string | undefined> = {}) => ({
    scope,
    requested_connection: "google-oauth2",
    id_token_hint: id_token,
    audience: undefined,
    ...parameters,
  });
  const link = (parameters = {}) => browser.authorize(ask("openid link_account offline_access", parameters));
  const unlink = (parameters = {}) => browser.authorize(ask("openid unlink_account", parameters));
  return { tenant, browser, id_token, ask, link, unlink };
}

const accountsIn = (html: string) =>
  [...html.matchAll(/name="account" value="([^"]*)"/g)].map((match) => match[1]!);

describe("linking an account", () => {
  it("goes straight to the accounts of the connection, and says what is asked of it", async () => {
    const { link } = await mira();
    const page = await link({ requested_connection_scope: "calendar.read" });
    expect(page.url.pathname).toBe("/dev-tenant/u/link");
    expect(page.html).toContain("Link an account of Google");
    expect(page.html).toContain("<code>calendar.read</code>");
    expect(accountsIn(page.html)).toHaveLength(3);
  });

  it("answers with tokens of the same person, who can log in with it from then on", async () => {
    const { tenant, browser, link } = await mira();
    const page = await link();
    const [account] = accountsIn(page.html);
    const tokens = await redeem(tenant, await browser.press(page, "account", account!));
    expect(claimsOf(tokens.id_token).sub).toBe(MIRA);
    expect(tokens).toMatchObject({ status: 200, scope: "openid offline_access" });

    const other = new Browser(tenant);
    const form = await other.authorize({ connection: "google-oauth2" });
    const later = await redeem(tenant, await other.press(form, "user", account!));
    expect(claimsOf(later.id_token).sub).toBe(MIRA);
  });

  it("can be repeated, also by a double click", async () => {
    const { browser, link } = await mira();
    const page = await link();
    const [account] = accountsIn(page.html);
    for (let i = 0; i < 2; i++) {
      expect((await browser.press(page, "account", account!)).searchParams.has("code")).toBe(true);
    }
    expect((await link()).html).toContain("Linked");
    expect((await browser.press(await link(), "account", account!)).searchParams.has("code")).toBe(true);
  });

  it("is shown at the tenant's own page of the person", async () => {
    const { browser, link } = await mira();
    const page = await link();
    const [account] = accountsIn(page.html);
    await browser.press(page, "account", account!);
    const { html } = await browser.show(`${APP}/dev-tenant/people/${encodeURIComponent(MIRA)}`);
    expect(html).toContain(account);
    expect(html).toContain("Main identity");
  });

  it("may be refused by the person", async () => {
    const { browser, link } = await mira();
    expect(errorOf(await browser.press(await link(), "refuse", "deny"))[0]).toBe("access_denied");
  });

  it("leaves an account to whoever has linked it first", async () => {
    const { tenant, browser, link } = await mira();
    const page = await link();
    const [account] = accountsIn(page.html);
    await browser.press(page, "account", account!);
    const jonas = new Browser(tenant);
    const { id_token } = await redeem(tenant, await jonas.logIn({}, JONAS));
    const form = await jonas.authorize({
      scope: "openid link_account",
      requested_connection: "google-oauth2",
      id_token_hint: id_token,
    });
    expect(accountsIn(form.html)).not.toContain(account);
    expect(errorOf(await jonas.press(form, "account", account!))).toEqual([
      "invalid_request",
      "Unknown account",
    ]);
  });

  it("asks for a login where nobody is logged in any more, and takes no other person", async () => {
    const { tenant, ask } = await mira();
    const back = new Browser(tenant);
    const form = await back.authorize(ask("openid link_account"));
    expect(form.url.pathname).toBe("/dev-tenant/u/login");
    expect((await back.submit(form, "user", MIRA)).url.pathname).toBe("/dev-tenant/u/link");
    const browser = new Browser(tenant);
    const refused = await browser.press(await browser.authorize(ask("openid link_account")), "user", JONAS);
    expect(errorOf(refused)[0]).toBe("access_denied");
  });

  it.each([
    ["without a connection", { requested_connection: undefined }, "requested_connection"],
    ["of a connection that does not exist", { requested_connection: "nope" }, "Connection not found: nope"],
    ["without an ID token", { id_token_hint: undefined }, "id_token_hint"],
    ["with something else than an ID token", { id_token_hint: "x.y.z" }, "id_token_hint"],
    ["together with unlinking", { scope: "openid link_account unlink_account" }, "exclude each other"],
  ])("is refused %s", async (_what, parameters, why) => {
    const { browser, ask } = await mira();
    const { url } = await browser.open(authorizeUrl(ask("openid link_account", parameters)));
    expect(errorOf(url)[0]).toBe("invalid_request");
    expect(errorOf(url)[1]).toContain(why);
  });

  it("is refused with an ID token of another client, an access token, or one that has expired", async () => {
    let now = 1_800_000_000;
    const { tenant, browser, ask } = await mira({ clock: () => now });
    const access = (await tokensOf(tenant, { scope: "read:orders" })).access_token;
    const open = async (parameters = {}) =>
      errorOf((await browser.open(authorizeUrl(ask("openid link_account", parameters)))).url)[1];
    const notOurs = "id_token_hint is not an ID token of this tenant for this client";
    expect(await open({ id_token_hint: access })).toBe(notOurs);
    expect(await open({ client_id: "dev-spa" })).toBe(notOurs);
    now += 36_000;
    expect(await open()).toBe("id_token_hint has expired");
  });

  it("needs a page, so prompt=none is told", async () => {
    const { browser, ask } = await mira();
    const { url } = await browser.open(authorizeUrl(ask("openid link_account", { prompt: "none" })));
    expect(errorOf(url)[0]).toBe("interaction_required");
  });

  it("takes eight accounts, no more", async () => {
    const users = Array.from({ length: 12 }, (_, index) => ({
      sub: index === 0 ? MIRA : `auth0|${index}`,
      name: `Person ${index}`,
      email: `p${index}@example.com`,
    }));
    const { browser, link } = await mira({ users });
    const accounts = accountsIn((await link()).html);
    const answers: (string | null)[] = [];
    for (const account of accounts.slice(0, 9)) {
      answers.push(errorOf(await browser.press(await link(), "account", account))[0]!);
    }
    expect(answers).toEqual([...Array(8).fill(null), "access_denied"]);
  });
});

describe("unlinking an account", () => {
  it("makes a person of its own of it again", async () => {
    const { tenant, browser, link, unlink } = await mira();
    const page = await link();
    const [account] = accountsIn(page.html);
    await browser.press(page, "account", account!);
    const form = await unlink();
    expect(form.html).toContain("Unlink an account of Google");
    expect(accountsIn(form.html)).toEqual([account]);
    const callback = await browser.press(form, "account", account!);
    const tokens = await redeem(tenant, callback);
    expect(claimsOf(tokens.id_token).sub).toBe(MIRA);
    const again = await browser.press(form, "account", account!);
    expect(errorOf(again)[0]).toBe("access_denied");

    const other = new Browser(tenant);
    const login = await other.authorize({ connection: "google-oauth2" });
    const later = await redeem(tenant, await other.press(login, "user", account!));
    expect(claimsOf(later.id_token).sub).toBe(account);
  });

  it("is refused where nothing is linked, and for the main identity", async () => {
    const { browser, ask } = await mira();
    const open = async (connection: string) =>
      errorOf(
        (await browser.open(authorizeUrl(ask("openid unlink_account", { requested_connection: connection }))))
          .url,
      );
    expect(await open("google-oauth2")).toEqual([
      "access_denied",
      "The user has no identity of the connection google-oauth2",
    ]);
    expect(await open("Username-Password-Authentication")).toEqual([
      "access_denied",
      "The main identity cannot be unlinked",
    ]);
  });
});

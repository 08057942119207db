import { describe, expect, it } from "vitest";
import { appTenant, Browser, claimsOf, JONAS, MIRA, redeem, userinfo } from "./harness.ts";

const GOOGLE = /value="(google-oauth2\|\d+)" aria-label="Continue as Mira Solberg"/;

describe("a connection", () => {
  it("named by the app offers the accounts of that connection only", async () => {
    const tenant = appTenant();
    const database = await new Browser(tenant).authorize({ connection: "Username-Password-Authentication" });
    expect(database.html).toContain(`value="${MIRA}"`);
    expect(database.html).not.toContain("Log in another way");
    const google = await new Browser(tenant).authorize({ connection: "google-oauth2" });
    expect(google.html).toContain("Choose an account of Google");
    expect(google.html).not.toContain(`value="${MIRA}"`);
    expect(google.html).toMatch(GOOGLE);
  });

  it("of somebody else's service makes a person of its own, the same every time", async () => {
    const tenant = appTenant();
    const subs: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const browser = new Browser(tenant);
      const form = await browser.authorize({ connection: "google-oauth2" });
      const sub = GOOGLE.exec(form.html)![1]!;
      const tokens = await redeem(tenant, await browser.press(form, "user", sub));
      expect(claimsOf(tokens.id_token)).toMatchObject({ sub, name: "Mira Solberg", nickname: "mira" });
      expect(await (await userinfo(tenant, tokens.access_token)).json()).toMatchObject({ sub });
      subs.push(sub);
    }
    expect(subs[0]).toBe(subs[1]);
  });

  it("accepts nobody who has no account there", async () => {
    const callback = await new Browser(appTenant()).logIn({ connection: "google-oauth2" }, JONAS);
    expect(callback.searchParams.get("error_description")).toBe("Unknown user");
  });

  it("can be picked on the login page when the app names none", async () => {
    const tenant = appTenant();
    const browser = new Browser(tenant);
    const form = await browser.authorize();
    const link = /<a href="([^"]*connection=github[^"]*)">GitHub<\/a>/.exec(form.html)![1]!;
    const page = await browser.show(link.replaceAll("&amp;", "&"));
    const sub = /value="(github\|\d+)"/.exec(page.html)![1]!;
    expect(page.html).toContain("People of this tenant");
    const tokens = await redeem(tenant, await browser.press(page, "user", sub));
    expect(claimsOf(tokens.id_token).sub).toBe(sub);
  });

  it("picked on the login page must exist as well", async () => {
    const browser = new Browser(appTenant());
    const form = await browser.authorize();
    const { url } = await browser.open(`${form.url.href}&connection=nope`);
    expect(url.searchParams.get("error_description")).toBe("Connection not found: nope");
  });

  it("of a kind of which there are several shows its name in the sub", async () => {
    const connections = [
      { name: "Username-Password-Authentication", strategy: "auth0" },
      { name: "harbour-sso", strategy: "oidc", displayName: "Harbour" },
    ];
    const browser = new Browser(appTenant({ connections }));
    const { html } = await browser.authorize({ connection: "harbour-sso" });
    expect(html).toMatch(/value="oidc\|harbour-sso\|\d+"/);
  });

  it("by e-mail or SMS has whoever can be reached that way", async () => {
    const tenant = appTenant();
    expect((await new Browser(tenant).authorize({ connection: "email" })).html).toContain(`value="${MIRA}"`);
    expect((await new Browser(tenant).authorize({ connection: "sms" })).html).toContain(
      "Nobody has an account",
    );
  });

  it("has people of its own where the options say so", async () => {
    const users = [
      { sub: MIRA, name: "Mira", email: "mira@example.com" },
      { sub: "google-oauth2|1", name: "Gil", email: "gil@example.com" },
    ];
    const { html } = await new Browser(appTenant({ users })).authorize({ connection: "google-oauth2" });
    expect(html).toContain('value="google-oauth2|1"');
    expect(html.match(/aria-label="Continue as Gil"/g)).toHaveLength(1);
  });

  it.each([
    ["an empty list", []],
    ["two of one name", [{ name: "a" }, { name: "a" }]],
    ["a bar in the name", [{ name: "a|b" }]],
    ["a space in the strategy", [{ name: "a", strategy: "b c" }]],
  ])("that cannot be used is named: %s", (_what, connections) => {
    expect(() => appTenant({ connections })).toThrow("devTenant: connections");
  });
});

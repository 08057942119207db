import { describe, expect, it } from "vitest";
import { API, appTenant, authorizeUrl, Browser, claimsOf, MIRA, push, redeem, refresh } from "./harness.ts";

const transfer = {
  type: "money_transfer",
  instructedAmount: { amount: "123.50", currency: "EUR" },
  source_account: "DE40 1001 0010 3307 1188 06",
  beneficiary: "Hanna Weiß",
  urgent: true,
};
const authorization_details = JSON.stringify([transfer]);

/** Logs in by a pushed request and answers the consent page. */
async function consentTo(details: string = authorization_details) {
  const tenant = appTenant();
  const browser = new Browser(tenant);
  const { url } = await push(tenant, { authorization_details: details });
  const page = await browser.submit(await browser.show(url), "user", MIRA);
  return { tenant, browser, page };
}

describe("a rich authorization request", () => {
  it("is shown in plain words before it is granted", async () => {
    const { page } = await consentTo();
    expect(page.url.pathname).toBe("/dev-tenant/u/consent");
    for (const text of [
      "Dev App asks for your approval",
      "You are Mira Solberg",
      "Money transfer",
      "Instructed amount",
      "123.50",
      "Source account",
      "Hanna Weiß",
      "Yes",
    ]) {
      expect(page.html).toContain(text);
    }
  });

  it("is granted whole when the person approves, also at a refresh and in the API's token", async () => {
    const { tenant, browser, page } = await consentTo();
    const tokens = await redeem(tenant, await browser.press(page, "consent", "approve"));
    expect(tokens).toMatchObject({ status: 200, authorization_details: [transfer] });
    expect(claimsOf(tokens.access_token)).toMatchObject({ aud: expect.arrayContaining([API]) });
    expect(claimsOf(tokens.access_token).authorization_details).toEqual([transfer]);
    expect(await refresh(tenant, tokens.refresh_token)).toMatchObject({ authorization_details: [transfer] });
  });

  it("ends with access_denied when the person denies", async () => {
    const { browser, page } = await consentTo();
    const callback = await browser.press(page, "refuse", "deny");
    expect(callback.searchParams.get("error")).toBe("access_denied");
    expect(callback.searchParams.get("state")).toBe("the-state");
  });

  it("grants nothing to whoever skips the page", async () => {
    const { browser, page } = await consentTo();
    const callback = await browser.press(page, "consent", "maybe");
    expect(callback.searchParams.get("error")).toBe("invalid_request");
    expect(callback.searchParams.has("code")).toBe(false);
  });

  it("is asked of the one who logged in: after a change of person the login begins anew", async () => {
    const { browser, page } = await consentTo();
    browser.cookies.delete("dev_tenant_session");
    const again = await browser.submit(page, "consent", "approve");
    expect(again.url.pathname).toBe("/dev-tenant/u/login");
  });

  it("needs a page, so prompt=none is told", async () => {
    const tenant = appTenant();
    const browser = new Browser(tenant);
    await browser.logIn();
    const { url } = await push(tenant, { authorization_details, prompt: "none" });
    expect((await browser.open(url)).url.searchParams.get("error")).toBe("consent_required");
  });

  it("shows whatever it is given without breaking the page", async () => {
    const odd = [
      { type: "money_transfer", "<b>": "<script>", nested: { a: { b: { c: { d: { e: [1] } } } } }, list: [] },
      { type: "money_transfer", nothing: null, no: false, empty: {} },
      { type: "money_transfer" },
    ];
    const { page } = await consentTo(JSON.stringify(odd));
    expect(page.response.status).toBe(200);
    expect(page.html).not.toMatch(/<script|<b>"/);
    expect(page.html).toContain("&lt;script&gt;");
    expect(page.html).toContain("No further conditions");
  });

  it.each([
    ["not JSON", "{"],
    ["no array", JSON.stringify(transfer)],
    ["an empty array", "[]"],
    ["too many", JSON.stringify(Array.from({ length: 21 }, () => ({ type: "money_transfer" })))],
    ["something without a type", '[{"amount":1}]'],
    ["null", "[null]"],
    ["a type nobody registered", '[{"type":"time_travel"}]'],
  ])("is refused when it is %s", async (_what, details) => {
    const pushed = await push(appTenant(), { authorization_details: details });
    expect([pushed.status, pushed.error]).toEqual([400, "invalid_authorization_details"]);
  });

  it("may have a type that only the client registered, and needs no API then", async () => {
    const client = {
      clientId: "dev-client",
      clientSecret: "dev-secret",
      authorizationDetailsTypes: ["sign"],
    };
    const tenant = appTenant({ clients: [client] });
    const details = { authorization_details: '[{"type":"sign"}]', audience: undefined };
    expect((await push(tenant, details)).status).toBe(201);
    const discovery = await tenant.customFetch("https://dev.localhost/.well-known/openid-configuration");
    expect(await discovery.json()).toMatchObject({
      authorization_details_types_supported: ["money_transfer", "sign"],
    });
  });

  it("is not taken from a browser", async () => {
    const { url } = await new Browser(appTenant()).open(authorizeUrl({ authorization_details }));
    expect(url.searchParams.get("error")).toBe("invalid_request");
    expect(url.searchParams.get("error_description")).toContain("pushed authorization request");
  });
});

import { describe, expect, it } from "vitest";
import { APP, appTenant, authorizeUrl, Browser, CALLBACK, MIRA, visit } from "./harness.ts";

describe("the authorization endpoint sends the browser nowhere", () => {
  const nowhere: [string, Record<string, string | undefined>, number][] = [
    ["an unregistered callback URL", { redirect_uri: "https://evil.example/cb" }, 403],
    ["a callback URL that only begins like a registered one", { redirect_uri: `${CALLBACK}/x` }, 403],
    ["no callback URL", { redirect_uri: undefined }, 403],
    ["an unknown client", { client_id: "someone" }, 403],
    ["no client", { client_id: undefined }, 400],
    ["a parameter of 10,000 characters", { state: "x".repeat(10_000) }, 400],
  ];
  it.each(nowhere)("for %s", async (_what, parameters, status) => {
    const response = await visit(appTenant(), authorizeUrl(parameters));
    expect(response.status).toBe(status);
    expect(response.headers.has("location")).toBe(false);
    expect(response.headers.get("content-type")).toContain("text/html");
  });

  it("and lists the callback URLs that are registered", async () => {
    const page = await visit(appTenant(), authorizeUrl({ redirect_uri: "http://localhost:9/cb" }));
    const html = await page.text();
    expect(html).toContain("Callback URL mismatch");
    expect(html).toContain(`<code>${CALLBACK}</code>`);
  });

  it("for a parameter sent twice", async () => {
    const response = await visit(appTenant(), `${authorizeUrl()}&client_id=dev-spa`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Duplicate parameter: client_id");
  });
});

describe("the authorization endpoint sends the refusal back to the app", () => {
  const refusals: [string, Record<string, string | undefined>, string, string][] = [
    ["no response_type", { response_type: undefined }, "invalid_request", "response_type"],
    ["another response_type", { response_type: "id_token" }, "unsupported_response_type", "code"],
    ["another response_mode", { response_mode: "fragment" }, "invalid_request", "response_mode"],
    ["PKCE plain", { code_challenge_method: "plain" }, "invalid_request", "S256"],
    ["a challenge without method", { code_challenge_method: undefined }, "invalid_request", "S256"],
    ["a malformed challenge", { code_challenge: "short" }, "invalid_request", "code_challenge"],
    [
      "an API that does not exist",
      { audience: "https://nope/" },
      "access_denied",
      "Service not found: https://nope/",
    ],
    ["prompt=none with another", { prompt: "none login" }, "invalid_request", "prompt=none"],
    ["an unknown prompt", { prompt: "dance" }, "invalid_request", "dance"],
    ["a max_age that is no number", { max_age: "soon" }, "invalid_request", "max_age"],
    [
      "an organization that does not exist",
      { organization: "org_1" },
      "invalid_request",
      "parameter organization must be an organization id",
    ],
    [
      "a connection that does not exist",
      { connection: "myspace" },
      "invalid_request",
      "Connection not found: myspace",
    ],
    [
      "a public client without PKCE",
      { client_id: "dev-spa", code_challenge: undefined, code_challenge_method: undefined },
      "invalid_request",
      "public client must use PKCE",
    ],
  ];
  it.each(refusals)("for %s", async (_what, parameters, error, description) => {
    const { url } = await new Browser(appTenant()).open(authorizeUrl(parameters));
    expect(url.origin + url.pathname).toBe(CALLBACK);
    expect(url.searchParams.get("error")).toBe(error);
    expect(url.searchParams.get("error_description")).toContain(description);
    expect(url.searchParams.get("state")).toBe("the-state");
    expect(url.searchParams.get("iss")).toBe("https://dev.localhost/");
  });
});

describe("a choice on the login page", () => {
  async function submit(fields: Record<string, string>, headers: Record<string, string> = {}) {
    const tenant = appTenant();
    const browser = new Browser(tenant);
    const form = await browser.authorize();
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const body = new URLSearchParams({ state: form.url.searchParams.get("state")!, user: MIRA, ...fields });
    return await visit(tenant, `${APP}/dev-tenant/u/login`, {
      method: "POST",
      body,
      headers: { cookie, ...headers },
    });
  }

  it("is accepted from the page it belongs to", async () => {
    expect((await submit({})).status).toBe(303);
  });

  it("is refused from a browser in which the login was not begun", async () => {
    const response = await submit({}, { cookie: "" });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("This login has ended");
    expect((await submit({}, { cookie: `dev_tenant_browser=${"A".repeat(43)}` })).status).toBe(400);
  });

  it("is refused when the browser says that another site made it", async () => {
    expect((await submit({}, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await submit({}, { "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await submit({}, { "sec-fetch-site": "same-origin" })).status).toBe(303);
  });

  it("is refused for an unknown login", async () => {
    expect((await submit({ state: "x" })).status).toBe(400);
  });

  it("of nobody the tenant knows goes back as an error", async () => {
    const response = await submit({ user: "auth0|nobody" });
    expect(new URL(response.headers.get("location")!).searchParams.get("error")).toBe("invalid_request");
  });

  it("can be made twice, as by a double click", async () => {
    const browser = new Browser(appTenant());
    const form = await browser.authorize();
    const first = await browser.press(form, "user", MIRA);
    const second = await browser.press(form, "user", MIRA);
    expect(second.searchParams.get("code")).not.toBe(first.searchParams.get("code"));
  });

  it("comes too late after an hour", async () => {
    let now = 1_800_000_000;
    const browser = new Browser(appTenant({ clock: () => now }));
    const form = await browser.authorize();
    now += 3600;
    expect((await browser.open(form.url.href)).response.status).toBe(400);
  });
});

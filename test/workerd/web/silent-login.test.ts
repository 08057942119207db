import { type EdgeAuthOptions, edgeAuth } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

const tenant = testTenant();
function appWith(options: Partial<EdgeAuthOptions> = {}): TestBrowser {
  const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, ...options });
  const app = auth.handler(async (_request, _env, _ctx, login) =>
    (await login.getUser()) ? new Response((await login.getUser())!.sub) : await login.challenge(),
  );
  return new TestBrowser(app, tenant);
}

let browser: TestBrowser;
beforeEach(() => {
  browser = appWith();
});

/** Starts a silent login, and answers the callback with what the issuer would say. */
async function answered(
  error: string,
  query = "prompt=none&returnTo=/page%3Fa=1%23here",
  change?: (url: URL) => void,
) {
  const authorize = new URL((await browser.send(`/auth/login?${query}`)).headers.get("location")!);
  const callback = new URL(`${appOrigin}/auth/callback?error=${error}&iss=https%3A%2F%2Fdev.localhost%2F`);
  callback.searchParams.set("state", authorize.searchParams.get("state")!);
  change?.(callback);
  return await browser.send(callback);
}

describe("a silent login (prompt=none)", () => {
  it("logs in whoever the issuer knows, and shows no page", async () => {
    await browser.logIn(users.jonas);
    browser.cookies.delete("__a0_session");
    const { url } = await browser.follow(await browser.send("/auth/login?prompt=none&returnTo=/page"));
    expect(url.href).toBe(`${appOrigin}/page`);
    expect(await (await browser.send("/page")).text()).toBe(users.jonas);
  });

  it("goes back to its page with login_required where the issuer knows nobody", async () => {
    const started = await browser.send("/auth/login?prompt=none&returnTo=/page%3Fa=1%23here");
    const callback = await browser.send(started.headers.get("location")!);
    const response = await browser.send(callback.headers.get("location")!);
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("/page?a=1&error=login_required#here");
    expect(browser.cookies.has("__a0_session")).toBe(false);
  });

  it.each(["login_required", "consent_required", "interaction_required", "account_selection_required"])(
    "goes back to its page with what the issuer misses: %s",
    async (error) => {
      expect((await answered(error)).headers.get("location")).toBe(`/page?a=1&error=${error}#here`);
      expect((await answered(error, "prompt=none")).headers.get("location")).toBe(`/?error=${error}`);
    },
  );

  it("says the last thing only, where its page was there before", async () => {
    const response = await answered("consent_required", "prompt=none&returnTo=/page%3Ferror=login_required");
    expect(response.headers.get("location")).toBe("/page?error=consent_required");
  });

  it("leaves the session there is alone when it is refused", async () => {
    await browser.logIn(users.mira);
    const before = browser.cookies.get("__a0_session");
    const response = await answered("login_required");
    expect(response.headers.getSetCookie().filter((line) => line.startsWith("__a0_session"))).toEqual([]);
    expect(browser.cookies.get("__a0_session")).toBe(before);
    expect(await (await browser.send("/")).text()).toBe(users.mira);
  });

  it("leads to a login with pages when its page challenges, which does not come back to the refusal", async () => {
    const refused = await answered("login_required");
    const challenged = await browser.send(refused.headers.get("location")!);
    expect(challenged.headers.get("location")).toBe(`${appOrigin}/auth/login?returnTo=%2Fpage%3Fa%3D1`);
    const authorize = new URL(
      (await browser.send(challenged.headers.get("location")!)).headers.get("location")!,
    );
    expect(authorize.searchParams.has("prompt")).toBe(false);
    const done = await browser.logIn(users.mira, challenged.headers.get("location")!);
    expect(done.headers.get("location")).toBe("/page?a=1");
  });

  it("is the only reason to take an error out of a page's address: any other one is the page's own", async () => {
    for (const own of ["/page?error=card_declined", "/page?a=1&error="]) {
      const challenged = await appWith().send(own);
      expect(challenged.headers.get("location")).toBe(
        `${appOrigin}/auth/login?returnTo=${encodeURIComponent(own)}`,
      );
    }
  });

  it("uses its callback up: the same one again belongs to no login", async () => {
    let address: URL | undefined;
    await answered("login_required", undefined, (url) => {
      address = url;
    });
    const again = await browser.send(address!);
    expect(again.status).toBe(400);
    expect(await again.text()).toContain("missing_transaction_error");
  });
});

describe("an error page is still what comes", () => {
  it("of a refusal that no page asked for by prompt=none, so that nothing goes round in circles", async () => {
    for (const query of ["returnTo=/page", "prompt=login&returnTo=/page"]) {
      const response = await answered("login_required", query);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("login_required");
    }
    browser = appWith({ authorizationParams: { prompt: "none" } });
    expect((await answered("login_required", "prompt=none&returnTo=/page")).status).toBe(400);
  });

  it("of every other error", async () => {
    expect((await answered("access_denied")).status).toBe(403);
    expect((await answered("login_required_but_not_really")).status).toBe(400);
  });

  it.each<[string, (url: URL) => void]>([
    ["another issuer's", (url) => url.searchParams.set("iss", "https://evil.example/")],
    ["without the issuer's name, which it promised to send", (url) => url.searchParams.delete("iss")],
    ["of a login nobody started", (url) => url.searchParams.set("state", "x".repeat(43))],
    ["without a state", (url) => url.searchParams.delete("state")],
    ["with two errors", (url) => url.searchParams.append("error", "login_required")],
    ["with two states", (url) => url.searchParams.append("state", "x".repeat(43))],
  ])("of a callback that is not the issuer's answer to this login: %s", async (_name, change) => {
    const response = await answered("login_required", undefined, change);
    expect(response.status).toBe(400);
    expect(response.headers.has("location")).toBe(false);
  });

  it("of another browser's silent login", async () => {
    const victim = browser;
    browser = appWith();
    let address: URL | undefined;
    await answered("login_required", undefined, (url) => {
      address = url;
    });
    expect((await victim.send(address!)).status).toBe(400);
  });
});

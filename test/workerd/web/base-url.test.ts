import { type EdgeAuthOptions, edgeAuth } from "auth0-edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { secret, testTenant } from "../../support/browser.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";

const { domain, clientId, clientSecret, customFetch } = testTenant().clientOptions;
const appOf = (appBaseUrl: EdgeAuthOptions["appBaseUrl"], options: Partial<EdgeAuthOptions> = {}) =>
  edgeAuth({ domain, clientId, clientSecret, customFetch, secret, appBaseUrl, ...options }).handler(
    () => new Response("the app"),
  );
const atIssuer = (issuer: HostileIssuer): Partial<EdgeAuthOptions> => ({
  domain: issuer.domain,
  clientId: issuer.clientId,
  clientSecret: issuer.clientSecret,
  customFetch: issuer.customFetch,
});
type App = ReturnType<typeof appOf>;

let logged: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const ask = async (app: App, url: string, headers: Record<string, string> = {}) =>
  await app.fetch(new Request(url, { headers: { accept: "text/html", ...headers } }));
/** Where the issuer sends the browser back to after a login that began at this URL, or the status where none began. */
async function callbackOf(app: App, url: string, headers?: Record<string, string>): Promise<string | number> {
  const response = await ask(app, url, headers);
  const location = response.headers.get("location");
  return location ? new URL(location).searchParams.get("redirect_uri")! : response.status;
}

describe("one base URL", () => {
  it("counts whatever host a request came to", async () => {
    const app = appOf("https://example.com");
    for (const url of ["https://example.com", "http://internal:8080", "https://evil.example"]) {
      expect(await callbackOf(app, `${url}/auth/login`)).toBe("https://example.com/auth/callback");
    }
  });

  it("is taken as browsers spell it", async () => {
    expect(await callbackOf(appOf("HTTPS://EXAMPLE.com:443/"), "https://x.example/auth/login")).toBe(
      "https://example.com/auth/callback",
    );
    expect(await callbackOf(appOf("https://münchen.example/"), "https://x.example/auth/login")).toBe(
      "https://xn--mnchen-3ya.example/auth/callback",
    );
  });

  it("may have a path, and what only begins like it lies outside", async () => {
    const app = appOf("https://example.com/shop/");
    expect(await callbackOf(app, "https://example.com/shop/auth/login")).toBe(
      "https://example.com/shop/auth/callback",
    );
    for (const path of [
      "/shopping/auth/login",
      "/auth/login",
      "/shopauth/login",
      "/shop//auth/login",
      "/SHOP/auth/login",
    ]) {
      expect(await (await ask(app, `https://example.com${path}`)).text(), path).toBe("the app");
    }
  });

  it.each([
    "http://example.com",
    "ftp://example.com",
    "example.com",
    "https://user@example.com",
    "https://:password@example.com",
    "https://example.com?a",
    "https://example.com#a",
    "https://example.com//evil.example",
    "javascript:alert(1)",
    " ",
    "https://exa mple.com",
    "infer,https://example.com",
    "https://a.example,,https://b.example",
  ])("is refused where it cannot be one: %s", async (url) => {
    expect((await ask(appOf(url), "https://example.com/auth/login")).status).toBe(500);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("APP_BASE_URL"));
    expect(logged.mock.calls.join()).not.toContain("password");
  });
});

describe("several base URLs", () => {
  const list = [
    "https://example.com",
    "https://shop.example.com/shop",
    "http://localhost:8787",
    "https://*.my-app.pages.dev",
  ];

  it.each<[string, EdgeAuthOptions["appBaseUrl"]]>([
    ["a list", list],
    ["a text with commas", list.join(" , ")],
  ])("each count where a request came to it: as %s", async (_name, given) => {
    const app = appOf(given);
    expect(await callbackOf(app, "https://example.com/auth/login")).toBe("https://example.com/auth/callback");
    expect(await callbackOf(app, "https://shop.example.com/shop/auth/login")).toBe(
      "https://shop.example.com/shop/auth/callback",
    );
    expect(await callbackOf(app, "http://localhost:8787/auth/login")).toBe(
      "http://localhost:8787/auth/callback",
    );
    expect(await callbackOf(app, "https://a1-b2.my-app.pages.dev/auth/login")).toBe(
      "https://a1-b2.my-app.pages.dev/auth/callback",
    );
  });

  it("may stand in the settings", async () => {
    const auth = edgeAuth(() => ({ domain, clientId, clientSecret, customFetch, secret }));
    const app = auth.handler(() => new Response("the app"));
    const request = new Request("https://b.example/auth/login");
    const response = await app.fetch(request, { APP_BASE_URL: "https://a.example, https://b.example" });
    expect(response.headers.get("location")).toContain(encodeURIComponent("https://b.example/auth/callback"));
  });

  it.each([
    "https://evil.example",
    "https://example.com.",
    "https://example.com.evil.example",
    "https://example.com:444",
    "http://example.com",
    "http://localhost:8788",
    "https://my-app.pages.dev",
    "https://a.b.my-app.pages.dev",
    "https://evil-my-app.pages.dev",
    "https://a.my-appXpages.dev",
    "https://a.my-app.pages.dev.evil.example",
    "https://a.my-app.pages.dev:8443",
    "http://a.my-app.pages.dev",
  ])("fall back to the first for a host that is none of them: %s", async (url) => {
    expect(await callbackOf(appOf(list), `${url}/auth/login`)).toBe("https://example.com/auth/callback");
  });

  it("keep cookies apart: without Secure on http://localhost, and nowhere else", async () => {
    const app = appOf(list);
    const cookie = async (url: string) => (await ask(app, `${url}/auth/login`)).headers.getSetCookie()[0];
    expect(await cookie("http://localhost:8787")).not.toContain("Secure");
    expect(await cookie("https://example.com")).toContain("Secure");
    expect(await cookie("https://x.my-app.pages.dev")).toContain("Secure");
  });

  it("log in at the one the request came to, and return there", async () => {
    const issuer = await hostileIssuer();
    const app = appOf(list, atIssuer(issuer));
    const base = "https://pr-7.my-app.pages.dev";
    const start = await ask(app, `${base}/auth/login?returnTo=/orders`);
    const authorize = new URL(start.headers.get("location")!);
    issuer.claims.nonce = authorize.searchParams.get("nonce");
    let form: URLSearchParams | undefined;
    issuer.misbehave.token = (body, sent) => {
      form = sent;
      return Response.json(body);
    };
    const cookie = start.headers.getSetCookie()[0]!.split(";")[0]!;
    const callback = `${base}/auth/callback?code=1&state=${authorize.searchParams.get("state")}`;
    const done = await ask(app, callback, { cookie });
    expect([done.status, done.headers.get("location")]).toEqual([302, "/orders"]);
    expect(form?.get("redirect_uri")).toBe(`${base}/auth/callback`);
  });

  it("are refused where two have one host: the second would never count", async () => {
    for (const two of [
      "https://a.example/x,https://a.example/y",
      "https://*.a.example,https://*.a.example:443",
    ]) {
      expect((await ask(appOf(two), "https://a.example/")).status).toBe(500);
    }
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("same host"));
  });
});

describe("a base URL with a wildcard", () => {
  it("alone serves no other host: 421, with and without a page, and never the app", async () => {
    const app = appOf("https://*.example.com");
    for (const path of ["/", "/auth/login", "/auth/callback?code=1&state=2"]) {
      const response = await ask(app, `https://evil.example${path}`);
      expect(response.status).toBe(421);
      expect(await response.text()).toContain("unknown_host");
    }
    const json = await ask(app, "https://evil.example/", { accept: "application/json" });
    expect(await json.json()).toMatchObject({ error: "unknown_host" });
  });

  it.each([
    ["https://pr-*.example.com", "https://pr-12.example.com", "https://example.com"],
    ["https://*.münchen.example", "https://a.xn--mnchen-3ya.example", "https://a.munchen.example"],
    ["HTTPS://*.EXAMPLE.com:443/app", "https://a.example.com/app", "https://a.example.com:444/app"],
    ["https://*.example.com:8443", "https://a.example.com:8443", "https://a.example.com"],
    ["https://*.*.example.com", "https://a.b.example.com", "https://b.example.com"],
    ["https://a-*-b.example.com", "https://a-x-b.example.com", "https://a--b.example.com"],
  ])("%s has %s and not %s", async (pattern, mine, others) => {
    const app = appOf(pattern);
    expect(await callbackOf(app, `${mine}/auth/login`)).toBe(`${mine}/auth/callback`);
    expect(await callbackOf(app, `${others}/auth/login`)).toBe(421);
  });

  it.each([
    "https://*",
    "https://*.com",
    "https://*.example",
    "https://example.*",
    "https://a.*.com",
    "https://a.example.*",
    "http://*.example.com",
    "http://*.localhost:8787",
    "http://*.my-app.localhost:8787",
    "*.example.com",
    "https://*@example.com",
    "https://user:password@*.example.com",
    "https://a.example.com/*",
    "https://a.example.com:*",
    "https://a.example.com?*",
    "https://*.(a+)+.com",
    "https://*.example.com.",
    "https://*.127.0.0.1",
  ])("is refused where it could stand for more than a part of a name of one's own: %s", async (pattern) => {
    expect((await ask(appOf(pattern), "https://a.example.com/auth/login")).status).toBe(500);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("APP_BASE_URL"));
    expect(logged.mock.calls.join()).not.toContain("any-name");
  });
});

describe("a base URL that is inferred", () => {
  it("is the host a request came to, only where that is said", async () => {
    const app = appOf("infer");
    expect(await callbackOf(app, "https://a.example/auth/login")).toBe("https://a.example/auth/callback");
    expect(await callbackOf(app, "https://b.example:8443/auth/login")).toBe(
      "https://b.example:8443/auth/callback",
    );
    expect(await callbackOf(app, "http://localhost:3000/auth/login")).toBe(
      "http://localhost:3000/auth/callback",
    );
    const silent = await ask(appOf(undefined), "https://a.example/auth/login");
    expect(silent.status).toBe(500);
  });

  it("is none by http, except on this machine: tokens would travel in the clear", async () => {
    const response = await ask(appOf("infer"), "http://a.example/auth/login");
    expect(response.status).toBe(500);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("trustForwardedHeaders"));
  });

  it("asks the issuer for its metadata once for each host, and again only for those nobody has used for long", async () => {
    const issuer = await hostileIssuer();
    const app = appOf("infer", atIssuer(issuer));
    const discoveries = () => issuer.requests.filter((path) => path.includes("openid-configuration")).length;
    const visit = async (host: string) => {
      expect((await ask(app, `https://${host}/auth/login`)).status).toBe(302);
    };
    for (let round = 0; round < 3; round++) await visit("mine.example");
    expect(discoveries()).toBe(1);
    for (let n = 0; n < 40; n++) {
      await visit(`host-${n}.example`);
      await visit("mine.example");
    }
    expect(discoveries()).toBe(41);
    await visit("host-0.example");
    expect(discoveries()).toBe(42);
  });
});

describe("forwarded headers", () => {
  const forwarded = { "x-forwarded-host": "public.example", "x-forwarded-proto": "https" };
  const inside = "http://internal:8080/auth/login";
  const trusting = { trustForwardedHeaders: true };

  it("count for nothing unless they are trusted: anybody can send them", async () => {
    expect(await callbackOf(appOf("infer"), "https://a.example/auth/login", forwarded)).toBe(
      "https://a.example/auth/callback",
    );
    const list = "https://a.example,https://public.example";
    expect(await callbackOf(appOf(list), "https://a.example/auth/login", forwarded)).toBe(
      "https://a.example/auth/callback",
    );
  });

  it("say what a request came to where they are", async () => {
    expect(await callbackOf(appOf("infer", trusting), inside, forwarded)).toBe(
      "https://public.example/auth/callback",
    );
    const list = appOf("https://a.example,https://public.example", trusting);
    expect(await callbackOf(list, inside, forwarded)).toBe("https://public.example/auth/callback");
    const pattern = appOf("https://*.public.example", trusting);
    expect(await callbackOf(pattern, inside, { ...forwarded, "x-forwarded-host": "a.public.example" })).toBe(
      "https://a.public.example/auth/callback",
    );
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "the first of several",
      { "x-forwarded-host": "a.example, b.example", "x-forwarded-proto": "https,http" },
      "https://a.example",
    ],
    [
      "a port",
      { "x-forwarded-host": "a.example:8443", "x-forwarded-proto": "https" },
      "https://a.example:8443",
    ],
    ["other letters", { "x-forwarded-host": "A.Example", "x-forwarded-proto": "HTTPS" }, "https://a.example"],
    ["the host alone", { "x-forwarded-host": "localhost" }, "http://localhost"],
    ["IPv6", { "x-forwarded-host": "[::1]:3000", "x-forwarded-proto": "http" }, "http://[::1]:3000"],
  ])("may have %s", async (_name, headers, base) => {
    expect(await callbackOf(appOf("infer", trusting), inside, headers)).toBe(`${base}/auth/callback`);
  });

  it.each([
    { "x-forwarded-host": "user@evil.example" },
    { "x-forwarded-host": "evil.example/path" },
    { "x-forwarded-host": "evil.example?query" },
    { "x-forwarded-host": "evil.example#fragment" },
    { "x-forwarded-host": "evil.example\\path" },
    { "x-forwarded-host": "evil.example:99999" },
    { "x-forwarded-host": "evil example" },
    { "x-forwarded-host": "%65vil.example" },
    { "x-forwarded-proto": "javascript" },
    { "x-forwarded-proto": "https://evil.example/#" },
    { "x-forwarded-host": ", evil.example" },
  ])("that are no address of a host count for nothing: %o", async (headers) => {
    const url = "https://mine.example/auth/login";
    expect(await callbackOf(appOf("infer", trusting), url, headers)).toBe(
      "https://mine.example/auth/callback",
    );
  });
});

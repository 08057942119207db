import {
  type EdgeAuthOptions,
  edgeAuth,
  InvalidConfigurationError,
  type PageThemeOptions,
  pageTheme,
  type SessionStore,
  StatefulStateStore,
} from "auth0-edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { appOrigin, secret, testTenant } from "../../support/browser.ts";
import { contrast } from "../../support/contrast.ts";

const tenant = testTenant();
const callback = `${appOrigin}/auth/callback?code=a&state=b`;

function appWith(options: Partial<EdgeAuthOptions> = {}) {
  const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, ...options });
  return auth.handler(async (_request, _env, _ctx, login) => Response.json(await login.getUser()));
}

const ask = (url: string, headers: Record<string, string> = {}, options: Partial<EdgeAuthOptions> = {}) =>
  appWith(options).fetch(new Request(url, { headers: { accept: "text/html", ...headers } }));

const pageOf = async (...given: Parameters<typeof ask>) => (await ask(...given)).text();

let logged: string[];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => logged.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("the page of a problem", () => {
  it("has a language, a title, one heading, one main landmark, and asks not to be found", async () => {
    const page = await pageOf(callback);
    expect(page).toMatch(/^<!doctype html><html lang="en">/);
    expect(page).toContain("<title>This login is no longer valid</title>");
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page.match(/<main>/g)).toHaveLength(1);
    expect(page).toContain('<meta name="robots" content="noindex">');
    expect(page).toContain('name="viewport"');
  });

  it("says the code, the cause, where another try begins, and the way home", async () => {
    const page = await pageOf(callback);
    expect(page).toContain("<code>missing_transaction_error</code>");
    expect(page).toContain("It may have expired, be finished, or have begun in another browser.");
    expect(page).toContain('<a class="b" href="/auth/login">Try again</a>');
    expect(page).toContain('<a href="/">Go to the app</a>');
  });

  it("leads to the path the app is mounted at, and to its own login route", async () => {
    const url = `${appOrigin}/shop/in/callback?code=a&state=b`;
    const page = await pageOf(url, {}, { appBaseUrl: `${appOrigin}/shop`, basePath: "/in" });
    expect(page).toContain('href="/shop/in/login"');
    expect(page).toContain('<a href="/shop/">Go to the app</a>');
  });

  it("does not offer the same way twice", async () => {
    const page = await pageOf(`${appOrigin}/auth/logout`, { "sec-fetch-site": "cross-site" });
    expect(page.match(/Go to the app/g)).toHaveLength(1);
  });

  it("runs no script, loads nothing, posts nothing and is framed by nobody", async () => {
    const response = await ask(callback);
    const policy = response.headers.get("content-security-policy")!.split("; ");
    expect(policy).toEqual([
      "default-src 'none'",
      "style-src 'unsafe-inline'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ]);
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(await response.text()).not.toMatch(/<script|<form|https?:\/\//);
  });

  it("is a page only for whoever navigates and wants one", async () => {
    const type = async (headers: Record<string, string>) =>
      (await ask(callback, headers)).headers.get("content-type")?.split(";")[0];
    expect(await type({ "sec-fetch-mode": "navigate" })).toBe("text/html");
    expect(await type({})).toBe("text/html");
    expect(await type({ "sec-fetch-mode": "cors" })).toBe("application/json");
    expect(await type({ accept: "application/json" })).toBe("application/json");
    expect(await type({ accept: "*/*" })).toBe("application/json");
  });
});

describe("the name of a request", () => {
  it("stands on the page and in the operator's log, so that one leads to the other", async () => {
    const options = { customFetch: () => Promise.reject(new TypeError("no network")) };
    const page = await pageOf(`${appOrigin}/auth/login`, { "cf-ray": "8f2a-FRA" }, options);
    expect(page).toContain("<dt>Request</dt><dd><code>8f2a-FRA</code></dd>");
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("(request 8f2a-FRA)");
  });

  it("is in what programs get", async () => {
    const response = await ask(callback, { accept: "application/json", "x-request-id": "abc" });
    expect(await response.json()).toEqual({
      error: "missing_transaction_error",
      message: expect.stringContaining("Please start again."),
      requestId: "abc",
    });
  });

  it("is made up where the host has none, or one that says more than a name", async () => {
    for (const id of ["<b>bold</b>", "a b", "x".repeat(200), ""]) {
      const page = await pageOf(callback, { "x-request-id": id });
      expect(page).not.toContain(id || "<code></code>");
      expect(page).toMatch(/<dt>Request<\/dt><dd><code>[\da-f-]{36}<\/code>/);
    }
  });
});

describe("what a problem says", () => {
  const failing = (answer: () => Promise<Response>) => ({ customFetch: answer });
  const store: SessionStore = {
    get: () => Promise.reject(new Error("password=hunter2")),
    set: () => Promise.reject(new Error("password=hunter2")),
    delete: () => Promise.reject(new Error("password=hunter2")),
    deleteByLogoutToken: () => Promise.resolve(),
  };

  it("where the login service is away: nothing has changed, and it is worth another try", async () => {
    const away = failing(() => Promise.reject(new TypeError("connect ECONNREFUSED 10.0.0.7")));
    const response = await ask(`${appOrigin}/auth/login`, {}, away);
    expect(response.status).toBe(502);
    const page = await response.text();
    expect(page).toContain("You were neither logged in nor out. Please try again in a moment.");
    expect(page).not.toContain("10.0.0.7");
  });

  it("where something fails that nobody thought of: no more than that, and whom to tell", async () => {
    const filterClaims = () => {
      throw new Error("secret detail");
    };
    const moreRoutes = [{ path: "/odd", handle: async () => filterClaims() }];
    const response = await ask(`${appOrigin}/auth/odd`, {}, { moreRoutes });
    expect(response.status).toBe(500);
    const page = await response.text();
    expect(page).toContain("no fault of yours");
    expect(page).not.toContain("secret detail");
    expect(logged[0]).toContain("secret detail");
  });

  it("where the sessions are out of reach: who is still logged in", async () => {
    const auth = appWith({
      stateStore: (given, cookies) => new StatefulStateStore({ ...given, store }, cookies),
    });
    const { cookie } = await sealedId();
    const response = await auth.fetch(new Request(appOrigin, { headers: { accept: "text/html", cookie } }));
    expect(response.status).toBe(503);
    const page = await response.text();
    expect(page).toContain("Unless you were logging out, you are still logged in.");
    expect(page).not.toContain("hunter2");
  });

  /** The cookie of a session in a database that works. */
  async function sealedId() {
    const kept = new Map<string, unknown>();
    const working = {
      ...store,
      set: async (id: string, state: unknown) => void kept.set(id, state),
    } as SessionStore;
    const { HeadersCookieHandler } = await import("auth0-edge");
    const options = { secret, store: working, cookie: { secure: false } };
    const headers = new Headers();
    const state = {
      user: { sub: "a" },
      idToken: undefined,
      refreshToken: undefined,
      tokenSets: [],
      internal: { sid: "", createdAt: Math.floor(Date.now() / 1000), id: "x" },
    };
    const request = new Request(appOrigin);
    await new StatefulStateStore(options, new HeadersCookieHandler()).set("__a0_session", state, true, {
      request,
      headers,
    });
    return { cookie: headers.getSetCookie()[0]!.split(";")[0]! };
  }
});

describe("a theme", () => {
  const themed = (theme: PageThemeOptions) => ask(callback, {}, { theme: pageTheme(theme) });

  it("puts name and logo above the page, and allows that picture alone", async () => {
    const response = await themed({ appName: "Paper & Co", logoUrl: "/logo.svg" });
    const page = await response.text();
    expect(page).toContain('<header><img src="/logo.svg" alt="" height="40">Paper &#38; Co</header><main>');
    expect(response.headers.get("content-security-policy")).toContain("; img-src 'self'; ");
    const foreign = await themed({ logoUrl: "https://cdn.example/a;b,c/logo.svg?v=1" });
    expect(foreign.headers.get("content-security-policy")).toContain("; img-src https://cdn.example; ");
  });

  it("colours the button so that it can be read, whatever colour is chosen", async () => {
    const colours = [
      "#0d6b62",
      "#fff",
      "#000000",
      "#ffd400",
      "#777777",
      "#767676",
      "#ff0000",
      "#00f",
      "#808080",
    ];
    for (const accentColor of colours) {
      const page = await (await themed({ accentColor })).text();
      const [, background, text] = /--a:(#\w+);--o:(#\w+)\}/.exec(page)!;
      expect(background).toBe(accentColor);
      expect(contrast(background!, text!), accentColor).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("leads to help where the app offers some", async () => {
    const page = await (await themed({ supportUrl: "mailto:help@example.com" })).text();
    expect(page).toContain('<footer><a href="mailto:help@example.com">Get help</a></footer>');
  });

  it.each<[string, PageThemeOptions]>([
    ["accentColor", { accentColor: "red;}body{display:none" }],
    ["accentColor", { accentColor: "#12345" }],
    ["accentColor", { accentColor: "#0d6b62 " }],
    ["logoUrl", { logoUrl: "http://cdn.example/logo.svg" }],
    ["logoUrl", { logoUrl: "//cdn.example/logo.svg" }],
    ["logoUrl", { logoUrl: "data:image/svg+xml,x" }],
    ["logoUrl", { logoUrl: "/\\cdn.example/logo.svg" }],
    ["logoUrl", { logoUrl: "logo.svg" }],
    ["supportUrl", { supportUrl: "javascript:alert(1)" }],
    ["supportUrl", { supportUrl: "" }],
  ])("is refused when it is made, with the name of the option: %s %j", (option, theme) => {
    expect(() => pageTheme(theme)).toThrow(InvalidConfigurationError);
    expect(() => pageTheme(theme)).toThrow(`'${option}'`);
  });

  it("cannot break out of the page", async () => {
    const page = await (
      await themed({
        appName: "<script>alert(1)</script>",
        logoUrl: '/a"onerror="alert(1)',
        supportUrl: 'https://a.example/"><b>',
      })
    ).text();
    expect(page).not.toMatch(/<script|"onerror|<b>/);
  });
});

import {
  CookieTransactionStore,
  type EdgeAuthOptions,
  edgeAuth,
  HeadersCookieHandler,
  MemorySessionStore,
  StatefulStateStore,
} from "auth0-edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

const tenant = testTenant();

function appWith(options: Partial<EdgeAuthOptions> = {}) {
  const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, ...options });
  return auth.handler(async (_request, _env, _ctx, login) =>
    Response.json({ user: (await login.getUser())?.sub ?? null, reason: (await login.getReason()) ?? null }),
  );
}

let app: ReturnType<typeof appWith>;
let browser: TestBrowser;
let logged: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  app = appWith();
  browser = new TestBrowser(app, tenant);
  logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const state = async () =>
  await (await browser.send("/")).json<{ user: string | null; reason: string | null }>();

describe("a callback that is not right", () => {
  it.each([
    ["/auth/callback"],
    ["/auth/callback?code=x"],
    ["/auth/callback?code=x&state=y"],
    ["/auth/callback?error=access_denied"],
    [`/auth/callback?code=${"x".repeat(10_000)}&state=${"y".repeat(10_000)}`],
    ["/auth/callback?state=%00%ff&code=%"],
  ])("gets a plain page and keeps the session: %#", async (path) => {
    await browser.logIn();
    const response = await browser.send(path);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("text/html");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    const page = await response.text();
    expect(page).toContain("missing_transaction_error");
    expect(page).not.toMatch(/ at .*\.(ts|js):\d|<script/);
    expect((await state()).user).toBe(users.mira);
  });

  it("that was denied says so in plain words, and the earlier session stays", async () => {
    await browser.logIn();
    const callback = await browser.choose(await browser.openPicker(), { refuse: "deny" });
    const response = await browser.send(callback);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("You did not log in");
    expect((await state()).user).toBe(users.mira);
  });

  it("never shows what stands in error_description", async () => {
    const callback = await browser.choose(await browser.openPicker(), { refuse: "deny" });
    callback.searchParams.set("error_description", "<img src=x onerror=alert(1)>");
    const page = await (await browser.send(callback)).text();
    expect(page).not.toContain("<img");
    expect(page).not.toContain("onerror");
  });

  it("shows an odd error code of the issuer as our own code", async () => {
    const callback = await browser.choose(await browser.openPicker(), { refuse: "fail" });
    callback.searchParams.set("error", "<b>bold</b>");
    const page = await (await browser.send(callback)).text();
    expect(page).not.toContain("bold");
    expect(page).toContain("token_by_code_error");
  });

  it("is JSON for programs", async () => {
    const response = await browser.send("/auth/callback", { headers: { accept: "application/json" } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: "missing_transaction_error" });
  });

  it("is refused when it comes a second time, and the session stays", async () => {
    const callback = await browser.choose(await browser.openPicker(), { user: users.mira });
    expect((await browser.send(callback)).status).toBe(302);
    expect((await browser.send(callback)).status).toBe(400);
    expect((await state()).user).toBe(users.mira);
  });

  it("is refused with the transaction of another browser", async () => {
    const callback = await browser.choose(await browser.openPicker(), { user: users.mira });
    expect((await new TestBrowser(app, tenant).send(callback)).status).toBe(400);
  });

  it("twice at the same moment ends with exactly one login: the code serves once", async () => {
    const callback = await browser.choose(await browser.openPicker(), { user: users.mira });
    const statuses = (await Promise.all([1, 2].map(() => browser.send(callback, {}, false)))).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([302, 400]);
  });
});

describe("a session cookie that is not right", () => {
  it.each<[string, (cookie: string) => string]>([
    [
      "tampered with",
      (cookie) => cookie.slice(0, -5) + (cookie.at(-5) === "A" ? "B" : "A") + cookie.slice(-4),
    ],
    ["truncated", (cookie) => cookie.slice(0, cookie.length / 2)],
    ["empty", () => ""],
    ["foreign", () => "eyJhbGciOiJkaXIifQ..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"],
    ["far too large", () => "x".repeat(60_000)],
    ["nonsense", () => '%00=\\;"='],
    ["a peer's", () => "eyJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwiYWxnIjoiZGlyIiwia2lkIjoiMSJ9..AAAA.AAAA.AAAA"],
  ])("is an anonymous request: %s", async (_name, change) => {
    await browser.logIn();
    browser.cookies.set("__a0_session", change(browser.cookies.get("__a0_session")!));
    const response = await browser.send("/");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ user: null });
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("is an anonymous request when it was sealed by another secret", async () => {
    await browser.logIn();
    const other = appWith({ secret: secret.replace("a", "b") });
    const request = new Request(appOrigin, { headers: { cookie: browser.cookieHeader() } });
    expect(await (await other.fetch(request)).json()).toEqual({ user: null, reason: "invalid_session" });
  });

  it("goes on working when its secret has become the older one", async () => {
    await browser.logIn();
    const rotated = appWith({ secret: ["another-secret-that-has-32-characters", secret] });
    const request = new Request(appOrigin, { headers: { cookie: browser.cookieHeader() } });
    expect(await (await rotated.fetch(request)).json()).toEqual({ user: users.mira, reason: null });
  });

  it("of a transaction is no session", async () => {
    await browser.openPicker();
    const [, transaction] = [...browser.cookies].find(([name]) => name.startsWith("__a0_tx."))!;
    browser.cookies.set("__a0_session", transaction);
    expect(await state()).toEqual({ user: null, reason: "invalid_session" });
  });

  it("that takes several cookies is told to be invalid as well", async () => {
    browser.cookies.set("__a0_session.0", "2~planted");
    expect(await state()).toEqual({ user: null, reason: "invalid_session" });
  });

  it("that is absent is told from one that is not valid", async () => {
    expect(await state()).toEqual({ user: null, reason: "no_session" });
  });
});

describe("returnTo", () => {
  const outside = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:evil.example",
    "///evil.example",
    "/%09/evil.example".replace("%09", "\t"),
    " //evil.example",
    "https://user@localhost:8787/",
    "/..//evil.example",
    "http://localhost:8787//evil.example",
    `/${"x".repeat(3000)}`,
  ];
  it.each(outside)("outside the app is ignored at login: %s", async (value) => {
    const done = await browser.logIn(users.mira, `/auth/login?returnTo=${encodeURIComponent(value)}`);
    expect(done.headers.get("location")).toBe("/");
  });

  it.each(outside)("outside the app is ignored at logout: %s", async (value) => {
    await browser.logIn();
    const response = await browser.send(`/auth/logout?returnTo=${encodeURIComponent(value)}`);
    const url = new URL(response.headers.get("location")!);
    expect(url.searchParams.get("post_logout_redirect_uri")).toBe(appOrigin);
  });

  it("that grows past all bounds when it is encoded is ignored, and the login goes on", async () => {
    for (const value of [`/${"中".repeat(1500)}`, `/${'"'.repeat(1500)}`]) {
      const done = await browser.logIn(users.mira, `/auth/login?returnTo=${encodeURIComponent(value)}`);
      expect(done.headers.get("location")).toBe("/");
    }
  });

  it("is looked at again at the callback", async () => {
    const picker = await browser.openPicker();
    const callback = await browser.choose(picker, { user: users.mira });
    const cookies = new HeadersCookieHandler();
    const store = new CookieTransactionStore({ secret }, cookies);
    const [name] = [...browser.cookies.keys()].filter((one) => one.startsWith("__a0_tx."));
    const request = new Request(appOrigin, { headers: { cookie: browser.cookieHeader() } });
    const headers = new Headers();
    const transaction = (await store.get(name!, { request }))!;
    await store.set(name!, { ...transaction, appState: { returnTo: "https://evil.example/" } }, false, {
      request,
      headers,
    });
    browser.keep(new Response(null, { headers }));
    expect((await browser.send(callback)).headers.get("location")).toBe("/");
  });

  it("never becomes a parameter of the authorization request", async () => {
    const response = await browser.send(
      "/auth/login?returnTo=%2F%3Fscope%3Dadmin&scope=admin&audience=x&redirect_uri=https://evil.example",
    );
    const url = new URL(response.headers.get("location")!);
    expect(url.searchParams.get("scope")).toBe("openid profile email offline_access");
    expect(url.searchParams.has("audience")).toBe(false);
    expect(url.searchParams.get("redirect_uri")).toBe(`${appOrigin}/auth/callback`);
  });
});

describe("the login route", () => {
  it("lets another site initiate a login at our own issuer, by GET and by POST", async () => {
    const query = "iss=https%3A%2F%2Fdev.localhost%2F&login_hint=mira&target_link_uri=%2Forders";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    for (const response of [
      await browser.send(`/auth/login?${query}`),
      await browser.send("/auth/login", { method: "POST", headers, body: query }),
    ]) {
      expect(new URL(response.headers.get("location")!).searchParams.get("login_hint")).toBe("mira");
    }
    expect((await browser.logIn(users.mira, `/auth/login?${query}`)).headers.get("location")).toBe("/orders");
  });

  it("keeps nothing of a form of another site, with which no cookies come, before it has become a link", async () => {
    const query = new URLSearchParams({
      ...{
        iss: "https://dev.localhost/",
        login_hint: "mira",
        target_link_uri: "/orders?a=b&c",
        scope: "evil",
      },
      organization: "org x&y",
    });
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
      const init = form(query.toString());
      const all = { ...(init.headers as Record<string, string>), ...(headers as Record<string, string>) };
      const posted = await browser.send("/auth/login", { ...init, headers: all });
      expect([posted.status, posted.headers.getSetCookie()]).toEqual([303, []]);
      const link = new URL(posted.headers.get("location")!);
      expect([link.origin, link.pathname, [...link.searchParams.keys()].sort()]).toEqual([
        appOrigin,
        "/auth/login",
        ["login_hint", "organization", "returnTo"],
      ]);
      const asked = new URL((await browser.send(link)).headers.get("location")!).searchParams;
      expect([asked.get("login_hint"), asked.get("organization")]).toEqual(["mira", "org x&y"]);
    }
  });

  it("refuses a login another site initiates at a foreign issuer", async () => {
    const response = await browser.send("/auth/login?iss=https%3A%2F%2Fevil.example%2F");
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("unknown_issuer");
  });

  it("reads a form of 64 KB at most", async () => {
    const post = async (body: string) => {
      const response = await browser.send("/auth/login", form(body));
      return new URL(response.headers.get("location")!).searchParams.get("login_hint");
    };
    expect(await post("login_hint=mira")).toBe("mira");
    expect(await post(`login_hint=mira&pad=${"x".repeat(70_000)}`)).toBeNull();
  });

  it("does nothing when a browser fetches ahead", async () => {
    for (const path of ["/auth/login", "/auth/logout"]) {
      const response = await browser.send(path, { headers: { "sec-purpose": "prefetch;prerender" } });
      expect(response.status).toBe(204);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(response.headers.get("cache-control")).toContain("no-store");
    }
  });

  it("goes to the name of this machine that is registered, since its names share no cookies", async () => {
    const response = await app.fetch(new Request("http://127.0.0.1:8787/auth/login?returnTo=/a"));
    expect(response.headers.get("location")).toBe(`${appOrigin}/auth/login?returnTo=/a`);
    const behindProxy = await app.fetch(new Request("http://127.0.0.1:3000/auth/login"));
    expect(behindProxy.headers.get("location")).toContain("/dev-tenant/authorize");
  });

  it("knows only the methods it needs", async () => {
    for (const [path, method] of [
      ["/auth/login", "DELETE"],
      ["/auth/callback", "POST"],
      ["/auth/backchannel-logout", "GET"],
      ["/auth/logout", "PUT"],
    ] as const) {
      const response = await browser.send(path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBeTruthy();
    }
  });
});

describe("a form that cannot be read", () => {
  const url = (route: string) => `${appOrigin}/auth/${route}`;
  const headers = { "content-type": "application/x-www-form-urlencoded", origin: appOrigin };
  it.each<[string, (route: string) => Promise<Request>]>([
    [
      "its sender hung up",
      async (route) => {
        const body = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
        return new Request(url(route), { method: "POST", headers, body });
      },
    ],
    [
      "the app has read it",
      async (route) => {
        const request = new Request(url(route), { method: "POST", headers, body: "returnTo=/orders" });
        await request.arrayBuffer();
        return request;
      },
    ],
    [
      "the app is reading it",
      async (route) => {
        const request = new Request(url(route), { method: "POST", headers, body: "returnTo=/orders" });
        request.body!.getReader();
        return request;
      },
    ],
  ])("counts as none, and is no fault of the app: %s", async (_name, request) => {
    expect((await app.fetch(await request("login"))).headers.get("location")).toContain("/authorize?");
    expect((await app.fetch(await request("logout"))).status).toBe(303);
    expect((await app.fetch(await request("backchannel-logout"))).status).toBe(400);
    expect(logged).not.toHaveBeenCalled();
  });
});

describe("the logout route", () => {
  it("refuses another site", async () => {
    await browser.logIn();
    const response = await browser.send("/auth/logout", { headers: { "sec-fetch-site": "cross-site" } });
    expect(response.status).toBe(403);
    expect((await state()).user).toBe(users.mira);
  });

  it("says nothing of being logged out where the store failed, but forgets the session in this browser", async () => {
    const store = new MemorySessionStore();
    const stateful = appWith({
      stateStore: (options, cookies) => new StatefulStateStore({ ...options, store }, cookies),
    });
    const other = new TestBrowser(stateful, tenant);
    await other.logIn();
    store.delete = () => Promise.reject(new Error("store down"));
    const response = await other.send("/auth/logout");
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain("logged out");
    expect(other.cookies.has("__a0_session")).toBe(false);
    expect(logged).toHaveBeenCalledWith(
      expect.stringContaining("The session store could not be reached. store down (request "),
    );
  });

  it("ends the session here even while the issuer is down, and says so", async () => {
    await browser.logIn();
    const cold = appWith({ customFetch: () => Promise.reject(new TypeError("down")) });
    const away = new TestBrowser(cold);
    for (const [name, value] of browser.cookies) away.cookies.set(name, value);
    const response = await away.send("/auth/logout");
    expect(response.status).toBe(502);
    expect(await response.text()).toContain("You are logged out here");
    expect(await (await away.send("/")).json()).toMatchObject({ user: null });
  });
});

describe("what lies with the operator", () => {
  it.each<[string, Partial<EdgeAuthOptions>]>([["a wrong client secret", { clientSecret: "wrong" }]])(
    "is told in the log and not to the person: %s",
    async (_name, options) => {
      const other = new TestBrowser(appWith(options), tenant);
      const response = await other.send(await other.choose(await other.openPicker(), { user: users.mira }));
      expect(response.status).toBe(500);
      expect(await response.text()).toContain("The login service does not know this app");
      expect(logged).toHaveBeenCalledOnce();
    },
  );

  it("cannot be made to forge lines of the log", async () => {
    const callback = await browser.choose(await browser.openPicker(), { refuse: "fail" });
    callback.searchParams.set("error_description", "x\nauth0-edge: all is well\u001b[31m\u2028\u202e");
    expect((await browser.send(callback)).status).toBe(502);
    expect(logged.mock.calls.flat().join("")).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  it("is shown without letting anything of it become markup", async () => {
    const page = await (await new TestBrowser(appWith({ appBaseUrl: "<img src=x>" })).send("/")).text();
    expect(page).toContain("&#60;img src=x&#62;");
    expect(page).not.toContain("<img");
  });
});

describe("many cookies that look like ours", () => {
  it("neither keep the app busy nor make its response large", async () => {
    const flood = Array.from({ length: 3000 }, (_, i) => `__a0_tx.${String(i).padStart(22, "a")}=x`).join(
      "; ",
    );
    const response = await app.fetch(new Request(`${appOrigin}/auth/login`, { headers: { cookie: flood } }));
    expect(response.status).toBe(302);
    expect(response.headers.getSetCookie().length).toBeLessThan(20);
  });

  it("do not hide a session that stands in several cookies behind a single one that does not open", async () => {
    await browser.logIn();
    const text = browser.cookies.get("__a0_session")!;
    browser.cookies.delete("__a0_session");
    browser.cookies.set("__a0_session.0", `2~${text.slice(0, 500)}`);
    browser.cookies.set("__a0_session.1", text.slice(500));
    expect((await state()).user).toBe(users.mira);
    browser.cookies.set("__a0_session", "planted");
    expect((await state()).user).toBe(users.mira);
  });
});

describe("the back-channel logout route", () => {
  it.each<[string, RequestInit]>([
    ["without a body", { method: "POST" }],
    ["with JSON", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }],
    ["with a token that is none", form("logout_token=abc")],
    ["with a body that is too large", form(`logout_token=${"x".repeat(100_000)}`)],
  ])("answers exactly 400 and no-store %s, and leaves the log to the operator", async (_name, init) => {
    const response = await browser.send("/auth/backchannel-logout", init);
    expect(response.status).toBe(400);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ error: "invalid_request" });
    expect(logged).not.toHaveBeenCalled();
  });
});

describe("cookies on http://localhost", () => {
  it("go without Secure and the prefixes that demand it; the login's own stay where the callback is", async () => {
    const cookie = { name: "__Host-session", partitioned: true, sameSite: "none" as const, path: "/" };
    const local = new TestBrowser(appWith({ session: { cookie: { ...cookie, path: "/app" } } }), tenant);
    const start = (await local.send("/auth/login")).headers.getSetCookie();
    expect(start[0]).toMatch(/^__a0_tx\..*; Path=\/; HttpOnly; SameSite=Lax$/);
    const lines = (await local.logIn()).headers.getSetCookie();
    expect(lines.find((line) => line.startsWith("session="))).toMatch(
      /; Path=\/app; HttpOnly; SameSite=Lax$/,
    );
  });
});

describe("configuration", () => {
  it.each([
    ["AUTH0_DOMAIN", { domain: undefined }],
    ["AUTH0_CLIENT_ID", { clientId: undefined }],
    ["AUTH0_SECRET", { secret: undefined }],
    ["AUTH0_SECRET", { secret: "short" }],
    ["APP_BASE_URL", { appBaseUrl: undefined }],
    ["APP_BASE_URL", { appBaseUrl: "http://example.com" }],
    ["APP_BASE_URL", { appBaseUrl: "https://user@example.com" }],
    ["APP_BASE_URL", { appBaseUrl: "https://example.com//evil.example" }],
  ])(
    "that lacks %s says which setting and where to set it, and nothing is served",
    async (setting, options) => {
      const response = await new TestBrowser(appWith(options)).send("/");
      expect(response.status).toBe(500);
      const page = await response.text();
      expect(page).toContain(setting);
      expect(logged).toHaveBeenCalledWith(expect.stringContaining(setting));
      if (setting === "AUTH0_SECRET") expect(page).toContain("openssl rand");
    },
  );

  it("tells strangers nothing about what is missing", async () => {
    const broken = appWith({ domain: undefined });
    const response = await broken.fetch(
      new Request("https://example.com/", { headers: { accept: "text/html" } }),
    );
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("AUTH0_DOMAIN");
    expect(logged).toHaveBeenCalledOnce();
  });

  it("comes from the Worker's env, and is made once for each", async () => {
    const { domain, clientId, clientSecret, customFetch } = tenant.clientOptions;
    const env = {
      AUTH0_DOMAIN: domain,
      AUTH0_CLIENT_ID: clientId,
      AUTH0_CLIENT_SECRET: clientSecret,
      AUTH0_SECRET: secret,
      APP_BASE_URL: appOrigin,
    };
    let made = 0;
    const auth = edgeAuth<typeof env>(() => {
      made++;
      return { customFetch };
    });
    const worker = auth.handler(() => new Response("app"));
    for (const settings of [env, env, { ...env, AUTH0_CLIENT_ID: "second" }]) {
      const response = await worker.fetch(new Request(`${appOrigin}/auth/login`), settings);
      const url = new URL(response.headers.get("location")!);
      expect(url.searchParams.get("client_id")).toBe(settings.AUTH0_CLIENT_ID);
    }
    expect(made).toBe(2);
  });
});

function form(body: string): RequestInit {
  return { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body };
}

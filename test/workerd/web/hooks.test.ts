import {
  type CallbackResult,
  type EdgeAuthOptions,
  type EdgeClient,
  edgeAuth,
  MemorySessionStore,
  type ProblemContext,
  ServerClient,
  StatefulStateStore,
} from "auth0-edge";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";
import { edgeApp } from "../../support/edge-app.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { clientBench } from "../../support/server-client.ts";
import { waysIn } from "../../support/ways-in.ts";

const tenant = testTenant();
function appWith(options: Partial<EdgeAuthOptions> = {}): TestBrowser {
  const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, ...options });
  const app = auth.handler(async (_request, _env, _ctx, login) =>
    Response.json((await login.getSession()) ?? null),
  );
  return new TestBrowser(app, tenant);
}
const later = () => new Promise((resolve) => setTimeout(resolve, 5));
const session = async (browser: TestBrowser) =>
  await (await browser.send("/")).json<Record<string, unknown> | null>();

function benchOf(
  { domain, clientId, clientSecret, customFetch }: HostileIssuer,
  options: Parameters<typeof clientBench>[0],
) {
  return clientBench({ domain, clientId, clientSecret, customFetch, ...options });
}

let logged: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a session that is too large", () => {
  const browser = appWith({ beforeSessionSaved: () => ({ profile: "x".repeat(9000) }) });
  it.each([
    ["names its largest members on this machine", {}, true],
    ["names nothing to strangers", { "x-forwarded-host": "app.example" }, false],
  ])("%s", async (_name, headers, isNamed) => {
    const callback = await browser.choose(await browser.openPicker(), { user: users.mira });
    const response = await browser.send(callback, { headers });
    expect(response.status).toBe(500);
    const page = await response.text();
    expect(page).toContain("session_too_large");
    expect(page.includes("profile")).toBe(isNamed);
    expect(logged.mock.calls.flat().join()).toContain("profile");
    expect(await session(browser)).toBeNull();
  });
});

describe("beforeSessionSaved", () => {
  it("sees the session that is about to be saved and the request, and what it returns is kept", async () => {
    const browser = appWith({
      async beforeSessionSaved(session, { storeOptions }) {
        await later();
        const cookie = storeOptions?.request?.headers.get("cookie");
        return {
          plan: `of ${session.user?.sub}`,
          tokens: session.tokenSets.length,
          cookie: typeof cookie,
          none: undefined,
        };
      },
    });
    await browser.logIn(users.mira);
    const kept = await session(browser);
    expect(kept).toMatchObject({ plan: `of ${users.mira}`, tokens: 1, cookie: "string" });
    expect(kept).not.toHaveProperty("none");
  });

  it("may return nothing, and cannot change the session but by what it returns", async () => {
    const browser = appWith({
      beforeSessionSaved(session) {
        expect(session).not.toHaveProperty("internal");
        session.user!.sub = "somebody else";
        session.tokenSets.length = 0;
        session.extra = true;
      },
    });
    expect((await browser.logIn(users.mira)).status).toBe(302);
    const kept = await session(browser);
    expect(kept).toMatchObject({ user: { sub: users.mira }, tokenSets: [{ audience: "default" }] });
    expect(kept).not.toHaveProperty("extra");
  });

  it("may hand on what came from outside: no name in it reaches the session's own members", async () => {
    const outside = JSON.parse(
      '{"__proto__":{"sessionExpiresAt":1,"refreshToken":"theirs"},"a":1}',
    ) as object;
    const browser = appWith({ beforeSessionSaved: () => ({ ...outside }) });
    expect((await browser.logIn(users.mira)).status).toBe(302);
    const kept = await session(browser);
    expect(kept).toMatchObject({ user: { sub: users.mira }, a: 1 });
    expect([kept?.sessionExpiresAt, kept?.refreshToken]).not.toContain("theirs");
  });

  it("that throws refuses the login: nothing is saved, and whoever was logged in stays", async () => {
    let refuse = false;
    const store = new MemorySessionStore();
    const set = vi.spyOn(store, "set");
    const browser = appWith({
      stateStore: (options, cookies) => new StatefulStateStore({ ...options, store }, cookies),
      async beforeSessionSaved() {
        await later();
        if (refuse) throw new Error("this account is blocked");
      },
    });
    await browser.logIn(users.mira);
    refuse = true;
    const before = browser.cookies.get("__a0_session");
    const writes = set.mock.calls.length;
    const response = await browser.logIn(users.jonas);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("blocked");
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("this account is blocked"));
    expect(browser.cookies.get("__a0_session")).toBe(before);
    expect(set.mock.calls).toHaveLength(writes);
    expect(await session(browser)).toMatchObject({ user: { sub: users.mira } });
  });

  it.each<[string, unknown]>([
    ["a member of the SDK's own", { user: { sub: "somebody else" } }],
    ["what is no JSON", { at: new Map() }],
    ["what is no object", "text"],
    ["a list", [1]],
  ])("refuses the login where it returns %s", async (_name, returned) => {
    const browser = appWith({ beforeSessionSaved: () => returned as Record<string, unknown> });
    expect((await browser.logIn()).status).toBe(500);
    expect(logged).toHaveBeenCalledOnce();
    expect(await session(browser)).toBeNull();
  });

  it.each(Object.entries(waysIn))("is called where somebody logs in by %s", async (_name, logIn) => {
    const issuer = await hostileIssuer();
    const seen: (string | undefined)[] = [];
    const bench = benchOf(issuer, {
      beforeSessionSaved({ user }) {
        seen.push(user?.sub);
        return { kept: true };
      },
    });
    await logIn(issuer, bench);
    expect(seen).toEqual(["user-1"]);
    expect(await bench.client.getSession(bench.request())).toMatchObject({ kept: true });
  });

  it.each(Object.entries(waysIn))("that throws lets nobody in by %s", async (_name, logIn) => {
    const issuer = await hostileIssuer();
    const blocked = new Error("blocked");
    const bench = benchOf(issuer, { beforeSessionSaved: () => Promise.reject(blocked) });
    await expect(logIn(issuer, bench)).rejects.toBe(blocked);
    expect(await bench.client.getSession(bench.request())).toBeUndefined();
  });

  it("is refused where it is no function", async () => {
    const browser = appWith({ beforeSessionSaved: "yes" as never });
    const response = await browser.send("/auth/login");
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("&#39;beforeSessionSaved&#39; must be a function");
  });
});

describe("onCallback after a login", () => {
  it("is told who came, from where and what for, and the browser goes on when it is done", async () => {
    const results: CallbackResult[] = [];
    const browser = appWith({
      async onCallback(result) {
        await later();
        results.push(result);
      },
    });
    const response = await browser.logIn(users.mira, "/auth/login?returnTo=/orders");
    expect([response.status, response.headers.get("location")]).toEqual([302, "/orders"]);
    expect(results).toHaveLength(1);
    const { error, session, returnTo, appState, request, auth } = results[0]!;
    expect(error).toBeUndefined();
    expect(session).toMatchObject({ user: { sub: users.mira } });
    expect(session).not.toHaveProperty("internal");
    expect([returnTo, appState]).toEqual(["/orders", { returnTo: "/orders" }]);
    expect(new URL(request.url).pathname).toBe("/auth/callback");
    expect(auth.requestId).toBeTruthy();
  });

  it("may answer in place of the redirect, and the session comes along", async () => {
    const browser = appWith({
      onCallback: ({ session }) =>
        session && new Response(`Welcome ${session.user?.name}`, { headers: { "set-cookie": "seen=1" } }),
    });
    const response = await browser.logIn(users.mira);
    expect(await response.text()).toBe("Welcome Mira Solberg");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect([...browser.cookies.keys()].sort()).toContain("seen");
    expect(await session(browser)).toMatchObject({ user: { sub: users.mira } });
  });

  it("may keep data in the session it is told of, and has the whole client the app makes", async () => {
    const auth = edgeAuth({
      ...tenant.clientOptions,
      secret,
      appBaseUrl: appOrigin,
      createClient: (options) => new ServerClient(options),
      async onCallback({ auth }) {
        const { issuer } = await auth.client.authClient.getServerMetadata();
        await auth.updateSession({ cart: 3, issuer });
      },
    });
    const app = auth.handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getSession()) ?? null),
    );
    const browser = new TestBrowser(app, tenant);
    await browser.logIn();
    expect(await session(browser)).toMatchObject({ cart: 3, issuer: "https://dev.localhost/" });
  });

  it.each(["cookies", "a database"])("that throws undoes the login: no session in %s", async (place) => {
    const store = new MemorySessionStore();
    const browser = appWith({
      ...(place === "a database" && {
        stateStore: (options, cookies) => new StatefulStateStore({ ...options, store }, cookies),
      }),
      onCallback({ error }) {
        if (!error) throw new Error("not today");
      },
    });
    const set = vi.spyOn(store, "set");
    const remove = vi.spyOn(store, "delete");
    const response = await browser.logIn();
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("not today");
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("not today"));
    expect([...browser.cookies.keys()].filter((name) => /^__a0_session(\.\d)?$/.test(name))).toEqual([]);
    const lines = response.headers.getSetCookie().filter((line) => /^__a0_session(\.\d)?=/.test(line));
    expect(lines.filter((line) => !/max-age=0/i.test(line))).toEqual([]);
    if (place === "a database") {
      expect(set).toHaveBeenCalled();
      expect(remove).toHaveBeenCalledWith(set.mock.calls[0]![0], expect.anything());
    }
    expect(await session(browser)).toBeNull();
  });

  it("that throws takes the cookie also where the database fails to forget the session", async () => {
    const store = new MemorySessionStore();
    store.delete = () => Promise.reject(new Error("store down"));
    const browser = appWith({
      stateStore: (options, cookies) => new StatefulStateStore({ ...options, store }, cookies),
      onCallback: () => Promise.reject(new Error("not today")),
    });
    expect((await browser.logIn()).status).toBe(500);
    expect(browser.cookies.has("__a0_session")).toBe(false);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("store down"));
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("not today"));
  });

  it("cannot be gone round by a callback for which another domain is chosen than for its login", async () => {
    const issuer = await hostileIssuer();
    const app = edgeApp(issuer, {
      domain: ({ storeOptions }) =>
        storeOptions!.request.headers.has("x-other-domain") ? "other.example" : issuer.domain,
      createClient: (options) => new ServerClient(options),
      onCallback: () => Promise.reject(new Error("not today")),
    });
    const browser = new TestBrowser({ fetch: app.fetch });
    const authorize = new URL((await browser.send("/auth/login")).headers.get("location")!);
    issuer.claims.nonce = authorize.searchParams.get("nonce");
    const callback = `/auth/callback?code=a&state=${authorize.searchParams.get("state")}`;
    const done = await browser.send(callback, { headers: { "x-other-domain": "1" } });
    expect([done.status, (await browser.send("/")).status]).toEqual([400, 401]);
    expect([...browser.cookies.keys()].filter((name) => /^__a0_session(\.\d)?$/.test(name))).toEqual([]);
  });

  it("that throws has the refresh token revoked", async () => {
    let refreshToken: string | undefined;
    const revoked: string[] = [];
    const browser = appWith({
      customFetch: async (input, init) => {
        const request = new Request(input, init);
        if (new URL(request.url).pathname.endsWith("/revoke"))
          revoked.push(await new Response(request.clone().body).text());
        return await tenant.customFetch(request);
      },
      onCallback({ session }) {
        refreshToken = session?.refreshToken;
        throw new Error("not today");
      },
    });
    await browser.logIn();
    expect(refreshToken).toBeTruthy();
    expect(revoked.join()).toContain(refreshToken!);
  });
});

describe("onCallback after a callback that failed", () => {
  it("is told why and which login it was, and the page comes all the same", async () => {
    const results: CallbackResult[] = [];
    const browser = appWith({ onCallback: (result) => void results.push(result) });
    const picker = await browser.openPicker("/auth/login?returnTo=/orders");
    const response = await browser.send(await browser.choose(picker, { refuse: "deny" }));
    expect(response.status).toBe(403);
    expect(results).toMatchObject([{ returnTo: "/orders", appState: { returnTo: "/orders" } }]);
    expect(results[0]!.error).toMatchObject({
      code: "token_by_code_error",
      cause: { error: "access_denied" },
    });
  });

  it("knows nothing of a login where none of this browser belongs to it", async () => {
    const results: CallbackResult[] = [];
    const browser = appWith({ onCallback: (result) => void results.push(result) });
    expect((await browser.send("/auth/callback?error=access_denied&state=abc")).status).toBe(400);
    expect(results).toMatchObject([{ returnTo: undefined, appState: undefined }]);
    expect(results[0]!.error).toMatchObject({ code: "missing_transaction_error" });
  });

  it("may answer in its place, a silent login's included", async () => {
    const browser = appWith({
      onCallback: ({ error }) => (error ? new Response("our own page", { status: 418 }) : undefined),
    });
    const picker = await browser.openPicker();
    expect((await browser.send(await browser.choose(picker, { refuse: "deny" }))).status).toBe(418);
    const silent = await browser.follow(await browser.send("/auth/login?prompt=none"));
    expect(await silent.response.text()).toBe("our own page");
  });

  it("that throws hides nothing: the first error is answered, and both are in the log", async () => {
    const browser = appWith({ onCallback: () => Promise.reject(new Error("a broken hook")) });
    const picker = await browser.openPicker();
    const response = await browser.send(await browser.choose(picker, { refuse: "fail" }));
    expect(response.status).toBe(502);
    expect(await response.text()).toContain("server_error");
    expect(logged).toHaveBeenCalledTimes(2);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("a broken hook"));
  });
});

describe("onError", () => {
  const watched = (answer?: (context: ProblemContext) => Response | undefined) => {
    const calls: [unknown, ProblemContext][] = [];
    const onError: EdgeAuthOptions["onError"] = async (error, context) => {
      await later();
      calls.push([error, context]);
      return answer?.(context);
    };
    return { calls, onError };
  };

  it.each<[string, string, RequestInit, number, string]>([
    ["a callback of no login", "/auth/callback?code=x&state=y", {}, 400, "missing_transaction_error"],
    ["a parameter that is wrong", "/auth/login?max_age=x", {}, 400, "invalid_request"],
    ["a login at a foreign issuer", "/auth/login?iss=https://evil.example/", {}, 400, "unknown_issuer"],
    [
      "a logout of another site",
      "/auth/logout",
      { headers: { "sec-fetch-site": "cross-site" } },
      403,
      "cross_site_logout",
    ],
  ])("hears of %s, with what the person will be told", async (_name, path, init, status, code) => {
    const { calls, onError } = watched();
    const response = await appWith({ onError }).send(path, init);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(code);
    expect(calls).toHaveLength(1);
    const [error, { request, problem, auth }] = calls[0]!;
    expect(error).toMatchObject({ code });
    expect(problem).toMatchObject({ status, code });
    expect(new URL(request.url).pathname).toBe(path.split("?")[0]);
    expect(auth.requestId).toBeTruthy();
  });

  it("hears of an issuer that is down, and of sessions that are out of reach while the app runs", async () => {
    const { calls, onError } = watched();
    const down = () => Promise.reject(new TypeError("down"));
    expect((await appWith({ onError, customFetch: down }).send("/auth/login")).status).toBe(502);
    const store = new MemorySessionStore();
    const browser = appWith({
      onError,
      stateStore: (options, cookies) => new StatefulStateStore({ ...options, store }, cookies),
    });
    await browser.logIn();
    store.get = down;
    expect((await browser.send("/")).status).toBe(503);
    expect(calls.map(([error]) => (error as { code: string }).code)).toEqual([
      "discovery_error",
      "session_store_error",
    ]);
  });

  it("hears of a logout token that ends nothing", async () => {
    const { calls, onError } = watched();
    const response = await appWith({ onError }).send("/auth/backchannel-logout", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "logout_token=nonsense",
    });
    expect(response.status).toBe(400);
    expect(calls).toMatchObject([
      [{ code: "verify_logout_token_error" }, { problem: { status: 400, code: "invalid_request" } }],
    ]);
  });

  it("may answer in our place", async () => {
    const { onError } = watched(({ problem }) => new Response(`own: ${problem.code}`, { status: 418 }));
    const response = await appWith({ onError }).send("/auth/callback?code=x&state=y");
    expect([response.status, await response.text()]).toEqual([418, "own: missing_transaction_error"]);
  });

  it("that throws hides nothing: our own answer comes, and the hook's error is in the log", async () => {
    const { onError } = watched(() => {
      throw new Error("a broken hook");
    });
    const response = await appWith({ onError }).send("/auth/callback?code=x&state=y");
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("missing_transaction_error");
    expect(logged).toHaveBeenCalledOnce();
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("a broken hook"));
  });

  it("hears nothing where nothing went wrong", async () => {
    const { calls, onError } = watched();
    const browser = appWith({ onError });
    await browser.logIn();
    await browser.send("/auth/logout");
    expect(calls).toEqual([]);
  });
});

describe("the types of hooks", () => {
  const given = { ...tenant.clientOptions, secret, appBaseUrl: appOrigin };

  it("have the claims of the app's users in each of them", async () => {
    interface Claims {
      plan: string;
    }
    const called: string[] = [];
    const auth = edgeAuth<unknown, EdgeClient<Claims, { seats: number }>>({
      ...given,
      beforeSessionSaved({ user }) {
        called.push("beforeSessionSaved");
        expectTypeOf(user!.plan).toEqualTypeOf<string>();
      },
      onCallback({ session, error, auth }) {
        called.push("onCallback");
        if (error) expectTypeOf(error).toEqualTypeOf<Error>();
        else expectTypeOf(session.user!.plan).toEqualTypeOf<string>();
        expectTypeOf(auth.getUser).returns.resolves.exclude<undefined>().toHaveProperty("plan");
      },
      async onError(_error, { auth, problem }) {
        called.push("onError");
        expectTypeOf((await auth.getUser())!.plan).toEqualTypeOf<string>();
        expectTypeOf(problem.status).toEqualTypeOf<number>();
      },
    });
    const browser = new TestBrowser(
      auth.handler(() => new Response()),
      tenant,
    );
    await browser.logIn();
    await browser.send("/auth/callback?code=x&state=y");
    expect(called).toEqual(["beforeSessionSaved", "onCallback", "onCallback", "onError"]);
  });

  it("come from createClient and filterClaims where these say them", async () => {
    const plans: string[] = [];
    const auth = edgeAuth({
      ...given,
      createClient: (options) => new ServerClient(options),
      filterClaims: ({ sub }) => ({ sub, plan: "team" }),
      onCallback({ session, auth }) {
        expectTypeOf(auth.client).toHaveProperty("mfa");
        if (session) plans.push(session.user!.plan);
      },
    });
    await new TestBrowser(
      auth.handler(() => new Response()),
      tenant,
    ).logIn();
    expect(plans).toEqual(["team"]);
  });

  it("let nothing pass that is none", () => {
    // @ts-expect-error A hook answers a response, or nothing.
    expect(edgeAuth({ ...given, onError: () => "no response" })).toBeTypeOf("object");
    // @ts-expect-error What is kept is an object.
    expect(edgeAuth({ ...given, beforeSessionSaved: () => 5 })).toBeTypeOf("object");
  });
});

import { next, rewrite } from "@vercel/functions/middleware";
import { MemorySessionStore, type RequestAuth, readSession, statefulStore } from "auth0-edge";
import { testAuth } from "auth0-edge/testing";
import { type MiddlewareAnswer, vercelAuth } from "auth0-edge/vercel";
import { describe, expect, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

const tenant = testTenant();

/** Middleware and a browser that talks to it. */
function behind(
  handle: (login: RequestAuth, request: Request) => MiddlewareAnswer | Promise<MiddlewareAnswer>,
) {
  const auth = vercelAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
  const middleware = auth.middleware(handle);
  const browser = new TestBrowser({ fetch: (request) => middleware(request) }, tenant);
  return { middleware, browser };
}

/** The request headers the page gets, as the platform makes them of a response; `undefined` where none has changed. */
function pageHeaders({ headers }: Response): Headers | undefined {
  const names = headers.get("x-middleware-override-headers")?.split(",");
  return names && new Headers(names.map((name) => [name, headers.get(`x-middleware-request-${name}`)!]));
}

/** The session a page finds, as it would read it. */
const pageSession = (response: Response) =>
  readSession({ headers: pageHeaders(response)!, url: appOrigin }, { secret });

const isPart = (name: string) => /^__a0_session(\.\d)?$/.test(name);

/** Names and values of the cookies a page sees. */
function pageCookies(response: Response): Record<string, string> {
  const cookie = pageHeaders(response)?.get("cookie") ?? "";
  return Object.fromEntries(cookie.split("; ").map((pair) => pair.split(/=(.*)/s) as [string, string]));
}

const keepsData = async (login: RequestAuth) => {
  if (await login.getUser()) await login.updateSession({ seen: crypto.randomUUID() });
};

describe("vercelAuth().middleware()", () => {
  it("answers the auth routes itself", async () => {
    const handle = vi.fn(() => undefined);
    const { browser } = behind(handle);
    const response = await browser.send("/auth/login");
    expect(response.status).toBe(302);
    expect(response.headers.has("x-middleware-next")).toBe(false);
    expect(handle).not.toHaveBeenCalled();
  });

  it("hands over the login state and the very request", async () => {
    const seen: unknown[] = [];
    const { middleware } = behind(async (login, request) => {
      seen.push(await login.getUser(), request);
    });
    const request = new Request(`${appOrigin}/page`);
    await middleware(request);
    expect(seen).toEqual([undefined, request]);
    expect(seen[1]).toBe(request);
  });

  it.each([
    ["nothing", () => undefined],
    ["next()", () => next()],
  ])(
    "goes on to the page where %s comes back, and changes nothing that nobody asked about",
    async (_, handle) => {
      const response = await behind(handle).browser.send("/page");
      expect([...response.headers]).toEqual([...next().headers]);
      expect(response.status).toBe(200);
    },
  );

  it("sends what else comes back to the browser", async () => {
    const { browser } = behind((login) => login.challenge());
    const response = await browser.send("/page?a=1");
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe(`${appOrigin}/auth/login?returnTo=%2Fpage%3Fa%3D1`);
    expect(pageHeaders(response)).toBeUndefined();
  });

  it("names the whole address where the callback redirects, since Next refuses a path", async () => {
    const { browser } = behind(() => undefined);
    const callback = await browser.logIn(users.mira, "/auth/login?returnTo=/page");
    expect(callback.headers.get("location")).toBe(`${appOrigin}/page`);
    expect(callback.headers.getSetCookie().join()).toContain("__a0_session=");
  });

  it.each([
    ["/elsewhere?a=1#b", `${appOrigin}/elsewhere?a=1#b`],
    ["?a=1", `${appOrigin}/page?a=1`],
    ["https://elsewhere.example/x", "https://elsewhere.example/x"],
    ["https://", "https://"],
  ])(
    "names the whole address of a redirect of the app's own, where there is one: %s",
    async (location, whole) => {
      const { browser } = behind(async (login) => {
        await login.getUser();
        return new Response(null, { status: 303, headers: { location } });
      });
      const response = await browser.send("/page");
      expect([response.status, response.headers.get("location")]).toEqual([303, whole]);
      expect(response.headers.get("cache-control")).toBe("private, no-store");
    },
  );

  it("lets no cache keep a page that depends on who asks", async () => {
    const { browser } = behind(async (login) => {
      await login.getUser();
    });
    const response = await browser.send("/page");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
  });

  it("answers a problem of the configuration, and runs nothing of the app", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const handle = vi.fn(() => undefined);
    const response = await vercelAuth({ secret }).middleware(handle)(new Request(`${appOrigin}/page`));
    expect(response.status).toBe(500);
    expect(response.headers.has("x-middleware-next")).toBe(false);
    expect(handle).not.toHaveBeenCalled();
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });

  it("leaves what an app throws to the platform", async () => {
    const { browser } = behind(() => {
      throw new RangeError("of the app");
    });
    await expect(browser.send("/page")).rejects.toThrow(new RangeError("of the app"));
  });
});

describe("what a page behind the middleware sees", () => {
  it("is no cookie of a session that was ended on the way", async () => {
    const auth = testAuth({ appBaseUrl: appOrigin, stateStore: statefulStore(new MemorySessionStore()) });
    const cookie = await auth.cookieFor({ sub: users.mira });
    const middleware = vercelAuth(auth.options).middleware(async (login) => {
      await login.client.logout({}, login.storeOptions);
    });
    // It was the only cookie that came.
    const request = new Request(`${appOrigin}/page`, { headers: { cookie, "x-own": "1" } });
    const response = await middleware(request);
    expect(response.headers.get("x-middleware-next")).toBe("1");
    const headers = pageHeaders(response)!;
    expect([headers.get("x-own"), headers.get("cookie")]).toEqual(["1", null]);
  });

  it("is the session as the middleware left it, and the browser gets the same", async () => {
    const { browser } = behind(keepsData);
    browser.cookies.set("theme", "dark");
    await browser.logIn(users.zoe);
    const before = browser.cookies.get("__a0_session")!;
    const response = await browser.send("/page");
    const seen = pageCookies(response);
    expect(seen.theme).toBe("dark");
    expect(seen.__a0_session).not.toBe(before);
    expect(seen.__a0_session).toBe(browser.cookies.get("__a0_session"));
  });

  it("is what next() of the platform's own package would hand over for the same headers", async () => {
    const { browser } = behind(keepsData);
    await browser.logIn(users.zoe);
    const response = await browser.send("/page", { headers: { "x-mine": "1" } });
    const headers = new Headers(pageHeaders(response)!);
    expect(headers.get("x-mine")).toBe("1");
    const theirs = next({ request: { headers } });
    const ours = [...response.headers].filter(([name]) => name.startsWith("x-middleware-"));
    expect(ours).toEqual([...theirs.headers]);
  });

  it("is all parts of a session in several cookies, and none of an earlier one", async () => {
    const { browser } = behind(async (login, request) => {
      if (await login.getUser())
        await login.updateSession({
          filler: "äöü".repeat(Number(new URL(request.url).searchParams.get("n"))),
        });
    });
    await browser.logIn(users.zoe);
    const large = await browser.send("/page?n=500");
    expect(Object.keys(pageCookies(large)).filter(isPart)).toEqual(["__a0_session.0", "__a0_session.1"]);
    expect(await pageSession(large)).toMatchObject({ user: { sub: users.zoe } });
    const small = await browser.send("/page?n=1");
    expect(Object.keys(pageCookies(small)).filter(isPart)).toEqual(["__a0_session"]);
    expect(await pageSession(small)).toMatchObject({ user: { sub: users.zoe }, filler: "äöü" });
  });

  it("is no session where the middleware ended it", async () => {
    const { browser } = behind(async (login, request) => {
      if (request.url.endsWith("/leave")) await login.client.logout({}, login.storeOptions);
    });
    await browser.logIn(users.zoe);
    const response = await browser.send("/leave");
    expect(Object.keys(pageCookies(response)).filter(isPart)).toEqual([]);
    expect(await pageSession(response)).toBeUndefined();
  });

  it("has several cookies set beside it, each of them once", async () => {
    const { browser } = behind(async (login) => {
      await keepsData(login);
      return next({
        headers: [
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
        ] as unknown as Headers,
      });
    });
    await browser.logIn(users.zoe);
    const response = await browser.send("/page");
    const names = response.headers.getSetCookie().map((line) => line.split("=")[0]);
    expect(names).toEqual(["a", "b", "__a0_session", "__a0_session.0"]);
  });

  it("is what a rewrite within the app sees, too", async () => {
    const { browser } = behind(async (login) => {
      await keepsData(login);
      return rewrite(new URL("/other", appOrigin));
    });
    await browser.logIn(users.zoe);
    const response = await browser.send("/page");
    expect(response.headers.get("x-middleware-rewrite")).toBe(`${appOrigin}/other`);
    expect(pageCookies(response).__a0_session).toBe(browser.cookies.get("__a0_session"));
  });

  it("is nothing new where a rewrite leads to another origin", async () => {
    const { browser } = behind(async (login) => {
      await keepsData(login);
      return rewrite("https://elsewhere.example/page");
    });
    await browser.logIn(users.zoe);
    const response = await browser.send("/page");
    expect(pageHeaders(response)).toBeUndefined();
    expect(response.headers.getSetCookie()).not.toEqual([]);
  });
});

describe("request headers an app chose for the page", () => {
  it("stay, with the session added", async () => {
    const { browser } = behind(async (login, request) => {
      await keepsData(login);
      const headers = new Headers(request.headers);
      headers.set("x-user", "zoe");
      headers.delete("accept");
      return next({ request: { headers } });
    });
    await browser.logIn(users.zoe);
    const response = await browser.send("/page");
    const headers = pageHeaders(response)!;
    expect(headers.get("x-user")).toBe("zoe");
    expect(headers.has("accept")).toBe(false);
    expect(pageCookies(response).__a0_session).toBe(browser.cookies.get("__a0_session"));
  });

  it("without cookies stay without", async () => {
    const { browser } = behind(async (login) => {
      await keepsData(login);
      return next({ request: { headers: new Headers({ "x-user": "zoe" }) } });
    });
    await browser.logIn(users.zoe);
    expect([...pageHeaders(await browser.send("/page"))!]).toEqual([["x-user", "zoe"]]);
  });
});

describe("headers that only the platform may set", () => {
  const forged = {
    "x-middleware-next": "1",
    "x-middleware-rewrite": "https://elsewhere.example/",
    "x-middleware-subrequest": "middleware:middleware",
    "x-middleware-request-cookie": "__a0_session=forged",
    "x-middleware-override-headers": "cookie",
  };

  it.each([
    ["where nothing else changed", () => undefined],
    ["where the session changed", keepsData],
    [
      "where the app hands all headers on",
      (_: RequestAuth, request: Request) => next({ request: { headers: new Headers(request.headers) } }),
    ],
  ])("do not reach the page from a client: %s", async (_when, handle) => {
    const { browser } = behind(handle);
    await browser.logIn(users.zoe);
    const response = await browser.send("/page", { headers: { ...forged, "x-mine": "1" } });
    const names = [...pageHeaders(response)!.keys()];
    expect(names).toContain("x-mine");
    expect(names.filter((name) => name.startsWith("x-middleware-"))).toEqual([]);
    expect(
      [...response.headers.keys()].filter((name) => name.startsWith("x-middleware-request-x-mid")),
    ).toEqual([]);
    expect(pageCookies(response).__a0_session).toBe(browser.cookies.get("__a0_session"));
  });

  it("do not make a response of the app go on", async () => {
    const { browser } = behind((login) => login.challenge());
    const response = await browser.send("/page", { headers: forged });
    expect(response.status).toBe(302);
    expect([...response.headers.keys()].filter((name) => name.startsWith("x-middleware-"))).toEqual([]);
  });
});

it("work that outlives the response is the platform's to wait for", async () => {
  const waited: Promise<unknown>[] = [];
  const context = {
    kept: waited,
    waitUntil(promise: Promise<unknown>) {
      this.kept.push(promise);
    },
  };
  const { middleware } = behind(async (login) => {
    login.storeOptions.waitUntil?.(Promise.resolve("done"));
  });
  await middleware(new Request(`${appOrigin}/page`), context);
  expect(await Promise.all(waited)).toEqual(["done"]);
});

import { edgeAuth } from "auth0-edge";
import { type AuthEnv, auth0, requiresAuth } from "auth0-edge/hono";
import { type Context, Hono } from "hono";
import { setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { streamText } from "hono/streaming";
import { describe, expect, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

const tenant = testTenant();
const options = { ...tenant.clientOptions, secret, appBaseUrl: appOrigin };

type Handler = (c: Context<AuthEnv>) => Response | Promise<Response>;

/** A logged-in browser at an app with one page; its session changes in every request before the handler runs. */
async function pageOf(handler: Handler, prepare: (app: Hono<AuthEnv>) => void = () => undefined) {
  const app = new Hono<AuthEnv>();
  prepare(app);
  app.use(auth0(options));
  app.all("/page", async (c) => {
    await c.var.auth0.updateSession({ seen: crypto.randomUUID() });
    return await handler(c);
  });
  const browser = new TestBrowser({ fetch: (request) => app.fetch(request) }, tenant);
  await browser.logIn(users.zoe);
  return { app, browser, open: (init?: RequestInit) => browser.send("/page", init) };
}

/** Names of the cookies a response sets. */
const cookieNames = (response: Response) =>
  response.headers.getSetCookie().map((line) => line.slice(0, line.indexOf("=")));
const ours = ["__a0_session", "__a0_session.0"];

describe("the session's cookies", () => {
  it.each<[string, number, Handler]>([
    ["c.text()", 200, (c) => c.text("body")],
    ["c.json()", 200, (c) => c.json("body")],
    ["a redirect", 302, (c) => c.redirect("/elsewhere")],
    ["a response made by hand", 200, () => new Response("body")],
    [
      "a redirect made by hand, whose headers cannot be changed",
      302,
      () => Response.redirect(`${appOrigin}/x`, 302),
    ],
    ["one that was fetched", 200, () => fetch("data:text/plain,body")],
    ["c.notFound()", 404, (c) => c.notFound()],
    ["one without a body", 204, () => new Response(null, { status: 204 })],
  ])("are set once with %s", async (_what, status, handler) => {
    const { open } = await pageOf(handler);
    const response = await open();
    expect(response.status).toBe(status);
    expect(cookieNames(response)).toEqual(ours);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
  });

  it("stand beside several of the app's own, each once", async () => {
    const { open } = await pageOf((c) => {
      setCookie(c, "a", "1");
      setCookie(c, "b", "2");
      return c.text("body");
    });
    expect(cookieNames(await open())).toEqual(["a", "b", ...ours]);
  });

  it("stand beside those of a response made by hand", async () => {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    const { open } = await pageOf(() => new Response("body", { headers }));
    expect(cookieNames(await open())).toEqual(["a", "b", ...ours]);
  });

  it.each<[string, Handler]>([
    [
      "an Error",
      () => {
        throw new Error("of the app");
      },
    ],
    [
      "an HTTPException with a response of its own",
      () => {
        throw new HTTPException(500, { res: new Response("of the app", { status: 500 }) });
      },
    ],
  ])("are set although the handler throws %s: what changed has changed", async (_what, handler) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { open } = await pageOf(handler);
    const response = await open();
    expect(response.status).toBe(500);
    expect(cookieNames(response)).toEqual(ours);
    logged.mockRestore();
  });

  it("are on the answer of the app's own onError", async () => {
    const { open } = await pageOf(
      () => {
        throw new Error("of the app");
      },
      (app) => app.onError((error, c) => c.html(`<p>${error.message}`, 418)),
    );
    const response = await open();
    expect([response.status, await response.text()]).toEqual([418, "<p>of the app"]);
    expect(cookieNames(response)).toEqual(ours);
  });

  it("survive middleware outside that replaces the response, and inside as well", async () => {
    const { open } = await pageOf(
      (c) => {
        c.res = new Response("first", { headers: { "set-cookie": "a=1" } });
        c.res = new Response("second");
        return c.res;
      },
      (app) => {
        app.use(async (c, next) => {
          await next();
          c.res = new Response("third", c.res);
        });
        app.use(secureHeaders());
      },
    );
    const response = await open();
    expect(await response.text()).toBe("third");
    expect(cookieNames(response)).toEqual(["a", ...ours]);
    expect(response.headers.get("x-frame-options")).toBe("SAMEORIGIN");
  });
});

describe("responses of ours", () => {
  const prepare = (app: Hono<AuthEnv>) => {
    app.use(async (c, next) => {
      c.header("x-prepared", "1");
      setCookie(c, "mine", "1");
      await next();
    });
  };

  it.each(["/auth/login", "/auth/nowhere?", "/inside"])(
    "keep the headers and cookies that stand on the context before them: %s",
    async (path) => {
      const app = new Hono<AuthEnv>();
      prepare(app);
      app.use(auth0(options));
      app.get("/inside", requiresAuth(), (c) => c.text("inside"));
      const response = await app.request(appOrigin + path, { headers: { accept: "text/html" } });
      expect(response.headers.get("x-prepared")).toBe("1");
      expect(cookieNames(response)).toContain("mine");
      if (path === "/auth/login") expect(cookieNames(response)[1]).toMatch(/^__a0_tx\./);
    },
  );

  it("are not changed by a status the context had", async () => {
    const app = new Hono<AuthEnv>();
    app.use(async (c, next) => {
      c.status(201);
      await next();
    });
    app.use(auth0(options));
    expect((await app.request(`${appOrigin}/auth/login`)).status).toBe(302);
  });
});

describe("what streams", () => {
  it("passes through piece by piece", async () => {
    let goOn = () => {};
    const { open } = await pageOf((c) =>
      streamText(c, async (stream) => {
        await stream.write("first");
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        await stream.write("second");
      }),
    );
    const response = await open();
    expect(cookieNames(response)).toEqual(ours);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe("first");
    goOn();
    expect((await reader.read()).value).toBe("second");
    expect((await reader.read()).done).toBe(true);
  });

  it("cannot change the session any more", async () => {
    let failure: Promise<unknown> = Promise.resolve();
    const { open } = await pageOf((c) =>
      streamText(c, async (stream) => {
        await stream.write("first");
        failure = c.var.auth0.updateSession({ late: true }).catch((error: { code: string }) => error.code);
        await failure;
      }),
    );
    await (await open()).text();
    expect(await failure).toBe("response_committed");
  });
});

/** In workerd either end of a WebSocket has to be accepted. */
const accept = (socket: WebSocket) => (socket as unknown as { accept(): void }).accept();

it("a WebSocket is handed over as it is", async () => {
  const { open } = await pageOf((c) => {
    const { 0: client, 1: server } = new WebSocketPair();
    accept(server);
    server.addEventListener("message", ({ data }: MessageEvent) => server.send(`echo ${data}`));
    return c.req.header("upgrade") ? new Response(null, { status: 101, webSocket: client }) : c.text("page");
  });
  const response = await open({ headers: { upgrade: "websocket" } });
  expect(response.status).toBe(101);
  const { webSocket: socket } = response as unknown as { webSocket: WebSocket };
  accept(socket);
  const answer = new Promise((resolve) => {
    socket.addEventListener("message", ({ data }: MessageEvent) => resolve(data));
  });
  socket.send("hello");
  expect(await answer).toBe("echo hello");
  socket.close();
});

describe("several apps in one isolate", () => {
  const named = (name: string) => testTenant({ path: `/${name}-tenant`, appName: name });

  it("each have their own options, cookies and sessions", async () => {
    const browsers = ["first", "second"].map((name) => {
      const app = new Hono<AuthEnv>();
      app.use(auth0({ ...options, stateIdentifier: name, secret: `${name}${secret}` }));
      app.get("/me", requiresAuth(), async (c) => c.text((await c.var.auth0.getUser())!.name!));
      return new TestBrowser({ fetch: (request) => app.fetch(request) }, tenant);
    });
    await browsers[0]!.logIn(users.mira);
    await browsers[1]!.logIn(users.jonas);
    expect([...browsers[0]!.cookies.keys()]).toContain("first");
    for (const browser of browsers) {
      const other = browsers.find((one) => one !== browser)!;
      for (const [name, value] of other.cookies)
        if (!browser.cookies.has(name)) browser.cookies.set(name, value);
    }
    expect(await (await browsers[0]!.send("/me")).text()).toBe("Mira Solberg");
    expect(await (await browsers[1]!.send("/me")).text()).toBe("Jonas Adeyemi");
    browsers[0]!.cookies.set("second", browsers[0]!.cookies.get("first")!);
    browsers[0]!.cookies.delete("first");
    expect((await browsers[0]!.send("/me")).status).toBe(302);
  });

  it("may stand in each other: the inner one has logins and sessions of its own", async () => {
    const tenant = testTenant({
      clients: [
        {
          clientId: "nested",
          clientSecret: "nested-secret",
          callbacks: [`${appOrigin}/auth/callback`, `${appOrigin}/inner/auth/callback`],
        },
      ],
    });
    const options = { ...tenant.clientOptions, secret, appBaseUrl: appOrigin };
    const inner = new Hono<AuthEnv>();
    inner.use(auth0({ ...options, stateIdentifier: "inner", basePath: "/inner/auth" }));
    inner.get("/me", requiresAuth(), async (c) => c.text((await c.var.auth0.getUser())!.name!));
    const outer = new Hono<AuthEnv>();
    outer.use(auth0({ ...options, stateIdentifier: "outer" }));
    outer.get("/me", requiresAuth(), async (c) => c.text((await c.var.auth0.getUser())!.name!));
    outer.route("/inner", inner);
    const browser = new TestBrowser({ fetch: (request) => outer.fetch(request) }, tenant);

    await browser.logIn(users.mira);
    expect((await browser.send("/inner/me")).headers.get("location")).toMatch(/\/inner\/auth\/login\?/);
    await browser.logIn(users.jonas, "/inner/auth/login");
    expect(await (await browser.send("/me")).text()).toBe("Mira Solberg");
    expect(await (await browser.send("/inner/me")).text()).toBe("Jonas Adeyemi");
  });

  it("do not mix up the settings of several environments", async () => {
    const tenants = { one: named("one"), two: named("two") };
    const app = new Hono<AuthEnv<{ NAME: keyof typeof tenants }>>();
    app.use(
      auth0<{ NAME: keyof typeof tenants }>(({ NAME }) => ({
        ...options,
        ...tenants[NAME].clientOptions,
        authorizationParams: { audience: NAME },
      })),
    );
    const environments = [{ NAME: "one" }, { NAME: "two" }] as const;
    const begun = await Promise.all(
      [...environments, ...environments].map((env) => app.request(`${appOrigin}/auth/login`, {}, env)),
    );
    const locations = begun.map((response) => new URL(response.headers.get("location")!));
    expect(locations.map(({ pathname }) => pathname.split("/")[1])).toEqual([
      "one-tenant",
      "two-tenant",
      "one-tenant",
      "two-tenant",
    ]);
    expect(locations.map(({ searchParams }) => searchParams.get("audience"))).toEqual([
      "one",
      "two",
      "one",
      "two",
    ]);
  });

  it("share nothing with edgeAuth beside them, whose fallback they may be", async () => {
    const app = new Hono<AuthEnv>();
    app.use(auth0({ ...options, stateIdentifier: "hono", basePath: "/hono" }));
    app.get("/me", requiresAuth(), (c) => c.text("in"));
    const beside = edgeAuth(options).handler((request) => app.fetch(request));
    const response = await beside.fetch(new Request(`${appOrigin}/me`, { headers: { accept: "text/html" } }));
    expect(response.headers.get("location")).toBe(`${appOrigin}/hono/login?returnTo=%2Fme`);
  });
});

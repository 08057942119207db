import { edgeAuth, type RequestAuth } from "auth0-edge";
import { describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";

const tenant = testTenant();
const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });

function appOf(answer: (login: RequestAuth, request: Request) => Response | Promise<Response>) {
  const app = auth.handler((request, _env, _ctx, login) => answer(login, request));
  return { app, browser: new TestBrowser(app, tenant) };
}

describe("an app's response", () => {
  it("that never looked at the session keeps its caching and is passed on untouched", async () => {
    const original = new Response("public", { headers: { "cache-control": "public, max-age=60" } });
    const { app } = appOf(() => original);
    expect(await app.fetch(new Request(appOrigin))).toBe(original);
  });

  it("that looked at the session is kept by no cache, whatever the app says", async () => {
    const { browser } = appOf(async (login) => {
      await login.getUser();
      return new Response("private", { headers: { "cache-control": "public, max-age=60" } });
    });
    expect((await browser.send("/")).headers.get("cache-control")).toBe("private, no-store");
  });

  it("that looked at it by the full client is no less private", async () => {
    const { browser } = appOf(async ({ client, storeOptions }) => {
      await client.getUser(storeOptions);
      return new Response("private", { headers: { "cache-control": "public, max-age=60" } });
    });
    expect((await browser.send("/")).headers.get("cache-control")).toBe("private, no-store");
  });

  it("cannot look at the session for the first time once it has left: a cache may have it", async () => {
    let late: Promise<unknown> | undefined;
    const { browser } = appOf((login) => {
      const pull = (controller: ReadableStreamDefaultController): void => {
        late = login.getUser();
        late.catch(() => undefined);
        controller.close();
      };
      const body = new ReadableStream({ pull }, { highWaterMark: 0 });
      return new Response(body);
    });
    await (await browser.send("/")).text();
    await expect(late).rejects.toThrow(expect.objectContaining({ code: "response_committed" }));
  });

  it("waits for a token that is being refreshed, so that its successor is not lost", async () => {
    const own = testTenant({ accessTokenLifetime: 1 });
    const edge = edgeAuth({ ...own.clientOptions, secret, appBaseUrl: appOrigin });
    let refresh = false;
    const app = edge.handler((_request, _env, _ctx, login) => {
      if (refresh) void login.getAccessToken();
      return new Response("at once");
    });
    const browser = new TestBrowser(app, own);
    await browser.logIn();
    const before = browser.cookies.get("__a0_session");
    await new Promise((resolve) => setTimeout(resolve, 1100));
    refresh = true;
    await browser.send("/");
    expect(browser.cookies.get("__a0_session")).not.toBe(before);
  });

  it("has every cookie once, also where the app took our headers already", async () => {
    const app = {
      async fetch(request: Request) {
        const login = await auth.authenticate(request);
        if (login.response) return login.response;
        await login.client.startInteractiveLogin({}, login.storeOptions);
        return await login.respond(new Response("hi", { headers: login.headers }));
      },
    };
    expect((await new TestBrowser(app, tenant).send("/")).headers.getSetCookie()).toHaveLength(1);
  });

  it("keeps its own cookies beside ours, each in a header of its own", async () => {
    const { browser } = appOf(async (login) => {
      await login.client.startInteractiveLogin({}, login.storeOptions);
      const response = new Response("hi");
      response.headers.append("set-cookie", "a=1; Path=/");
      response.headers.append("set-cookie", "b=2; Expires=Wed, 21 Oct 2037 07:28:00 GMT");
      return response;
    });
    const lines = (await browser.send("/")).headers.getSetCookie();
    expect(lines.slice(0, 2)).toEqual(["a=1; Path=/", "b=2; Expires=Wed, 21 Oct 2037 07:28:00 GMT"]);
    expect(lines[2]).toMatch(/^__a0_tx\./);
  });

  it("with headers that cannot be changed gets our cookies all the same", async () => {
    const { browser } = appOf(async (login) => {
      await login.getUser();
      return Response.redirect(`${appOrigin}/elsewhere`);
    });
    const response = await browser.send("/");
    expect(response.status).toBe(302);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
  });

  it("that upgrades the connection is left alone", async () => {
    const { 0: client } = new WebSocketPair();
    const upgrade = new Response(null, { status: 101, webSocket: client });
    const { app } = appOf(async (login) => {
      await login.getUser();
      return upgrade;
    });
    expect(await app.fetch(new Request(appOrigin))).toBe(upgrade);
  });

  it("streams, and a session in cookies cannot change once it has begun", async () => {
    let late: Promise<unknown> | undefined;
    const { browser } = appOf((login) => {
      const body = new ReadableStream({
        async pull(controller) {
          late = login.client.startInteractiveLogin({}, login.storeOptions);
          late.catch(() => undefined);
          controller.enqueue(new TextEncoder().encode("streamed"));
          controller.close();
        },
      });
      return new Response(body);
    });
    expect(await (await browser.send("/")).text()).toBe("streamed");
    await expect(late).rejects.toThrow(expect.objectContaining({ code: "response_committed" }));
  });
});

describe("a request that needs a user", () => {
  it("goes to the login and comes back when it is a page", async () => {
    const { browser } = appOf(async (login, request) =>
      (await login.getUser()) ? new Response(new URL(request.url).search) : login.challenge(),
    );
    const response = await browser.send("/orders?page=2&x=a%26b");
    const location = response.headers.get("location")!;
    expect(location).toBe(`${appOrigin}/auth/login?returnTo=%2Forders%3Fpage%3D2%26x%3Da%2526b`);
    const done = await browser.logIn(users.mira, location);
    expect(done.headers.get("location")).toBe("/orders?page=2&x=a%26b");
  });

  it.each<[string, RequestInit]>([
    ["asks for JSON", { headers: { accept: "application/json" } }],
    ["is a script's fetch", { headers: { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" } }],
    [
      "is a script's request in a browser without fetch metadata",
      { headers: { "x-requested-with": "XMLHttpRequest" } },
    ],
    ["asks for an image", { headers: { accept: "image/*" } }],
    ["would change something by script", { method: "POST", headers: { accept: "*/*" } }],
    ["has a method that no page has", { method: "DELETE", headers: { accept: "text/html" } }],
  ])("gets a 401 with a reason when it %s", async (_name, init) => {
    const { browser } = appOf((login) => login.challenge());
    const response = await browser.send("/api", init);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: "unauthorized", reason: "no_session" });
  });
});

describe("a challenge", () => {
  it("answers HEAD as it would GET", async () => {
    const { browser } = appOf((login) => login.challenge());
    const response = await browser.send("/orders", { method: "HEAD" });
    expect([response.status, response.headers.get("location")]).toEqual([
      302,
      `${appOrigin}/auth/login?returnTo=%2Forders`,
    ]);
  });

  it.each(["//", "///", "//?q", "//[", "//:99999999/", "//evil.example/?error=login_required"])(
    "leads to the login from a path that would be no address, or another one, by itself: %s",
    async (path) => {
      const { browser } = appOf((login) => login.challenge());
      const response = await browser.send(appOrigin + path);
      expect(response.status).toBe(302);
      const done = await browser.logIn(users.mira, response.headers.get("location")!);
      expect(done.headers.get("location")).toBe("/");
    },
  );

  it("may name the page to come back to, and the organization to log in to", async () => {
    const { browser } = appOf((login) => login.challenge({ returnTo: "/a?b=c&d", organization: "org x&y" }));
    const location = new URL((await browser.send("/orders")).headers.get("location")!);
    expect(location.searchParams.get("returnTo")).toBe("/a?b=c&d");
    expect(location.searchParams.get("organization")).toBe("org x&y");
  });
});

describe("a form that is sent after the session ended", () => {
  it("gets a page that says so, and a link to log in", async () => {
    const { browser } = appOf((login) => login.challenge());
    const response = await browser.send("/orders", { method: "POST" });
    expect(response.status).toBe(401);
    const page = await response.text();
    expect(page).toContain("Please log in");
    expect(page).toContain(`href="${appOrigin}/auth/login"`);
  });
});

describe("authenticate", () => {
  it("answers the auth routes and says who is logged in", async () => {
    const app = {
      async fetch(request: Request) {
        const login = await auth.authenticate(request);
        if (login.response) return login.response;
        const body = { user: login.user?.name, reason: login.reason, sid: Boolean(login.session) };
        return Response.json(body, { headers: login.headers });
      },
    };
    const browser = new TestBrowser(app, tenant);
    const anonymous = await browser.send("/");
    expect(await anonymous.json()).toEqual({ reason: "no_session", sid: false });
    expect(anonymous.headers.get("cache-control")).toBe("private, no-store");
    await browser.logIn(users.jonas);
    expect(await (await browser.send("/")).json()).toEqual({ user: "Jonas Adeyemi", sid: true });
  });

  it("throws the configuration's own error where a setting is missing", async () => {
    await expect(edgeAuth({ secret }).authenticate(new Request(appOrigin))).rejects.toThrow(
      /APP_BASE_URL is not set/,
    );
  });
});

describe("an app below a path", () => {
  it("has its routes, callback and home there", async () => {
    const base = `${appOrigin}/shop`;
    const options = { ...testTenant().clientOptions, secret, appBaseUrl: base };
    const app = edgeAuth(options).handler(() => new Response("app"));
    const login = await app.fetch(new Request(`${base}/auth/login`));
    const url = new URL(login.headers.get("location")!);
    expect(url.searchParams.get("redirect_uri")).toBe(`${base}/auth/callback`);
    expect(await (await app.fetch(new Request(`${appOrigin}/auth/login`))).text()).toBe("app");
  });
});

describe("100 requests at once on a cold isolate", () => {
  function counting() {
    const own = testTenant();
    let discoveries = 0;
    const customFetch: typeof fetch = async (input, init) => {
      if (String(input).includes("openid-configuration")) {
        discoveries++;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return await own.customFetch(input, init);
    };
    const app = edgeAuth({ ...own.clientOptions, customFetch, secret, appBaseUrl: appOrigin }).handler(
      () => new Response("app"),
    );
    return { app, count: () => discoveries };
  }
  const hundred = Array.from({ length: 100 }, () => new Request(`${appOrigin}/auth/login`));

  it("make one discovery where their work is anchored", async () => {
    const { app, count } = counting();
    const anchored: Promise<unknown>[] = [];
    const ctx = { waitUntil: (promise: Promise<unknown>) => void anchored.push(promise) };
    const env = {};
    const responses = await Promise.all(hundred.map((request) => app.fetch(request, env, ctx)));
    expect(responses.every((response) => response.status === 302)).toBe(true);
    expect(count()).toBe(1);
    expect(anchored).toHaveLength(1);
  });

  it("never wait for each other where it is not", async () => {
    const { app, count } = counting();
    await Promise.all(hundred.map((request) => app.fetch(request)));
    expect(count()).toBe(100);
    await app.fetch(new Request(`${appOrigin}/auth/login`));
    expect(count()).toBe(100);
  });
});

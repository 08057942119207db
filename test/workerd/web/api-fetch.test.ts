import {
  type ApiRequestInit,
  apiOrigins,
  type EdgeAuthOptions,
  HeadersCookieHandler,
  MemorySessionStore,
  type RequestAuth,
  StatefulStateStore,
} from "auth0-edge";
import { type AuthEnv, auth0 } from "auth0-edge/hono";
import { Hono } from "hono";
import { beforeEach, describe, expect, inject, it } from "vitest";
import type { Echo } from "../../support/api-servers.ts";
import { appOrigin, secret, type TestBrowser } from "../../support/browser.ts";
import { edgeApp } from "../../support/edge-app.ts";
import { type RotatingIssuer, rotatingIssuer } from "../../support/rotating-issuer.ts";

/** The same with sessions in a database. */
const inDatabase: EdgeAuthOptions = {
  stateStore: (options) =>
    new StatefulStateStore({ ...options, store: new MemorySessionStore() }, new HeadersCookieHandler()),
};
const servers = inject("apiServers");
const { orders, mirror, elsewhere } = servers;
const audience = "https://orders.example/";
const apis = apiOrigins({ [audience]: [orders, mirror], "https://billing.example/": mirror });

let issuer: RotatingIssuer;
let browser: TestBrowser;
/** What the app does with the login state of the next request. */
let serve: (login: RequestAuth) => Promise<unknown>;

async function start(options: EdgeAuthOptions = {}): Promise<void> {
  issuer = await rotatingIssuer();
  const app = edgeApp(issuer, { apis, ...options }, async (login) => {
    await serve(login);
    return new Response("done");
  });
  browser = await app.logIn();
  issuer.requests.length = 0;
}
beforeEach(() => start());

/** Does something with the login state of one request of the browser. */
async function within<T>(work: (login: RequestAuth) => Promise<T>): Promise<T> {
  let outcome: Promise<T> | undefined;
  serve = async (login) => {
    outcome = work(login);
    await outcome.catch(() => undefined);
  };
  await browser.send("/");
  return await outcome!;
}

const call = (url: string | URL | Request, init: Partial<ApiRequestInit> = {}): Promise<Response> =>
  within(async (login) => await login.fetch(url, { audience, ...init }));
/** What the API saw of a call, and the access token it was made with. */
async function echoOf(url: string | URL | Request, init: Partial<ApiRequestInit> = {}): Promise<Echo> {
  const response = await call(url, init);
  expect(response.status).toBe(200);
  return await response.json();
}
const token = async (): Promise<string> =>
  (await within(async (login) => await login.getAccessToken({ audience }))).accessToken;
const redirectTo = (to: string, status = 302, at = orders): string =>
  `${at}/redirect?${new URLSearchParams({ status: String(status), to })}`;

describe("a call of an API", () => {
  it("carries the user's access token for it, and answers what the API answers", async () => {
    const { method, headers } = await echoOf(`${orders}/echo`);
    expect(method).toBe("GET");
    expect(headers.authorization).toBe(`Bearer ${await token()}`);
  });

  it("may go to any origin of the API, and carries a token of the API it names", async () => {
    const first = await echoOf(new URL(`${mirror}/echo`));
    const second = await echoOf(`${mirror}/echo`, { audience: "https://billing.example/", scope: "pay" });
    expect(first.headers.authorization).toBe(`Bearer ${await token()}`);
    expect(second.headers.authorization).not.toBe(first.headers.authorization);
    expect(second.headers.authorization).toMatch(/^Bearer ./);
  });

  it("takes method, headers and body as fetch does", async () => {
    const sent = await echoOf(`${orders}/echo`, { method: "put", body: "text", headers: { "x-own": "1" } });
    expect([sent.method, sent.body, sent.headers["x-own"]]).toEqual(["PUT", "text", "1"]);
    const form = await echoOf(`${orders}/echo`, { method: "POST", body: new URLSearchParams({ a: "b" }) });
    expect([form.body, form.headers["content-type"]]).toEqual([
      "a=b",
      "application/x-www-form-urlencoded;charset=UTF-8",
    ]);
  });

  it("takes a Request, whose members count where none are named", async () => {
    const request = new Request(`${orders}/echo`, {
      method: "POST",
      body: "first",
      headers: { "x-own": "1", "content-type": "text/plain" },
    });
    const { method, headers, body } = await echoOf(request.clone());
    expect([method, headers["x-own"], headers["content-type"], body]).toEqual([
      "POST",
      "1",
      "text/plain",
      "first",
    ]);
    const changed = await echoOf(request, { method: "PATCH", body: "second", headers: { "x-own": "2" } });
    expect([changed.method, changed.headers["x-own"], changed.body]).toEqual(["PATCH", "2", "second"]);
  });

  it("can be aborted, before it begins and in the middle", async () => {
    const before = call(`${orders}/echo`, { signal: AbortSignal.abort(new Error("not any more")) });
    await expect(before).rejects.toThrow("not any more");
    const requested = new Request(`${orders}/echo`, { signal: AbortSignal.abort() });
    await expect(call(requested)).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    expect(issuer.requests).toEqual([]);
    const controller = new AbortController();
    const late = call(`${orders}/echo`, {
      signal: controller.signal,
      customFetch: async (_url, init) => {
        controller.abort();
        init?.signal?.throwIfAborted();
        throw new Error("The signal did not come along.");
      },
    });
    await expect(late).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });

  it("goes by customFetch where one is given, and by no method of another object", async () => {
    const customFetch = function (this: unknown, input: RequestInfo | URL, init?: RequestInit) {
      expect(this).toBeUndefined();
      return Promise.resolve(Response.json({ url: input, redirect: init?.redirect }));
    } as typeof fetch;
    expect(await (await call(`${orders}/x`, { customFetch })).json()).toEqual({
      url: `${orders}/x`,
      redirect: "manual",
    });
  });

  it("is c.var.auth0.fetch in Hono", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const hono = new Hono<AuthEnv>();
    hono.use(auth0({ domain, clientId, clientSecret, customFetch, secret, appBaseUrl: appOrigin, apis }));
    hono.get("/", (c) => c.var.auth0.fetch(`${orders}/echo`, { audience }));
    const cookie = browser.cookieHeader();
    const response = await hono.request(appOrigin, { headers: { cookie } });
    const { headers } = (await response.json()) as Echo;
    expect(headers.authorization).toMatch(/^Bearer ./);
    expect(headers.cookie).toBeUndefined();
    // The token was refreshed for it: the session goes on.
    expect(response.headers.getSetCookie().join()).toContain("__a0_session");
  });

  it("is refused where nobody is logged in, as a token is", async () => {
    browser.cookies.clear();
    await expect(call(`${orders}/echo`)).rejects.toThrow(
      expect.objectContaining({ code: "token_by_refresh_token_error" }),
    );
  });
});

describe("an API that is not configured", () => {
  const away = { audience: "https://nobody.example/" };
  it.each([
    ["of another origin", () => `${elsewhere}/echo`, {}],
    ["whose audience is not named", () => `${orders}/echo`, away],
    ["that is another one's", () => `${orders}/echo`, { audience: "https://billing.example/" }],
    ["of another scheme", () => `${orders.replace("http:", "https:")}/echo`, {}],
    ["of another port", () => "http://localhost/echo", {}],
    ["whose URL has a password", () => `${orders.replace("//", "//mira:secret@")}/echo`, {}],
    ["named by a member of every object", () => `${orders}/echo`, { audience: "constructor" }],
  ])("%s gets no request, and nothing is asked of the issuer", async (_name, url, init) => {
    const refused = call(url(), { scope: "something:new", ...init });
    await expect(refused).rejects.toThrow(
      expect.objectContaining({
        name: "InvalidConfigurationError",
        message: expect.stringContaining("apis"),
      }),
    );
    expect(issuer.requests).toEqual([]);
  });

  it("is told by where a request really goes: what only looks like one has no say", async () => {
    const odd = { url: `${orders}/echo`, headers: new Headers(), toString: () => `${elsewhere}/echo` };
    await expect(call(odd as never)).rejects.toThrow(/is no origin of the API/);
    expect(issuer.requests).toEqual([]);
  });

  it("is all there is where no APIs are named, and the error says how", async () => {
    await start({ apis: undefined });
    await expect(call(`${orders}/echo`)).rejects.toThrow(/apiOrigins/);
  });

  it.each([
    "http://orders.example",
    "https://orders.example/v1",
    "https://orders.example?x",
    "https://user@orders.example",
    "https://*.orders.example/x",
    "ftp://orders.example",
    "orders.example",
    "",
  ])("cannot be named as '%s'", (origin) => {
    expect(() => apiOrigins({ [audience]: origin })).toThrow(
      expect.objectContaining({ code: "invalid_configuration_error" }),
    );
    expect(() => apiOrigins({ [audience]: ["https://good.example", origin] })).toThrow(/apiOrigins/);
  });

  it("can be named with a slash at its end, and by http on this machine", () => {
    expect(apiOrigins({ a: "https://good.example/", b: ["http://127.0.0.1:9", "http://localhost"] })).toEqual(
      expect.any(Function),
    );
  });
});

describe("credentials of the caller's own", () => {
  it("in an Authorization header are an error: the token would take their place", async () => {
    const headers = { authorization: "Basic abc" };
    await expect(call(`${orders}/echo`, { headers })).rejects.toThrow(/'Authorization' header/);
    await expect(call(new Request(`${orders}/echo`, { headers }))).rejects.toThrow(/'Authorization' header/);
    expect(issuer.requests).toEqual([]);
  });
});

describe("a redirect", () => {
  const headers = { cookie: "a=b", "proxy-authorization": "Basic abc", "x-own": "1" };

  it.each([301, 302, 303, 307, 308])(
    "of a GET (%i) within the API is followed with the token",
    async (status) => {
      const {
        origin,
        method,
        headers: sent,
      } = await echoOf(redirectTo(`${mirror}/echo`, status), { headers });
      expect([origin, method, sent["x-own"], sent.cookie]).toEqual([mirror, "GET", "1", "a=b"]);
      expect(sent.authorization).toBe(`Bearer ${await token()}`);
    },
  );

  it.each([301, 302, 303, 307, 308])(
    "of a GET (%i) to elsewhere is followed without any credentials",
    async (status) => {
      const { origin, headers: sent } = await echoOf(redirectTo(`${elsewhere}/echo`, status), { headers });
      expect([origin, sent["x-own"]]).toEqual([elsewhere, "1"]);
      expect([sent.authorization, sent.cookie, sent["proxy-authorization"]]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    },
  );

  it("of a Request as well", async () => {
    const { origin, headers: sent } = await echoOf(new Request(redirectTo(`${elsewhere}/echo`), { headers }));
    expect([origin, sent.authorization, sent.cookie, sent["x-own"]]).toEqual([
      elsewhere,
      undefined,
      undefined,
      "1",
    ]);
  });

  it("that leads elsewhere and back has lost the token for good", async () => {
    const back = redirectTo(`${orders}/echo`, 302, elsewhere);
    const { origin, headers: sent } = await echoOf(redirectTo(back));
    expect([origin, sent.authorization]).toEqual([orders, undefined]);
  });

  it("may be relative", async () => {
    const { origin, headers: sent } = await echoOf(redirectTo("/echo", 307, mirror));
    expect([origin, sent.authorization]).toEqual([mirror, `Bearer ${await token()}`]);
  });

  it("of a HEAD stays a HEAD", async () => {
    const methods: (string | undefined)[] = [];
    const customFetch: typeof fetch = async (_url, init) => {
      methods.push(init?.method);
      const isLast = methods.length > 1;
      return new Response(null, isLast ? {} : { status: 303, headers: { location: "/x" } });
    };
    await call(orders, { method: "HEAD", customFetch });
    expect(methods).toEqual(["HEAD", "HEAD"]);
  });

  it.each([301, 302, 307, 308])("of a POST (%i) is the answer: nothing is sent twice", async (status) => {
    const id = crypto.randomUUID();
    const to = `${mirror}/echo?id=${id}`;
    const response = await call(redirectTo(to, status), { method: "POST", body: "pay" });
    expect([response.status, response.headers.get("location")]).toEqual([status, to]);
    expect(await (await fetch(`${mirror}/count?id=${id}`)).text()).toBe("0");
  });

  it.each([
    ["within the API with", () => mirror],
    ["elsewhere without", () => elsewhere],
  ])("of a POST by 303 is followed by a GET without a body, %s the token", async (name, at) => {
    const init = { method: "POST", body: "pay", headers: { ...headers, "content-language": "en" } };
    const { method, body, headers: sent } = await echoOf(redirectTo(`${at()}/echo`, 303), init);
    expect([method, body, sent["content-type"], sent["content-language"], sent["x-own"]]).toEqual([
      "GET",
      "",
      undefined,
      undefined,
      "1",
    ]);
    expect(sent.authorization).toBe(name.endsWith("without") ? undefined : `Bearer ${await token()}`);
  });

  it("is followed five times and no more", async () => {
    let url = `${orders}/echo`;
    for (let hop = 0; hop < 5; hop++) url = redirectTo(url);
    await echoOf(url);
    await expect(call(redirectTo(url))).rejects.toThrow(TypeError);
  });

  it("is the answer where the caller wants it so, and an error where they want that", async () => {
    const response = await call(redirectTo(`${mirror}/echo`), { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, `${mirror}/echo`]);
    const request = new Request(redirectTo(`${mirror}/echo`), { redirect: "manual" });
    expect((await call(request)).status).toBe(302);
    const refusing = (init: RequestInit) =>
      within(async (login) => await login.fetch(redirectTo(`${mirror}/echo`), { audience, ...init }));
    await expect(refusing({ redirect: "error" as RequestRedirect })).rejects.toThrow(TypeError);
  });

  it.each([
    ["to where nothing is encrypted", "http://orders.example/x"],
    ["to this machine by http", "http://localhost:1/x"],
    ["with a password", "https://mira:secret@elsewhere.example/"],
    ["to what is no URL", "https://"],
    ["of another scheme", "data:text/plain,hello"],
    ["to nowhere", undefined],
  ])("from https %s is not followed", async (_name, location) => {
    await start({ apis: apiOrigins({ [audience]: "https://orders.example" }) });
    const asked: unknown[] = [];
    const customFetch: typeof fetch = async (url) => {
      asked.push(url);
      return new Response(null, { status: 302, headers: location === undefined ? {} : { location } });
    };
    const response = await call("https://orders.example/", { customFetch });
    expect([response.status, asked]).toEqual([302, ["https://orders.example/"]]);
  });
});

const invalid = 'Bearer realm="orders", error="invalid_token", error_description="It is over."';
const guarded = (refuse: string, challenge = invalid, id = ""): string =>
  `${orders}/guarded?${new URLSearchParams({ refuse, challenge, id })}`;

describe.each([
  ["in cookies", {}],
  ["in a database", inDatabase],
] satisfies [string, EdgeAuthOptions][])(
  "an access token that its API refuses, of a session %s",
  (_name, options) => {
    let refused: string;
    beforeEach(async () => {
      await start(options);
      refused = await token();
      issuer.spent.length = 0;
    });

    it.each<[string, () => BodyInit, string | RegExp]>([
      ["a text", () => "text", "text"],
      ["a form", () => new URLSearchParams({ a: "b" }), "a=b"],
      ["bytes", () => new TextEncoder().encode("bytes"), "bytes"],
      ["a buffer", () => new TextEncoder().encode("buffer").buffer, "buffer"],
      ["a blob", () => new Blob(["blob"]), "blob"],
      ["a form with files", () => files(), /name="file"; filename="a.txt"[\s\S]*content/],
    ])("is renewed, and %s sent once more with the new one", async (_what, body, seen) => {
      const sent = await echoOf(guarded(refused), { method: "POST", body: body() });
      expect(sent.body).toMatch(seen);
      expect(sent.headers.authorization).not.toBe(`Bearer ${refused}`);
      expect(issuer.spent).toHaveLength(1);
    });

    it("is renewed for a call without a body, and the session keeps the new one", async () => {
      const { headers } = await echoOf(guarded(refused));
      expect(headers.authorization).toBe(`Bearer ${await token()}`);
      await echoOf(new Request(guarded(refused)));
      expect(issuer.spent).toHaveLength(1);
    });

    it("is renewed once for many calls of a request at the same time", async () => {
      const answers = await within(async (login) => {
        const calls = Array.from({ length: 20 }, () => login.fetch(guarded(refused), { audience }));
        return await Promise.all((await Promise.all(calls)).map((one) => one.json() as Promise<Echo>));
      });
      expect(new Set(answers.map(({ headers }) => headers.authorization)).size).toBe(1);
      expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 0]);
    });

    it("is renewed in the middle of a chain of redirects, and only that step is taken again", async () => {
      const id = crypto.randomUUID();
      const to = `${redirectTo(guarded(refused), 303)}&id=${id}`;
      const { method } = await echoOf(to, { method: "POST", body: new Blob(["pay"]).stream() });
      expect(method).toBe("GET");
      expect(await (await fetch(`${orders}/count?id=${id}`)).text()).toBe("1");
    });

    it("is not renewed where the body is gone: the refusal is the answer", async () => {
      const id = crypto.randomUUID();
      const url = guarded(refused, invalid, id);
      const stream = await call(url, { method: "POST", body: new Blob(["stream"]).stream() });
      const request = await call(new Request(url, { method: "POST", body: "text" }));
      expect([stream.status, request.status, await request.text()]).toEqual([401, 401, "refused"]);
      expect(await (await fetch(`${orders}/count?id=${id}`)).text()).toBe("2");
      expect(issuer.spent).toEqual([]);
    });

    it("is renewed once for a call: what refuses the new one as well has the last word", async () => {
      const sent: unknown[] = [];
      const customFetch: typeof fetch = async (_url, init) => {
        sent.push(new Headers(init?.headers).get("authorization"));
        return new Response("no", { status: 401, headers: { "www-authenticate": invalid } });
      };
      const response = await call(orders, { customFetch });
      expect([response.status, await response.text(), sent.length, new Set(sent).size]).toEqual([
        401,
        "no",
        2,
        2,
      ]);
      expect(issuer.spent).toHaveLength(1);
    });

    it("stays refused where the issuer gives no other one", async () => {
      issuer.before = () => Response.json({ error: "server_error" }, { status: 500 });
      const response = await call(guarded(refused));
      expect([response.status, await response.text()]).toEqual([401, "refused"]);
      issuer.before = undefined;
      issuer.after = (body) => Response.json({ ...body, access_token: refused });
      expect((await call(guarded(refused))).status).toBe(401);
    });

    it("stays refused where the session has no refresh token", async () => {
      issuer.misbehave.token = (body) => Response.json({ ...body, refresh_token: undefined });
      issuer.requests.length = 0;
      const app = edgeApp(issuer, { apis, authorizationParams: { audience }, ...options }, async (login) => {
        const { accessToken } = await login.getAccessToken();
        return await login.fetch(guarded(accessToken), { audience });
      });
      const response = await (await app.logIn()).send("/");
      expect([response.status, await response.text()]).toEqual([401, "refused"]);
      expect(issuer.requests.filter((path) => path === "/token")).toHaveLength(1);
    });
  },
);

function files(): FormData {
  const form = new FormData();
  form.set("file", new File(["content"], "a.txt"));
  return form;
}

describe("a 401", () => {
  /** How often the API is asked when it answers with this challenge. */
  async function timesAsked(challenge: string | undefined, status = 401): Promise<number> {
    let times = 0;
    const customFetch: typeof fetch = async () => {
      times++;
      const headers = challenge === undefined ? {} : { "www-authenticate": challenge };
      return new Response(null, { status, headers });
    };
    await call(orders, { customFetch });
    return times;
  }

  it.each([
    'Bearer error="invalid_token"',
    "Bearer error=invalid_token",
    'bearer ERROR = "invalid_token"',
    'Bearer realm="a, Basic b", error="invalid_token"',
    'Bearer realm="a \\" b",error="invalid\\_token"',
    'Basic realm="x", Bearer error="invalid_token"',
    'Negotiate YII=, Bearer realm="x", error="invalid_token"',
    'Negotiate, Bearer error="invalid_token", error_description=""',
    'Bearer realm="x", , error="invalid_token" ',
    'Bearer error="invalid_token", Basic realm="x"',
    'Bearer error="invalid_request", Bearer error="invalid_token"',
  ])("with %s asks for another token", async (challenge) => {
    expect(await timesAsked(challenge)).toBe(2);
  });

  it.each([
    undefined,
    "Bearer",
    'Bearer realm="error=\\"invalid_token\\""',
    'Bearer realm="x, error=invalid_token"',
    'Bearer error="insufficient_scope"',
    'Bearer error="invalid_token_type"',
    'Bearer x-error="invalid_token"',
    'Bearer error_description="invalid_token"',
    'Basic error="invalid_token"',
    'DPoP error="invalid_token"',
    'Negotiate Bearer, error="invalid_token"',
    'Bearer realm="x", DPoP error="invalid_token"',
    'error="invalid_token"',
    'Bearer error="invalid_token',
    'Bearer error="invalid_token" x y=',
    'Bearer error=invalid token"',
    `Bearer realm="${"x".repeat(5000)}", error="invalid_token"`,
    `Bearer ${"a ".repeat(2000)}!`,
  ])("with %s is the answer", async (challenge) => {
    expect(await timesAsked(challenge)).toBe(1);
    expect(issuer.requests.filter((path) => path === "/token").length).toBeLessThan(2);
  });

  it("only counts as a 401: other statuses say nothing of the token", async () => {
    expect(await timesAsked(invalid, 403)).toBe(1);
    expect(await timesAsked(invalid, 400)).toBe(1);
  });

  it("from elsewhere is the answer: no token was sent there", async () => {
    let times = 0;
    const customFetch: typeof fetch = async (url, init) => {
      times++;
      if (times === 1) return new Response(null, { status: 302, headers: { location: elsewhere } });
      expect(new Headers(init?.headers).has("authorization")).toBe(false);
      expect(url).toBe(`${elsewhere}/`);
      return new Response(null, { status: 401, headers: { "www-authenticate": invalid } });
    };
    expect((await call(orders, { customFetch })).status).toBe(401);
    expect(times).toBe(2);
  });
});

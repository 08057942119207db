import {
  AuthClient,
  type AuthEvent,
  type EdgeAuthOptions,
  HeadersCookieHandler,
  type HeadersStoreOptions,
  MemorySessionStore,
  type ServerClientOptions,
  type SpanFacts,
  StatefulStateStore,
  type Tracing,
} from "auth0-edge";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { appOrigin, secret, TestBrowser } from "../../support/browser.ts";
import { later } from "../../support/clock.ts";
import { edgeApp } from "../../support/edge-app.ts";
import { type HostileIssuer, hostileIssuer, hostileIssuers } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  comeBack,
  logInAt,
  startAt,
  visit,
} from "../../support/server-client.ts";
import { waysIn } from "../../support/ways-in.ts";

let issuer: HostileIssuer;
let events: AuthEvent[];
const onEvent = (event: AuthEvent): void => void events.push(event);

beforeEach(async () => {
  issuer = await hostileIssuer();
  events = [];
});

function benchWith(options: Partial<ServerClientOptions<HeadersStoreOptions>> = {}): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  return clientBench({ domain, clientId, clientSecret, customFetch, onEvent, ...options });
}
const types = (): string[] => events.map(({ type }) => type);
/** The one event of a type. */
function only(type: AuthEvent["type"]): AuthEvent {
  const found = events.filter((event) => event.type === type);
  expect(found).toHaveLength(1);
  return found[0]!;
}
const inDatabase = (): Partial<EdgeAuthOptions> => ({
  stateStore: (options) =>
    new StatefulStateStore({ ...options, store: new MemorySessionStore() }, new HeadersCookieHandler()),
});
const refuse =
  (error: string, status = 400) =>
  () =>
    Response.json({ error, error_description: "No." }, { status });

describe("onEvent", () => {
  it("is told of a login as it starts and as it finishes, and of what was fetched for it", async () => {
    const before = Date.now();
    await logInAt(issuer, benchWith());
    const { domain } = issuer;
    const timed = { at: expect.any(Number), durationMs: expect.any(Number), domain };
    expect(events).toEqual([
      { type: "discovery_finished", document: "metadata", ...timed },
      { type: "login_started", ...timed },
      { type: "discovery_finished", document: "keys", ...timed },
      { type: "login_finished", ...timed },
    ]);
    for (const event of events) {
      expect(event.at).toBeGreaterThanOrEqual(before);
      expect(event.at).toBeLessThanOrEqual(Date.now());
    }
  });

  it("is told how long a step took", async () => {
    issuer.misbehave.token = async (body) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return Response.json(body);
    };
    await logInAt(issuer, benchWith());
    const { durationMs } = only("login_finished") as AuthEvent & { durationMs: number };
    expect(durationMs).toBeGreaterThanOrEqual(50);
    expect(durationMs).toBeLessThan(5000);
  });

  it.each(Object.entries(waysIn))(
    "is told once of a login by %s, and of one that fails",
    async (_name, logIn) => {
      await logIn(issuer, benchWith());
      expect(types().filter((type) => type.startsWith("login_f"))).toEqual(["login_finished"]);
      events = [];
      issuer.misbehave.token = refuse("access_denied", 403);
      await expect(logIn(issuer, benchWith())).rejects.toThrow();
      expect(types().filter((type) => type.startsWith("login_f"))).toEqual(["login_failed"]);
      expect(only("login_failed")).toMatchObject({ reason: expect.any(String), error: "access_denied" });
    },
  );

  it("is told of codes and links that are sent, which start a login", async () => {
    const { client, request } = benchWith();
    await client.startPasswordless({ connection: "email", email: "mira@example.com" }, request());
    expect(types().filter((type) => type !== "discovery_finished")).toEqual(["login_started"]);
    issuer.misbehave.api = { "/passwordless/start": refuse("server_error", 500) };
    const refused = client.startPasswordless({ connection: "sms", phoneNumber: "+14155550100" }, request());
    await expect(refused).rejects.toThrow();
    expect(only("login_failed")).toMatchObject({ reason: "passwordless_start_error" });
  });

  it("is told why a login failed, by the stable code and by the issuer's where that is a known one", async () => {
    const bench = benchWith();
    await expect(comeBack(bench, new URL(`${appOrigin}/auth/callback?code=1&state=x`))).rejects.toThrow();
    expect(only("login_failed")).toMatchObject({
      reason: "missing_transaction_error",
      domain: issuer.domain,
    });
    expect(only("login_failed")).not.toHaveProperty("error");
    events = [];
    issuer.misbehave.token = refuse("invalid_grant");
    await expect(logInAt(issuer, bench)).rejects.toThrow();
    expect(only("login_failed")).toMatchObject({ reason: "token_by_code_error", error: "invalid_grant" });
    events = [];
    const silent = await startAt(issuer, bench, { prompt: "none" });
    silent.searchParams.delete("code");
    silent.searchParams.set("error", "login_required");
    await expect(comeBack(bench, silent)).rejects.toThrow();
    expect(only("login_failed")).toMatchObject({ reason: "token_by_code_error", error: "login_required" });
    events = [];
    issuer.misbehave.token = refuse("a_secret_in_place_of_a_code");
    await expect(logInAt(issuer, bench)).rejects.toThrow();
    expect(only("login_failed")).not.toHaveProperty("error");
  });

  it("calls what is no error of the SDK an internal one, and says nothing of it", async () => {
    const filterClaims = (): never => {
      throw new Error("The secret is 42.");
    };
    await expect(logInAt(issuer, benchWith({ filterClaims }))).rejects.toThrow("The secret is 42.");
    expect(only("login_failed")).toMatchObject({ reason: "internal_error" });
    expect(JSON.stringify(events)).not.toContain("42");
  });

  it("is told of a login that could not even be started, and of the discovery that stood in its way", async () => {
    issuer.misbehave.discovery = () => new Response("down", { status: 503 });
    await expect(startAt(issuer, benchWith())).rejects.toThrow();
    expect(types()).toEqual(["discovery_failed", "login_failed"]);
    const why = { reason: "discovery_error", error: "request_failed", domain: issuer.domain };
    expect(events).toEqual([
      expect.objectContaining({ document: "metadata", ...why }),
      expect.objectContaining(why),
    ]);
  });

  it("is told that the issuer is down while what it said before goes on serving", async () => {
    const bench = benchWith({ discoveryCache: { ttl: 1 } });
    await startAt(issuer, bench);
    later(5);
    issuer.misbehave.discovery = () => new Response("down", { status: 503 });
    await startAt(issuer, bench);
    expect(types()).toEqual(["discovery_finished", "login_started", "discovery_failed", "login_started"]);
  });

  it("is told of linking and unlinking by names of their own, whichever call completes them", async () => {
    const bench = benchWith();
    await logInAt(issuer, bench);
    for (const complete of ["completeLinkUser", "completeInteractiveLogin"] as const) {
      events = [];
      const url = await visit(bench, (options) =>
        bench.client.startLinkUser({ connection: "google-oauth2" }, options),
      );
      issuer.claims.nonce = url.searchParams.get("nonce");
      const callback = new URL(`${appOrigin}/auth/callback?code=1&state=${url.searchParams.get("state")}`);
      await visit(bench, (options) => bench.client[complete](callback, options));
      expect(types()).toEqual(["link_started", "link_finished"]);
    }
    events = [];
    const url = await visit(bench, (options) =>
      bench.client.startUnlinkUser({ connection: "google-oauth2" }, options),
    );
    issuer.misbehave.token = refuse("access_denied");
    const callback = new URL(`${appOrigin}/auth/callback?code=1&state=${url.searchParams.get("state")}`);
    const refused = visit(bench, (options) => bench.client.completeInteractiveLogin(callback, options));
    await expect(refused).rejects.toThrow();
    expect(types()).toEqual(["link_started", "link_failed"]);
  });

  it("is told of a refresh with its audience or connection, and of nothing where the cache has the token", async () => {
    const bench = benchWith();
    await logInAt(issuer, bench);
    events = [];
    const ask = (options: object) => visit(bench, (own) => bench.client.getAccessToken(options, own));
    await ask({ audience: "https://orders.example/" });
    await ask({ audience: "https://orders.example/" });
    expect(events).toEqual([
      expect.objectContaining({ type: "refresh_finished", audience: "https://orders.example/" }),
    ]);
    const connection = "google-oauth2";
    await visit(bench, (own) => bench.client.getAccessTokenForConnection({ connection }, own));
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({ type: "refresh_finished", connection });
    events = [];
    issuer.misbehave.token = refuse("invalid_grant", 403);
    await expect(ask({ audience: "https://billing.example/" })).rejects.toThrow();
    expect(events).toEqual([
      expect.objectContaining({
        type: "refresh_failed",
        audience: "https://billing.example/",
        reason: "token_by_refresh_token_error",
        error: "invalid_grant",
        domain: issuer.domain,
      }),
    ]);
  });

  it("is told of a refresh that fails while the old token goes on serving", async () => {
    const bench = benchWith();
    await logInAt(issuer, bench);
    later(3595);
    issuer.misbehave.token = refuse("server_error", 500);
    events = [];
    await visit(bench, (own) => bench.client.getAccessToken(own));
    expect(only("refresh_failed")).toMatchObject({ error: "request_failed" });
  });

  it("is told of logouts, also of one that does not reach the issuer", async () => {
    const bench = benchWith({ discoveryCache: { ttl: 0 } });
    await logInAt(issuer, bench);
    events = [];
    await visit(bench, (own) => bench.client.logout({}, own));
    issuer.misbehave.discovery = () => new Response("down", { status: 503 });
    await expect(visit(bench, (own) => bench.client.logout({}, own))).rejects.toThrow();
    expect(types()).toEqual(["discovery_finished", "logout_finished", "discovery_failed", "logout_failed"]);
    expect(only("logout_failed")).toMatchObject({ reason: "discovery_error", domain: issuer.domain });
  });

  it("has the domain of each request where a function chooses it", async () => {
    const { issuers, customFetch } = await hostileIssuers("one.example", "two.example");
    const { clientId, clientSecret } = issuers[0]!;
    let chosen = "two.example";
    const domain = () => chosen;
    const bench = clientBench({ domain, clientId, clientSecret, customFetch, onEvent });
    await logInAt(issuers[1]!, bench);
    later(3700);
    await visit(bench, (own) => bench.client.getAccessToken(own));
    await visit(bench, (own) => bench.client.logout({}, own));
    expect(new Set(events.map((event) => event.domain))).toEqual(new Set(["two.example"]));
    expect(types()).toEqual(
      expect.arrayContaining(["login_started", "login_finished", "refresh_finished", "logout_finished"]),
    );
    events = [];
    chosen = "one.example";
    await startAt(issuers[0]!, bench);
    expect(new Set(events.map((event) => event.domain))).toEqual(new Set(["one.example"]));
  });

  it("is told by an AuthClient what is fetched", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const client = new AuthClient({ domain, clientId, clientSecret, customFetch, onEvent });
    await client.getServerMetadata();
    expect(types()).toEqual(["discovery_finished"]);
  });

  it("has to be a function", () => {
    expect(() => benchWith({ onEvent: "console" as never })).toThrow(/'onEvent' must be a function/);
  });
});

describe("onEvent of edgeAuth", () => {
  /** Keeps the log out of the output, and remembers it. */
  function listen() {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => logged.mockRestore());
    return logged;
  }

  it("is told the request's name, which pages and answers have as well", async () => {
    const names: string[] = [];
    const app = edgeApp(issuer, { onEvent }, async (login) => {
      names.push(login.requestId);
      await login.getAccessToken();
      return new Response("done");
    });
    const browser = await app.logIn();
    later(3700);
    events = [];
    await browser.send("/");
    await browser.send("/auth/logout", { headers: { "x-request-id": "a-name-of-the-host" } });
    expect(only("refresh_finished").requestId).toBe(names[0]);
    expect(names[0]).toMatch(/^[\w-]{36}$/);
    expect(only("logout_finished").requestId).toBe("a-name-of-the-host");
  });

  it("is told of back-channel logouts", async () => {
    const app = edgeApp(issuer, { onEvent, ...inDatabase() });
    await app.logIn();
    events = [];
    expect((await app.sendLogoutToken({ sub: "user-1" })).status).toBe(200);
    expect((await app.sendLogoutToken({ sub: "user-1", aud: "somebody-else" })).status).toBe(400);
    expect(only("backchannel_logout_finished")).toMatchObject({ domain: issuer.domain });
    expect(only("backchannel_logout_failed")).toMatchObject({ reason: "verify_logout_token_error" });
  });

  it("takes the place of the log for what the operator has to see", async () => {
    const logged = listen();
    const options = { headers: { "x-request-id": "this-one" } };
    const browserOf = async (own: EdgeAuthOptions) => new TestBrowser({ fetch: edgeApp(issuer, own).fetch });
    issuer.misbehave.discovery = () => new Response("down", { status: 503 });
    await (await browserOf({})).send("/auth/login", options);
    expect(logged).toHaveBeenCalledOnce();
    logged.mockClear();
    await (await browserOf({ onEvent })).send("/auth/login", options);
    expect(logged).not.toHaveBeenCalled();
    expect(only("error")).toEqual({
      type: "error",
      at: expect.any(Number),
      domain: issuer.domain,
      requestId: "this-one",
      reason: "discovery_error",
      error: "request_failed",
      message: expect.stringMatching(/^The metadata of 'https:\/\/hostile\.example\/' cannot be used: .*\.$/),
    });
  });

  it("leaves settings that cannot work to the log: there is nobody yet who could tell", async () => {
    const logged = listen();
    const app = edgeApp(issuer, { onEvent, secret: "short" });
    expect((await app.fetch(new Request(appOrigin))).status).toBe(500);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining("AUTH0_SECRET"));
    expect(events).toEqual([]);
  });

  it("leaves the issuer's own words out of what the operator sees, and lets none of it begin a new line", async () => {
    listen();
    const app = edgeApp(issuer, { onEvent });
    const words = "It was\nthe-client-secret";
    issuer.misbehave.token = () =>
      Response.json({ error: "invalid_client", error_description: words }, { status: 401 });
    await app.logIn();
    const event = only("error") as AuthEvent & { message: string };
    expect(event).toMatchObject({ reason: "token_by_code_error", error: "invalid_client" });
    expect(event.message).toBe("The login could not be completed: invalid_client");
  });

  it("is told what the database said", async () => {
    const logged = listen();
    const store = new MemorySessionStore();
    const stateStore: EdgeAuthOptions["stateStore"] = (options) =>
      new StatefulStateStore({ ...options, store }, new HeadersCookieHandler());
    const app = edgeApp(issuer, { onEvent, stateStore });
    const browser = await app.logIn();
    store.get = () => Promise.reject(new Error("The disk\nis full."));
    expect((await browser.send("/")).status).toBe(503);
    expect(only("error")).toMatchObject({
      reason: "session_store_error",
      message: expect.stringMatching(/The disk is full\.$/),
    });
    expect(logged).not.toHaveBeenCalled();
  });
});

describe("whoever is told", () => {
  const works = async (options: Partial<EdgeAuthOptions>): Promise<void> => {
    const app = edgeApp(issuer, options);
    const browser = await app.logIn();
    expect((await browser.send("/")).status).toBe(200);
    expect((await browser.send("/auth/logout")).status).toBe(303);
  };

  it("can throw without anybody noticing", async () => {
    let times = 0;
    await works({
      onEvent: () => {
        times++;
        throw new Error("out of order");
      },
    });
    await works({ onEvent: () => Promise.reject(new Error(`out of order ${++times}`)) });
    expect(times).toBeGreaterThanOrEqual(8);
  });

  it("can take as long as it likes: nobody waits, but waitUntil keeps it alive", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const bench = clientBench({
      ...{ domain, clientId, clientSecret, customFetch },
      onEvent: async (event) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        onEvent(event);
      },
    });
    const kept: Promise<unknown>[] = [];
    const options = { ...bench.request(), waitUntil: (promise: Promise<unknown>) => void kept.push(promise) };
    await bench.client.startInteractiveLogin({}, options);
    expect(events).toEqual([]);
    await Promise.all(kept);
    expect(types()).toEqual(["discovery_finished", "login_started"]);
  });

  it("can fail later: what waitUntil is given never does", async () => {
    const bench = benchWith({ onEvent: () => Promise.reject(new Error("out of order")) });
    const kept: Promise<unknown>[] = [];
    const waitUntil = (promise: Promise<unknown>): void => void kept.push(promise);
    await bench.client.startInteractiveLogin({}, { ...bench.request(), waitUntil });
    expect(kept.length).toBeGreaterThanOrEqual(2);
    await expect(Promise.all(kept)).resolves.toHaveLength(kept.length);
  });

  it("cannot fail the login where waitUntil is called too late", async () => {
    const bench = benchWith({ onEvent: async () => undefined });
    const waitUntil = (): never => {
      throw new Error("The request is over.");
    };
    await expect(
      bench.client.startInteractiveLogin({}, { ...bench.request(), waitUntil }),
    ).resolves.toBeInstanceOf(URL);
  });

  it("of spans can throw, answer nothing or call twice, and every step goes its way once", async () => {
    const ways: Tracing["span"][] = [
      () => {
        throw new Error("out of order");
      },
      async (_name, _facts, run) => {
        await run();
        throw new Error("out of order");
      },
      (async () => undefined) as never,
      async (_name, _facts, run) => {
        await run();
        return await run();
      },
      () => new Promise(() => undefined),
    ];
    for (const span of ways) {
      issuer.requests.length = 0;
      await works({ tracing: { span } });
      expect(issuer.requests.filter((path) => path === "/token")).toHaveLength(1);
    }
  });
});

describe("spans", () => {
  it("have the names and facts of the events, and nest as the steps do", async () => {
    const spans: { name: string; within: string | undefined; facts: SpanFacts }[] = [];
    let current: string | undefined;
    const tracing: Tracing = {
      async span(name, facts, run) {
        const within = current;
        current = name;
        const work = run();
        current = within;
        try {
          return await work;
        } finally {
          spans.push({ name, within, facts: { ...facts } });
        }
      },
    };
    const bench = benchWith({ onEvent: undefined, tracing });
    await logInAt(issuer, bench);
    issuer.misbehave.token = refuse("invalid_grant");
    const audience = "https://orders.example/";
    await expect(visit(bench, (own) => bench.client.getAccessToken({ audience }, own))).rejects.toThrow();
    const { domain } = issuer;
    expect(spans.map(({ name, facts }) => [name, facts])).toEqual([
      ["auth0.discovery", { step: "discovery", domain, document: "metadata", requestId: undefined }],
      ["auth0.login_start", { step: "login_start", domain, requestId: undefined }],
      ["auth0.discovery", { step: "discovery", domain, document: "keys", requestId: undefined }],
      ["auth0.login", { step: "login", domain, requestId: undefined }],
      [
        "auth0.refresh",
        {
          ...{ step: "refresh", domain, audience, requestId: undefined },
          ...{ reason: "token_by_refresh_token_error", error: "invalid_grant" },
        },
      ],
    ]);
  });
});

describe("what is told", () => {
  it("never has anything secret, whatever happens and whatever an issuer says", async () => {
    const silenced = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => silenced.mockRestore());
    const secrets = new Set([secret, issuer.clientSecret, "user-1", "mira@example.com", "Mira's own claim"]);
    const told: unknown[] = [];
    const collect = (values: Iterable<unknown>): void => {
      for (const value of values) {
        if (typeof value !== "string") continue;
        // Not every value of a form is one: grant types, addresses and the like.
        if (
          /^(openid|authorization_code|refresh_token|code|S256|Bearer|https?:\/\/\S*|hostile-client)/.test(
            value,
          )
        )
          continue;
        if (value.length >= 6) secrets.add(value);
      }
    };
    const good = issuer.customFetch;
    let isEvil = false;
    issuer.customFetch = async (input, init) => {
      const request = new Request(input, init);
      const sent = new URLSearchParams(new TextDecoder().decode(await request.clone().arrayBuffer()));
      collect(sent.values());
      collect(request.headers.get("authorization")?.split(" ") ?? []);
      const response = await good(request);
      if (new URL(request.url).pathname !== "/token") return response;
      const body = (await response.json()) as Record<string, unknown>;
      collect([body.access_token, body.refresh_token, body.id_token]);
      if (!isEvil) return Response.json(body);
      // An issuer that gives back all it was sent and had to give, wherever it may say something.
      const all = JSON.stringify([Object.fromEntries(sent), body]);
      return Response.json({ error: body.access_token, error_description: all }, { status: 400 });
    };
    const tracing: Tracing = {
      async span(name, facts, run) {
        try {
          return await run();
        } finally {
          told.push(name, facts);
        }
      },
    };
    issuer.claims.email = "mira@example.com";
    issuer.claims.nickname = "Mira's own claim";
    const listening = { onEvent: (event: AuthEvent) => void told.push(event), tracing };
    for (const store of [{}, inDatabase()]) {
      isEvil = false;
      const app = edgeApp(issuer, { ...listening, ...store }, async (login, request) => {
        const audience = new URL(request.url).searchParams.get("audience") ?? undefined;
        const answer = await login.getAccessToken({ ...(audience && { audience }) }).catch((error) => error);
        return Response.json(answer instanceof Error ? answer.message : answer);
      });
      const browser = await app.logIn();
      const evilLogin = async (): Promise<void> => {
        const authorize = new URL((await browser.send("/auth/login")).headers.get("location")!);
        collect(authorize.searchParams.values());
        const state = authorize.searchParams.get("state")!;
        const query = { state, code: "a-code-in-the-callback" };
        secrets.add(query.code);
        await browser.send(`/auth/callback?${new URLSearchParams(query)}`);
        const refused = { state, error: `secret_${state}`, error_description: state };
        await browser.send(`/auth/callback?${new URLSearchParams(refused)}`);
      };
      await browser.send("/?audience=https://orders.example/");
      isEvil = true;
      await browser.send("/?audience=https://billing.example/");
      await evilLogin();
      issuer.misbehave.discovery = () => Response.json({ issuer: [...secrets].join(" ") });
      await app.sendLogoutToken({ sub: "user-1", email: "mira@example.com" });
      await app.sendLogoutToken({ sub: "user-1", exp: 1 });
      collect(browser.cookies.values());
      await browser.send("/auth/logout");
      issuer.misbehave.discovery = undefined as never;
    }
    const text = JSON.stringify(told);
    const kinds = new Set(told.map((one) => (one as AuthEvent).type).filter(Boolean));
    expect([...kinds].sort()).toEqual(
      [
        "backchannel_logout_failed",
        "backchannel_logout_finished",
        "discovery_finished",
        "error",
        "login_failed",
        "login_finished",
        "login_started",
        "logout_finished",
        "refresh_failed",
        "refresh_finished",
      ].sort(),
    );
    expect(secrets.size).toBeGreaterThan(20);
    for (const value of secrets) expect(text).not.toContain(value);
  });
});

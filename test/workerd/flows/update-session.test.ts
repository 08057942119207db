import {
  edgeAuth,
  type HeadersStoreOptions,
  readSession,
  type SessionUpdate,
  type StateData,
  type StateStore,
} from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant } from "../../support/browser.ts";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  benches,
  type ClientBench,
  clientBench,
  comeBack,
  hostileBench,
  logInAt,
  redirectUri,
  statefulBench,
  visit,
} from "../../support/server-client.ts";
import { filler } from "../../support/sessions.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
});

const refused = (code: string, message = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
const update = (change: SessionUpdate) =>
  visit(bench, (options) => bench.client.updateSession(change, options));
const session = () => bench.client.getSession(bench.request());

describe.each(Object.entries(benches))("updateSession, with sessions in %s,", (_place, open) => {
  beforeEach(async () => {
    bench = open(issuer);
    await logInAt(issuer, bench);
  });

  it("keeps data in the session, where getSession shows it beside everything else", async () => {
    const before = await session();
    const data = { cart: [{ sku: "a-1", count: 2 }], theme: "dark", seen: null, tips: false, visits: 3 };
    await update(data);
    expect(await session()).toEqual({ ...before, ...data });
  });

  it("shows it to later calls of the same request", async () => {
    const options = bench.request();
    await bench.client.updateSession({ visits: 1 }, options);
    await bench.client.updateSession(({ visits }) => ({ visits: Number(visits) + 1 }), options);
    bench.keep(options);
    expect(await session()).toMatchObject({ visits: 2 });
  });

  it("leaves members alone that are not named, and removes those that are undefined", async () => {
    await update({ a: 1, b: 2, c: 3 });
    await update({ b: undefined, c: 4 });
    const kept = (await session())!;
    expect(kept).toMatchObject({ a: 1, c: 4 });
    expect("b" in kept).toBe(false);
  });

  it("loses none of several changes that one request makes at once", async () => {
    const options = bench.request();
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) => bench.client.updateSession({ [`member${n}`]: n }, { ...options })),
    );
    bench.keep(options);
    expect(await session()).toMatchObject({ member1: 1, member2: 2, member3: 3, member4: 4, member5: 5 });
  });

  it("does not lose a change to a refresh of the same request, nor the refresh to the change", async () => {
    later(3601);
    const options = bench.request();
    const [set] = await Promise.all([
      bench.client.getAccessToken(options),
      bench.client.updateSession({ cart: ["book"] }, options),
      bench.client.getUser(options),
    ]);
    bench.keep(options);
    expect(await session()).toMatchObject({ cart: ["book"], tokenSets: [set] });
  });

  it("keeps data through another factor, linking, refreshes, rolling and touch", async () => {
    await update({ cart: ["book"] });
    later(3601);
    await visit(bench, (options) => bench.client.getAccessToken(options));
    expect(await session()).toMatchObject({ cart: ["book"] });
    later(40_000);
    await visit(bench, (options) => bench.client.getUser(options));
    expect(await session()).toMatchObject({ cart: ["book"] });
    issuer.misbehave.idToken = (claims) => ({ ...claims, linked: true });
    const started = await visit(bench, (options) =>
      bench.client.startLinkUser({ connection: "github" }, options),
    );
    issuer.claims.nonce = started.searchParams.get("nonce");
    const callback = new URL(`${redirectUri}?code=x&state=${started.searchParams.get("state")}`);
    await comeBack(bench, callback);
    expect(await session()).toMatchObject({ cart: ["book"] });
    const before = (await session())!.idToken;
    delete issuer.claims.nonce;
    const factor = { mfaToken: "an-mfa-token", factorType: "otp", otp: "123456" } as const;
    await visit(bench, (options) => bench.client.mfa.verify(factor, options));
    await visit(bench, (options) => bench.client.touch(options));
    expect(await session()).toMatchObject({ cart: ["book"] });
    expect((await session())!.idToken).not.toBe(before);
  });

  it("ends with the session: neither a logout nor another login leaves anything of it", async () => {
    await update({ cart: ["book"] });
    await logInAt(issuer, bench);
    expect(await session()).not.toHaveProperty("cart");
    await update({ cart: ["pen"] });
    await visit(bench, (options) => bench.client.logout({}, options));
    expect(await session()).toBeUndefined();
    await logInAt(issuer, bench);
    expect(await session()).not.toHaveProperty("cart");
  });

  it.each([
    "user",
    "idToken",
    "refreshToken",
    "tokenSets",
    "connectionTokenSets",
    "domain",
    "sessionExpiresAt",
    "internal",
  ])("refuses to change '%s' and names it, also where a function returns it", async (name) => {
    const before = await session();
    for (const change of [{ [name]: "x" }, { fine: 1, [name]: undefined }]) {
      const error = refused("invalid_configuration_error", new RegExp(`'${name}'`));
      await expect(update(change)).rejects.toThrow(error);
      await expect(update(() => change)).rejects.toThrow(error);
    }
    expect(await session()).toEqual(before);
  });

  it("is not fooled by a function that changes the session it is shown", async () => {
    const before = await session();
    await update((shown) => {
      shown.user!.sub = "somebody else";
      shown.tokenSets.length = 0;
      shown.refreshToken = undefined;
      return { visits: 1 };
    });
    expect(await session()).toEqual({ ...before, visits: 1 });
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = { cycle };
  it.each<[string, unknown]>([
    ["a function", () => undefined],
    ["a symbol", Symbol("x")],
    ["a BigInt", 10n],
    ["a cycle", cycle],
    ["NaN", Number.NaN],
    ["an infinite number", { deep: [Number.POSITIVE_INFINITY] }],
    ["a Map", new Map([["a", 1]])],
    ["a nested Set", [{ deep: new Set() }]],
    ["bytes", new Uint8Array(4)],
    ["a promise", Promise.resolve(1)],
    [
      "what toJSON throws at",
      {
        toJSON: () => {
          throw new RangeError("no");
        },
      },
    ],
    ["a nesting without end", nested(100_000)],
  ])("refuses %s, which is no JSON, and says which member it is", async (_name, value) => {
    const before = await session();
    const error = refused("invalid_configuration_error", /'basket' .*JSON/);
    await expect(update({ fine: 1, basket: value })).rejects.toThrow(error);
    await expect(update(() => ({ basket: value }))).rejects.toThrow(error);
    expect(await session()).toEqual(before);
  });

  it("keeps what JSON makes of a value, the same in every store", async () => {
    class Price {
      amount = 5;
      currency = "EUR";
    }
    const date = new Date("2026-11-23T12:00:00Z");
    await update({ date, price: new Price(), url: new URL("https://a.example/"), left: { out: undefined } });
    expect(await session()).toMatchObject({
      date: "2026-11-23T12:00:00.000Z",
      price: { amount: 5, currency: "EUR" },
      url: "https://a.example/",
      left: {},
    });
    expect((await session())!.left).toEqual({});
  });

  it("takes names that mean something to JavaScript as the plain names they are", async () => {
    await update(
      JSON.parse('{"__proto__":{"admin":true},"constructor":1,"toString":"x"}') as object as never,
    );
    const kept = (await session())!;
    expect(Object.getOwnPropertyDescriptor(kept, "__proto__")?.value).toEqual({ admin: true });
    expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
    expect(kept).not.toHaveProperty("admin");
    expect(kept.constructor).toBe(1);
  });

  it.each([undefined, null, 5, "text", [["a", 1]], new Map(), Promise.resolve({ a: 1 })])(
    "refuses %s for a change",
    async (change) => {
      const error = refused("invalid_configuration_error", /object/);
      await expect(update(change as never)).rejects.toThrow(error);
      await expect(update((() => change) as never)).rejects.toThrow(error);
    },
  );

  it("hands on the error of the function, and keeps nothing then", async () => {
    const before = await session();
    const own = new Error("the app's own");
    const failing = update(() => {
      throw own;
    });
    await expect(failing).rejects.toBe(own);
    expect(await session()).toEqual(before);
    await update({ after: "all" });
    expect(await session()).toMatchObject({ after: "all" });
  });

  it("is a missing_session_error where nobody is logged in, and calls no function then", async () => {
    await visit(bench, (options) => bench.client.logout({}, options));
    await expect(update({ a: 1 })).rejects.toThrow(refused("missing_session_error"));
    let called = false;
    await expect(
      update(() => {
        called = true;
        return {};
      }),
    ).rejects.toThrow(refused("missing_session_error"));
    expect(called).toBe(false);
  });

  it("is a missing_session_error at the identity provider's ceiling", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) + 600;
    await logInAt(issuer, bench);
    later(575);
    await expect(update({ a: 1 })).rejects.toThrow(refused("missing_session_error"));
  });

  it("prunes tokens that have expired", async () => {
    later(3601);
    await update({ a: 1 });
    expect((await session())!.tokenSets).toEqual([]);
  });
});

describe("updateSession", () => {
  it("keeps the cookies of before where the session gets too large, and names what is", async () => {
    bench = hostileBench(issuer);
    await logInAt(issuer, bench);
    await update({ cart: ["book"] });
    const cookies = [...bench.jar];
    const options = bench.request();
    await expect(bench.client.updateSession({ about: filler(9000) }, options)).rejects.toThrow(
      refused("session_too_large", /about: 9002 bytes/),
    );
    expect(options.headers.getSetCookie()).toEqual([]);
    bench.keep(options);
    expect([...bench.jar]).toEqual(cookies);
    expect(await session()).toMatchObject({ cart: ["book"] });
  });

  it("is response_committed once the response has left, where sessions live in cookies, and fine in a database", async () => {
    bench = hostileBench(issuer);
    await logInAt(issuer, bench);
    await expect(
      bench.client.updateSession({ late: true }, { ...bench.request(), committed: true }),
    ).rejects.toThrow(refused("response_committed"));
    bench = statefulBench(issuer);
    await logInAt(issuer, bench);
    await bench.client.updateSession({ late: true }, { ...bench.request(), committed: true });
    expect(await session()).toMatchObject({ late: true });
  });

  it("does not bring a session back that a logout ended meanwhile", async () => {
    for (const open of Object.values(benches)) {
      bench = open(issuer);
      await logInAt(issuer, bench);
      const late = bench.request();
      await bench.client.updateSession({ late: true }, late);
      await visit(bench, (options) => bench.client.logout({}, options));
      bench.keep(late);
      expect(await session()).toBeUndefined();
    }
  });

  it("is what readSession reads", async () => {
    bench = hostileBench(issuer);
    await logInAt(issuer, bench);
    await update({ cart: ["book"] });
    expect(await readSession(bench.request().request as Request, { secret })).toMatchObject({
      cart: ["book"],
      user: { sub: "user-1" },
    });
  });

  it("works with a store of one's own that has the peer's four methods and no more", async () => {
    const sessions = new Map<string, string>();
    const stateStore: StateStore<HeadersStoreOptions> = {
      set: async (identifier, state) => void sessions.set(identifier, JSON.stringify(state)),
      get: async (identifier) => {
        const text = sessions.get(identifier);
        return text === undefined ? undefined : (JSON.parse(text) as StateData);
      },
      delete: async (identifier) => void sessions.delete(identifier),
      deleteByLogoutToken: async () => undefined,
    };
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
    await logInAt(issuer, bench);
    await update({ cart: ["book"] });
    await update(({ cart }) => ({ cart: [...(cart as string[]), "pen"] }));
    expect(await session()).toMatchObject({ cart: ["book", "pen"], user: { sub: "user-1" } });
    expect(await bench.client.touch(bench.request())).toBe(true);
  });

  it("belongs to the domain of the session where the domain is chosen for each request", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    let current = domain;
    bench = clientBench({ clientId, clientSecret, customFetch, domain: () => current });
    await logInAt(issuer, bench);
    current = "other.example";
    await expect(update({ a: 1 })).rejects.toThrow(refused("missing_session_error"));
    expect(await bench.client.touch(bench.request())).toBe(false);
    current = domain;
    await update({ a: 1 });
    expect(await session()).toMatchObject({ a: 1 });
  });
});

describe("a login of edgeAuth", () => {
  it("keeps data with updateSession, and extends the session with touch", async () => {
    const tenant = testTenant();
    const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
    const app = auth.handler(async (_request, _env, _ctx, login) => {
      if (!(await login.touch())) return new Response("nobody");
      await login.updateSession(({ visits = 0 }) => ({ visits: Number(visits) + 1 }));
      return Response.json((await login.getSession())!.visits);
    });
    const browser = new TestBrowser(app, tenant);
    expect(await (await browser.send("/")).text()).toBe("nobody");
    await browser.logIn();
    for (const visits of [1, 2, 3]) {
      const response = await browser.send("/");
      expect(await response.json()).toBe(visits);
      expect(response.headers.get("cache-control")).toBe("private, no-store");
    }
  });

  it("of authenticate has both as well, with everything a handler gets", async () => {
    const tenant = testTenant();
    const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
    const app = {
      async fetch(request: Request) {
        const login = await auth.authenticate(request);
        if (login.response) return login.response;
        await login.updateSession({ seen: true });
        expect(await login.touch()).toBe(true);
        expect(await login.getUser()).toEqual(login.user);
        return await login.respond(Response.json((await login.getSession())!.seen));
      },
    };
    const browser = new TestBrowser(app, tenant);
    await browser.logIn();
    expect(await (await browser.send("/")).json()).toBe(true);
  });

  it("waits with its response for a change that is under way, and refuses one after it", async () => {
    const tenant = testTenant();
    const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
    let afterwards: Promise<void> | undefined;
    const app = auth.handler(async (request, _env, _ctx, login) => {
      if (new URL(request.url).pathname === "/read") return Response.json(await login.getSession());
      void login.updateSession({ seen: true });
      return new Response(
        new ReadableStream(
          {
            pull(controller) {
              afterwards ??= login.updateSession({ late: true });
              afterwards.catch(() => undefined);
              controller.close();
            },
          },
          { highWaterMark: 0 },
        ),
      );
    });
    const browser = new TestBrowser(app, tenant);
    await browser.logIn();
    await (await browser.send("/")).text();
    await expect(afterwards).rejects.toThrow(refused("response_committed"));
    const kept = (await (await browser.send("/read")).json()) as object;
    expect(kept).toMatchObject({ seen: true });
    expect(kept).not.toHaveProperty("late");
  });
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

import {
  HeadersCookieHandler,
  MemorySessionStore,
  revisionOf,
  type SessionStore,
  StatefulStateStore,
  statefulStore,
} from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { later } from "../../support/clock.ts";
import { CookieJar, type Exchange } from "../../support/cookie-jar.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { impatience } from "../../support/impatience.ts";
import { logInAt, statefulBench, visit } from "../../support/server-client.ts";
import { aSession, DAY, IDENTIFIER, SECRET } from "../../support/sessions.ts";

const storeOver = (store: SessionStore<Exchange>, options: object = {}) =>
  new StatefulStateStore<Exchange>(
    { secret: SECRET, store, storeTimeout: 0.05, ...options },
    new HeadersCookieHandler(),
  );

describe("changes of one session by requests that overlap", () => {
  let issuer: HostileIssuer;
  beforeEach(async () => {
    issuer = await hostileIssuer();
  });

  it("all stay: each is made of what the session has become", async () => {
    const bench = statefulBench(issuer);
    await logInAt(issuer, bench);
    const requests = Array.from({ length: 25 }, () => bench.request());
    await Promise.all(
      requests.map((options, index) => bench.client.updateSession({ [`tab${index}`]: index }, options)),
    );
    expect(await bench.client.getSession(bench.request())).toMatchObject(
      Object.fromEntries(requests.map((_, index) => [`tab${index}`, index])),
    );
  });

  it("do not bring back a refresh token that was spent meanwhile", async () => {
    const bench = statefulBench(issuer);
    await logInAt(issuer, bench);
    const [updating, refreshing] = [bench.request(), bench.request()];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    issuer.misbehave.token = async (body) => {
      await released;
      return Response.json({ ...body, refresh_token: "the successor" });
    };
    const refreshed = bench.client.getAccessToken({ audience: "https://api.example/" }, refreshing);
    const updated = bench.client.updateSession(() => {
      release();
      return { theme: "dark" };
    }, updating);
    await Promise.all([refreshed, updated]);
    const session = await bench.client.getSession(bench.request());
    expect([session?.refreshToken, session?.theme]).toEqual(["the successor", "dark"]);
  });

  it("that never get through end with an error that says so", async () => {
    const busy = new (class extends MemorySessionStore<never> {
      override set(...given: Parameters<MemorySessionStore<never>["set"]>) {
        return given[2]?.create === false ? Promise.resolve("changed" as const) : super.set(...given);
      }
    })();
    const bench = statefulBench(issuer, {}, busy as never);
    await logInAt(issuer, bench);
    await expect(bench.client.updateSession({ a: 1 }, bench.request())).rejects.toMatchObject({
      name: "SessionChangedError",
      code: "session_changed",
    });
  });

  it("may be made by hand several times, as long as nobody else makes one", async () => {
    const jar = new CookieJar();
    const memory = new MemorySessionStore<Exchange>();
    const store = storeOver(memory);
    await jar.visit((exchange) => store.set(IDENTIFIER, aSession(), true, exchange));
    const state = (await jar.visit((exchange) => store.get(IDENTIFIER, exchange)))!;
    const other = (await jar.visit((exchange) => store.get(IDENTIFIER, exchange)))!;
    expect(revisionOf(state)).toBe(revisionOf(other));
    for (const refreshToken of ["second", "third"]) {
      await jar.visit((exchange) => store.set(IDENTIFIER, { ...state, refreshToken }, false, exchange));
    }
    const late = jar.visit((exchange) =>
      store.set(IDENTIFIER, { ...other, refreshToken: "x" }, false, exchange),
    );
    await expect(late).rejects.toMatchObject({ code: "session_changed" });
  });
});

describe("a database that does not answer", () => {
  const hanging = (
    member: keyof SessionStore<Exchange>,
    memory = new MemorySessionStore<Exchange>(),
  ): SessionStore<Exchange> => {
    return new Proxy(memory, {
      get(target, name) {
        if (name === member) return () => new Promise(() => undefined);
        const value = target[name as keyof typeof target] as unknown;
        return typeof value === "function" ? value.bind(target) : value;
      },
    }) as SessionStore<Exchange>;
  };
  const failed = { name: "SessionStoreError", code: "session_store_error" };

  it.each(["get", "set", "delete", "touch", "deleteByLogoutToken"] as const)(
    "to %s makes the call fail in bounded time",
    async (member) => {
      const jar = new CookieJar();
      const store = storeOver(hanging(member));
      const visit = (call: (exchange: Exchange) => Promise<unknown>) => jar.visit(call);
      if (member === "set") {
        await expect(visit((e) => store.set(IDENTIFIER, aSession(), true, e))).rejects.toMatchObject(failed);
        return;
      }
      await visit((e) => store.set(IDENTIFIER, aSession(), true, e));
      const calls = {
        get: (e: Exchange) => store.get(IDENTIFIER, e),
        delete: (e: Exchange) => store.delete(IDENTIFIER, e),
        touch: (e: Exchange) => store.touch(IDENTIFIER, aSession(), e),
        deleteByLogoutToken: (e: Exchange) => store.deleteByLogoutToken({ sid: "1" }, e),
      };
      await expect(visit(calls[member])).rejects.toMatchObject(failed);
    },
  );

  it("to renew makes the call fail in bounded time as well, 30 seconds later since the issuer is asked", async () => {
    const jar = new CookieJar();
    const memory = new MemorySessionStore<Exchange>();
    await jar.visit((exchange) => storeOver(memory).set(IDENTIFIER, aSession(), true, exchange));
    const state = (await jar.visit((exchange) => storeOver(memory).get(IDENTIFIER, exchange)))!;
    const waits = impatience();
    const task = { renewal: {}, serves: () => false, ask: () => Promise.reject(new Error("not asked")) };
    const renewed = storeOver(hanging("renew", memory)).renew!(IDENTIFIER, state, task, jar.exchange());
    await expect(renewed).rejects.toMatchObject(failed);
    expect(waits).toContain(30_050);
    expect(await jar.visit((exchange) => storeOver(memory).get(IDENTIFIER, exchange))).toBeDefined();
  });

  it.each(["set", "delete"] as const)(
    "to %s makes a second login of a browser fail, and leaves it a session",
    async (member) => {
      const jar = new CookieJar();
      const memory = new MemorySessionStore<Exchange>();
      await jar.visit((exchange) => storeOver(memory).set(IDENTIFIER, aSession(), true, exchange));
      const exchange = jar.exchange();
      const login = storeOver(hanging(member, memory)).set(IDENTIFIER, aSession(), true, exchange);
      await expect(login).rejects.toMatchObject(failed);
      jar.receive(exchange);
      expect(await jar.visit((exchange) => storeOver(memory).get(IDENTIFIER, exchange))).toBeDefined();
    },
  );

  it("to touch makes no request fail whose session it reads, and the next one extends it", async () => {
    const jar = new CookieJar();
    const memory = new MemorySessionStore<Exchange>();
    await jar.visit((exchange) => storeOver(memory).set(IDENTIFIER, aSession(), true, exchange));
    later(0.2 * DAY);
    const read = async (store: StatefulStateStore<Exchange>): Promise<unknown> =>
      await jar.visit((exchange) => store.get(IDENTIFIER, exchange));
    expect(await read(storeOver(hanging("touch", memory)))).toBeDefined();
    expect(await read(storeOver(memory))).toBeDefined();
    later(0.9 * DAY);
    expect(await read(storeOver(memory))).toBeDefined();
  });

  it("makes an anonymous request where that is wanted, and loses neither cookie nor session", async () => {
    const jar = new CookieJar();
    const memory = new MemorySessionStore<Exchange>();
    await jar.visit((exchange) => storeOver(memory).set(IDENTIFIER, aSession(), true, exchange));
    const cookie = jar.get(IDENTIFIER);
    const down = storeOver(hanging("get"), { onStoreError: "anonymous" });
    expect(await jar.visit((exchange) => down.get(IDENTIFIER, exchange))).toBeUndefined();
    expect(jar.get(IDENTIFIER)).toBe(cookie);
    expect(await jar.visit((exchange) => storeOver(memory).get(IDENTIFIER, exchange))).toBeDefined();
  });

  it("logs out the browser that asks for it, and says that it failed", async () => {
    const issuer = await hostileIssuer();
    const memory = new MemorySessionStore<never>();
    const bench = statefulBench(issuer, {}, memory as never);
    await logInAt(issuer, bench);
    memory.get = () => Promise.reject(new Error("down"));
    await expect(visit(bench, (options) => bench.client.logout({}, options))).rejects.toMatchObject(failed);
    expect(bench.jar.has(IDENTIFIER)).toBe(false);
  });

  it.each([{ storeTimeout: 0 }, { storeTimeout: 61 }, { storeTimeout: "5" }, { onStoreError: "ignore" }])(
    "cannot be given %o",
    (options) => {
      expect(() => storeOver(new MemorySessionStore(), options)).toThrow(
        expect.objectContaining({ code: "invalid_configuration_error" }),
      );
    },
  );
});

describe("statefulStore", () => {
  it("makes the store of edgeAuth's option, of a database or of what makes one", async () => {
    const memory = new MemorySessionStore<Exchange>();
    const cookies = new HeadersCookieHandler<Exchange>();
    const jar = new CookieJar();
    const given = statefulStore(memory)({ secret: SECRET }, cookies);
    await jar.visit((exchange) => given.set(IDENTIFIER, aSession(), true, exchange));
    const made = statefulStore<Exchange>(({ secret }) => {
      expect(secret).toBe(SECRET);
      return memory;
    })({ secret: SECRET }, cookies);
    expect(await jar.visit((exchange) => made.get(IDENTIFIER, exchange))).toBeDefined();
  });
});

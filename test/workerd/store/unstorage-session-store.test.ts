import {
  edgeAuth,
  HeadersCookieHandler,
  InvalidConfigurationError,
  type StateData,
  StatefulStateStore,
  UnstorageSessionStore,
  unstorageSessions,
} from "auth0-edge";
import { createStorage, type Storage } from "unstorage";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";
import { later } from "../../support/clock.ts";
import { CookieJar, type Exchange } from "../../support/cookie-jar.ts";
import { MemoryCoordinator } from "../../support/memory-lists.ts";
import { RotatingIssuer } from "../../support/renewal-contract.ts";
import { aSession, DAY, IDENTIFIER, mira, now, SECRET } from "../../support/sessions.ts";

let storage: Storage;
let jar: CookieJar;
beforeEach(() => {
  storage = createStorage();
  jar = new CookieJar();
});

/** Counts what a storage is asked. */
function counted(storage: Storage): { storage: Storage; calls: Record<string, number> } {
  const calls: Record<string, number> = {};
  const watched = new Proxy(storage, {
    get(target, name: keyof Storage & string) {
      const member = target[name] as unknown;
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        calls[name] = (calls[name] ?? 0) + 1;
        return member.apply(target, given);
      };
    },
  });
  return { storage: watched, calls };
}

const storeOver = (over: Storage, more: object = {}, options: object = {}) =>
  new StatefulStateStore<Exchange>(
    { secret: SECRET, store: new UnstorageSessionStore(over, { secret: SECRET, ...more }), ...options },
    new HeadersCookieHandler(),
  );
const logIn = async (state = aSession(), browser = jar, over = storage): Promise<StateData> => {
  await browser.visit((exchange) => storeOver(over).set(IDENTIFIER, state, true, exchange));
  return state;
};
const read = (browser = jar, over = storage): Promise<StateData | undefined> =>
  browser.visit((exchange) => storeOver(over).get(IDENTIFIER, exchange));

describe("what an unstorage keeps", () => {
  it("tells nobody who is logged in, and opens under no other name or secret", async () => {
    await logIn();
    const keys = await storage.getKeys();
    expect(keys.map((key) => key.replace(/[\w-]{43}/g, "…").replace(/\d{10}/, "<iat>")).sort()).toEqual([
      "auth0-edge:i:…:….<iat>.…",
      "auth0-edge:i:…:….<iat>.…",
      "auth0-edge:s:…",
    ]);
    const text = JSON.stringify(await storage.getItems(keys)) + keys.join();
    expect(text).not.toMatch(/mira|refresh|a-sid|tenant/i);
    const [session] = keys.filter((key) => key.includes(":s:"));
    const sealed = await storage.getItem<string>(session!);
    const other = new CookieJar();
    await logIn(aSession({ user: { ...mira, sub: "other" } }), other);
    const [second] = (await storage.getKeys("auth0-edge:s")).filter((key) => key !== session);
    await storage.setItem(second!, sealed!);
    expect(await read(other), "moved to another session").toBeUndefined();
    const foreign = storeOver(storage, { secret: "another secret of more than 32 characters" });
    expect(await jar.visit((exchange) => foreign.get(IDENTIFIER, exchange))).toBeUndefined();
  });

  it("is told how long to keep it: the absolute duration, and what tells of a logout for an hour", async () => {
    later(0);
    const told: [string, number | undefined][] = [];
    const setItem = storage.setItem.bind(storage);
    storage.setItem = ((key: string, value: string, options?: { ttl?: number }) => {
      told.push([key.slice(0, "auth0-edge:s".length), options?.ttl]);
      return setItem(key, value, options);
    }) as Storage["setItem"];
    await logIn();
    await storeOver(storage).deleteByLogoutToken({
      iss: "https://tenant.example/",
      sid: "a-sid",
      iat: now(),
    });
    expect(told).toEqual([
      ["auth0-edge:i", 3 * DAY],
      ["auth0-edge:i", 3 * DAY],
      ["auth0-edge:s", 3 * DAY],
      ["auth0-edge:e", 3600],
      ["auth0-edge:x", 3600],
    ]);
  });

  it("ends on time though the driver forgets nothing, and is nothing but traces after a logout", async () => {
    await logIn(aSession({ sessionExpiresAt: now() + 600 }));
    const identifiers = await storage.getKeys("auth0-edge:s");
    later(601);
    expect(await read()).toBeUndefined();
    expect(await storage.getKeys("auth0-edge:s")).toEqual(identifiers);
    await logIn();
    await jar.visit((exchange) => storeOver(storage).delete(IDENTIFIER, exchange));
    expect(
      (await storage.getKeys("auth0-edge:s")).length + (await storage.getKeys("auth0-edge:i")).length,
    ).toBe(identifiers.length + 2);
  });

  it("is no session any more when its time is over, whatever a cookie says: none is read, none changed", async () => {
    const database = new UnstorageSessionStore(storage, { secret: SECRET });
    const write = { expiresIn: 600, create: true, storeOptions: undefined };
    await database.set("an id", aSession(), write);
    later(600);
    expect(await database.get("an id")).toBeUndefined();
    expect(await database.set("an id", aSession(), { ...write, create: false })).toBe(false);
  });

  it("lies under a prefix of one's own", async () => {
    const store = storeOver(storage, { prefix: "app:one" });
    await jar.visit((exchange) => store.set(IDENTIFIER, aSession(), true, exchange));
    expect((await storage.getKeys()).every((key) => key.startsWith("app:one:"))).toBe(true);
    expect(await read()).toBeUndefined();
    await store.deleteByLogoutToken({ iss: "https://tenant.example/", sub: mira.sub });
    expect(await jar.visit((exchange) => store.get(IDENTIFIER, exchange))).toBeUndefined();
  });
});

describe("a logout at an unstorage", () => {
  it("stays where a change was read before it and is written after it", async () => {
    const state = await logIn();
    const { promise: written, resolve } = resolvers();
    const slow = new Proxy(storage, {
      get(target, name: keyof Storage) {
        if (name !== "setItem") return target[name];
        return async (key: string, value: string, options: object) => {
          if (key.includes(":s:")) await written;
          await target.setItem(key, value, options);
        };
      },
    });
    const changing = jar.visit((exchange) => storeOver(slow).set(IDENTIFIER, state, false, exchange));
    await new Promise((next) => setTimeout(next, 20));
    const thief = jar.clone();
    await jar.clone().visit((exchange) => storeOver(storage).delete(IDENTIFIER, exchange));
    resolve();
    await expect(changing).rejects.toMatchObject({ code: "missing_session_error" });
    expect(await read(thief)).toBeUndefined();
    expect(await storage.getKeys("auth0-edge:s")).toEqual([]);
  });

  it("by the issuer takes as many calls with 1,000 sessions of other users as with 10", async () => {
    const costs: unknown[] = [];
    for (const others of [10, 1000]) {
      storage = createStorage();
      const mine = new CookieJar();
      await logIn(aSession(), mine);
      for (let index = 0; index < others; index++) {
        const internal = { sid: `sid ${index}`, createdAt: now(), id: `${index}` };
        await logIn(aSession({ user: { ...mira, sub: `user ${index}` }, internal }), new CookieJar());
      }
      const watched = counted(storage);
      const claims = { iss: "https://tenant.example/", sub: mira.sub, iat: now() };
      await storeOver(watched.storage).deleteByLogoutToken(claims);
      costs.push({ ...watched.calls });
      expect(await read(mine)).toBeUndefined();
      expect((await storage.getKeys("auth0-edge:s")).length).toBe(others);
    }
    expect(costs[0]).toEqual({ setItem: 2, getKeys: 1, removeItem: 3 });
    expect(costs[1]).toEqual(costs[0]);
  });
});

describe("a refresh at an unstorage", () => {
  /** As Workers KV does it: one write a second for each key. */
  const takingOneWrite = (): Storage => {
    let writes = 0;
    return new Proxy(storage, {
      get(target, name: keyof Storage) {
        if (name !== "setItem") return target[name];
        return (...given: Parameters<Storage["setItem"]>) =>
          writes++ ? Promise.reject(new Error("429")) : target.setItem(...given);
      },
    });
  };

  const renew = async (store: StatefulStateStore<Exchange>, task: ReturnType<RotatingIssuer["task"]>) => {
    const exchange = jar.exchange();
    const state = (await store.get(IDENTIFIER, exchange))!;
    return await store.renew!(IDENTIFIER, state, task, exchange);
  };

  it("that brings another refresh token fails without a coordinator and says why; nothing is lost", async () => {
    const issuer = new RotatingIssuer(await logIn());
    await expect(renew(storeOver(storage), issuer.task())).rejects.toMatchObject({
      code: "invalid_configuration_error",
      message: expect.stringContaining("coordinator"),
    });
    expect(await read()).toMatchObject({ refreshToken: "refresh token 1" });
    expect(issuer.task().serves((await read())!)).toBe(true);
  });

  it.each([undefined, {}, { driver: "redis" }])("says what it needs where it is made of %o", (storage) => {
    const make = () => new UnstorageSessionStore(storage as never, { secret: SECRET });
    expect(make).toThrow(InvalidConfigurationError);
    expect(make).toThrow(/createStorage/);
  });

  it("works without a coordinator where refresh tokens do not rotate, also for many at a time", async () => {
    await logIn();
    const strict = takingOneWrite();
    const task = new RotatingIssuer(aSession()).task();
    const ask = async ({ refreshToken: spent = "" }: StateData) => ({
      spent,
      renewal: {},
      tokens: { accessToken: "renewed", expiresAt: now() + 60, scope: "openid", refreshToken: undefined },
    });
    const states = await Promise.all(
      Array.from({ length: 10 }, () => renew(storeOver(strict), { ...task, ask })),
    );
    expect(states.every((state) => task.serves(state))).toBe(true);
    expect(await read()).toMatchObject({ refreshToken: "v1.a-refresh-token" });
  });

  it("with a coordinator is one call for 50 requests, also where the storage takes no second write", async () => {
    const issuer = new RotatingIssuer(await logIn());
    const coordinator = new MemoryCoordinator();
    const strict = takingOneWrite();
    const states = await Promise.all(
      Array.from({ length: 50 }, () => renew(storeOver(strict, { coordinator }), issuer.task())),
    );
    expect(issuer.calls).toBe(1);
    expect(new Set(states.map((state) => state.refreshToken))).toEqual(new Set(["refresh token 1"]));
    expect(await read()).toMatchObject({ refreshToken: "refresh token 1" });
    expect(coordinator.lives[0]).toBeLessThanOrEqual(3 * DAY);
    expect(coordinator.lives[0]).toBeGreaterThan(3 * DAY - 60);
  });
});

describe("an unstorage whose driver fails", () => {
  const broken = (): Storage => {
    const fail = () => Promise.reject(new Error("driver down: redis://user:password@host"));
    return createStorage({
      driver: { getItem: fail, setItem: fail, removeItem: fail, getKeys: fail, hasItem: fail },
    });
  };
  const failure = { name: "SessionStoreError", code: "session_store_error" };

  it("makes every call an error of the session store, with the driver's own as its cause", async () => {
    await logIn();
    const down = storeOver(broken());
    const calls: ((exchange: Exchange) => Promise<unknown>)[] = [
      (exchange) => down.get(IDENTIFIER, exchange),
      (exchange) => down.set(IDENTIFIER, aSession(), false, exchange),
      (exchange) => down.set(IDENTIFIER, aSession(), true, exchange),
      () => down.deleteByLogoutToken({ iss: "https://tenant.example/", sid: "1", iat: 1 }),
      (exchange) => down.delete(IDENTIFIER, exchange),
    ];
    for (const call of calls) {
      const error = (await call(jar.exchange()).catch((reason: unknown) => reason)) as Error & {
        cause: Error;
      };
      expect(error).toMatchObject(failure);
      expect(error.message).not.toContain("password");
      expect(error.cause.message).toContain("driver down");
    }
    expect(await read(), "in the storage that works").toBeDefined();
  });

  it("for a moment only, as one that takes a write a second, is asked once more", async () => {
    const state = await logIn();
    let failures = 1;
    const busy = new Proxy(storage, {
      get(target, name: keyof Storage) {
        if (name !== "setItem") return target[name];
        return (...given: Parameters<Storage["setItem"]>) =>
          failures-- > 0 ? Promise.reject(new Error("429")) : target.setItem(...given);
      },
    });
    const change = (theme: string) =>
      jar.visit((exchange) => storeOver(busy).set(IDENTIFIER, { ...state, theme }, false, exchange));
    await change("dark");
    expect(await read()).toMatchObject({ theme: "dark" });
    failures = 2;
    await expect(change("light")).rejects.toMatchObject(failure);
    expect(await read()).toMatchObject({ theme: "dark" });
  });

  it("makes requests anonymous where that is wanted", async () => {
    await logIn();
    const down = storeOver(broken(), {}, { onStoreError: "anonymous" });
    expect(await jar.visit((exchange) => down.get(IDENTIFIER, exchange))).toBeUndefined();
    expect(await read()).toBeDefined();
  });
});

describe("unstorageSessions", () => {
  it("is one line of edgeAuth's options", async () => {
    const tenant = testTenant();
    const stateStore = unstorageSessions(storage, { coordinator: () => new MemoryCoordinator() });
    const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, stateStore });
    const app = auth.handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getUser())?.sub ?? null),
    );
    const browser = new TestBrowser(app, tenant);
    await browser.logIn(users.mira);
    expect(await (await browser.send("/")).json()).toBe(users.mira);
    expect(await storage.getKeys("auth0-edge:s")).toHaveLength(1);
    await browser.follow(await browser.send("/auth/logout"));
    expect(await storage.getKeys("auth0-edge:s")).toHaveLength(0);
  });
});

function resolvers(): { promise: Promise<void>; resolve(): void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve() };
}

import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import {
  edgeAuth,
  HeadersCookieHandler,
  type HeadersStoreOptions,
  type StateData,
  StatefulStateStore,
} from "auth0-edge";
import { durableObjectCoordinator, KVSessionStore, kvSessions } from "auth0-edge/cloudflare";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../support/browser.ts";
import { CookieJar, type Exchange } from "../support/cookie-jar.ts";
import { MemoryCoordinator } from "../support/memory-lists.ts";
import { RotatingIssuer } from "../support/renewal-contract.ts";
import { rotatingIssuer } from "../support/rotating-issuer.ts";
import { type ClientBench, clientBench, logInAt } from "../support/server-client.ts";
import { aSession, DAY, IDENTIFIER, mira, now, SECRET } from "../support/sessions.ts";
import { stateStoreContract } from "../support/state-store-contract.ts";
import { current } from "./worker.ts";

stateStoreContract(
  "StatefulStateStore with KVSessionStore",
  () => {
    const more = { prefix: crypto.randomUUID(), coordinator: new MemoryCoordinator() };
    return ({ secret, ...options }, cookies) => {
      const store = new KVSessionStore(env.SESSIONS, { secret, ...more });
      return new StatefulStateStore({ ...options, secret, store }, cookies);
    };
  },
  { endsSessionsFromOutside: true, remembersLogoutTokens: true, comparesChanges: true, renewsOnce: true },
);

describe("Workers KV", () => {
  let jar: CookieJar;
  beforeEach(async () => {
    await reset();
    jar = new CookieJar();
  });

  const storeOver = (kv: unknown = env.SESSIONS, more: object = {}) =>
    new StatefulStateStore<Exchange>(
      { secret: SECRET, store: new KVSessionStore(kv as KVNamespace, { secret: SECRET, ...more }) },
      new HeadersCookieHandler(),
    );
  const logIn = async (state = aSession(), browser = jar, store = storeOver()): Promise<StateData> => {
    await browser.visit((exchange) => store.set(IDENTIFIER, state, true, exchange));
    return state;
  };
  const read = (browser = jar): Promise<StateData | undefined> =>
    browser.visit((exchange) => storeOver().get(IDENTIFIER, exchange));
  const renew = async (store: StatefulStateStore<Exchange>, issuer: RotatingIssuer) => {
    const exchange = jar.exchange();
    return await store.renew!(IDENTIFIER, (await store.get(IDENTIFIER, exchange))!, issuer.task(), exchange);
  };

  it("forgets each key by itself: what it keeps of a session ends with it, and nothing shows whose it is", async () => {
    await logIn(aSession({ sessionExpiresAt: now() + 600 }));
    const { keys } = await env.SESSIONS.list();
    expect(keys.map(({ name }) => name.slice(0, "auth0-edge:s:".length)).sort()).toEqual([
      "auth0-edge:i:",
      "auth0-edge:i:",
      "auth0-edge:s:",
    ]);
    for (const { name, expiration } of keys) {
      expect(expiration).toBeGreaterThan(Date.now() / 1000 + 590);
      expect(expiration).toBeLessThan(Date.now() / 1000 + 605);
      const text = name + (await env.SESSIONS.get(name));
      expect(text).not.toMatch(/mira|refresh|a-sid|tenant/i);
    }
  });

  it("is never given less than the minute it takes, and a session ends on time all the same", async () => {
    const store = new KVSessionStore(env.SESSIONS, { secret: SECRET });
    await store.set("an id", aSession(), { expiresIn: 1, create: true, storeOptions: undefined });
    const { keys } = await env.SESSIONS.list({ prefix: "auth0-edge:s:" });
    expect(keys[0]?.expiration).toBeGreaterThan(Date.now() / 1000 + 55);
    expect(await store.get("an id")).toBeDefined();
    await new Promise((next) => setTimeout(next, 2000));
    expect(await store.get("an id")).toBeUndefined();
  });

  it("costs a request without a change one read, and one write where the session is changed", async () => {
    const calls: string[] = [];
    const watched = new Proxy(env.SESSIONS, {
      get:
        (kv, name: "get" | "put" | "delete" | "list") =>
        (...given: [never, never, never]) => {
          calls.push(name);
          return kv[name](...given) as unknown;
        },
    });
    const take = () => calls.splice(0).sort().join();
    const issuer = new RotatingIssuer(aSession());
    const store = storeOver(watched, { coordinator: new MemoryCoordinator() });
    await logIn(aSession(), jar, store);
    expect(take(), "login").toBe("get,get,get,put,put,put");
    const state = (await jar.visit((exchange) => store.get(IDENTIFIER, exchange)))!;
    expect(take(), "reading").toBe("get");
    await jar.visit((exchange) => store.set(IDENTIFIER, { ...state, theme: "dark" }, false, exchange));
    expect(take(), "a change").toBe("get,get,put");
    await renew(store, issuer);
    expect(take(), "a refresh, reading included").toBe("get,get,get,put");
    await jar.visit((exchange) => store.delete(IDENTIFIER, exchange));
    expect(take(), "logout").toBe("delete,delete,delete,get,put");
    await logIn(aSession(), jar, store);
    take();
    await store.deleteByLogoutToken({ iss: "https://tenant.example/", sub: mira.sub, iat: now() });
    expect(take(), "back-channel logout of one session").toBe("delete,delete,delete,get,list,put,put");
  });

  it("takes one change a second for each key: a logout right after another change waits, and stays", async () => {
    const changed = new Map<string, number>();
    const strict = new Proxy(env.SESSIONS, {
      get(kv, name: "get" | "put" | "delete" | "list") {
        const call = kv[name].bind(kv) as (...given: unknown[]) => unknown;
        if (name === "get" || name === "list") return call;
        return (key: string, ...more: unknown[]) => {
          if (performance.now() - (changed.get(key) ?? Number.NEGATIVE_INFINITY) < 1000)
            return Promise.reject(new Error("KV PUT failed: 429 Too Many Requests"));
          changed.set(key, performance.now());
          return call(key, ...more);
        };
      },
    });
    await logIn(aSession(), jar, storeOver(strict));
    const copy = jar.clone();
    await jar.visit((exchange) => storeOver(strict).delete(IDENTIFIER, exchange));
    expect(await read(copy)).toBeUndefined();

    await logIn(aSession(), jar, storeOver(strict));
    await storeOver(strict).deleteByLogoutToken({
      iss: "https://tenant.example/",
      sub: mira.sub,
      iat: now(),
    });
    expect(await read()).toBeUndefined();
  });

  it("finds the sessions of a logout token by pages", async () => {
    const browsers = Array.from({ length: 5 }, () => new CookieJar());
    for (const browser of browsers) await logIn(aSession(), browser);
    const paged = new Proxy(env.SESSIONS, {
      get: (kv, name: "list") =>
        name === "list"
          ? (options: KVNamespaceListOptions) => kv.list({ ...options, limit: 2 })
          : (kv[name] as () => unknown).bind(kv),
    });
    await storeOver(paged).deleteByLogoutToken({ iss: "https://tenant.example/", sub: mira.sub });
    expect(await Promise.all(browsers.map((browser) => read(browser)))).toEqual(
      browsers.map(() => undefined),
    );
  });

  it("keeps nothing but traces of a session after its logout", async () => {
    await logIn();
    await jar.clone().visit((exchange) => storeOver().delete(IDENTIFIER, exchange));
    const { keys } = await env.SESSIONS.list();
    expect(keys.map(({ name }) => name.slice(0, "auth0-edge:x:".length))).toEqual(["auth0-edge:x:"]);
  });

  it("refuses rotating refresh tokens without a coordinator, and loses none", async () => {
    const issuer = new RotatingIssuer(await logIn());
    await expect(renew(storeOver(), issuer)).rejects.toMatchObject({ code: "invalid_configuration_error" });
    expect(await read()).toMatchObject({ refreshToken: "refresh token 1" });
  });

  it("with a coordinator takes one call for 50 requests with the same session", async () => {
    const issuer = new RotatingIssuer(await logIn());
    const coordinator = new MemoryCoordinator();
    const states = await Promise.all(
      Array.from({ length: 50 }, () => renew(storeOver(env.SESSIONS, { coordinator }), issuer)),
    );
    expect(issuer.calls).toBe(1);
    expect(states.every((state) => issuer.task().serves(state))).toBe(true);
    expect(await read()).toMatchObject({ refreshToken: "refresh token 1" });
  });

  it("is one line of edgeAuth's options, and what is missing there is said", async () => {
    const tenant = testTenant();
    const auth = edgeAuth((settings: Cloudflare.Env) => ({
      ...tenant.clientOptions,
      ...{ secret, appBaseUrl: appOrigin, stateStore: kvSessions(settings.SESSIONS) },
      session: { absoluteDuration: 30 * DAY },
    }));
    const app = auth.handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getUser())?.sub ?? null),
    );
    const browser = new TestBrowser(
      { fetch: (request) => app.fetch(request, env, undefined as never) },
      tenant,
    );
    await browser.logIn(users.mira);
    expect(await (await browser.send("/")).json()).toBe(users.mira);
    expect((await env.SESSIONS.list({ prefix: "auth0-edge:s:" })).keys).toHaveLength(1);
    expect(() => new KVSessionStore(undefined as never, { secret })).toThrow(/kv_namespaces/);
  });
});

describe("Workers KV with a coordinator of Durable Objects", () => {
  beforeEach(reset);

  /**
   * A place of the world, where the first thing that was read of a key is all there is to see for a minute.
   *
   * @param kinds of keys for which that is so
   */
  const elsewhere = (kinds = /:s:/): KVNamespace => {
    const seen = new Map<string, Promise<string | null>>();
    const read = (key: string): Promise<string | null> => {
      const reading = seen.get(key) ?? env.SESSIONS.get(key);
      if (kinds.test(key)) seen.set(key, reading);
      return reading;
    };
    return new Proxy(env.SESSIONS, {
      get(kv, name: "get" | "put" | "delete" | "list") {
        if (name !== "get") return (kv[name] as () => unknown).bind(kv);
        return async (keys: string | string[]) => {
          if (typeof keys === "string") return await read(keys);
          return new Map(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
        };
      },
    });
  };
  const begin = async () => {
    const issuer = await rotatingIssuer();
    current.issuer = issuer;
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const stateStore = (kv: KVNamespace) =>
      kvSessions<HeadersStoreOptions>(kv, { coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR) })(
        { secret },
        new HeadersCookieHandler(),
      );
    const at = (kv: KVNamespace = env.SESSIONS): ClientBench =>
      clientBench({ domain, clientId, clientSecret, customFetch, stateStore: stateStore(kv) });
    const first = at();
    await logInAt(issuer, first);
    const another = (kv?: KVNamespace): ClientBench => {
      const bench = at(kv);
      for (const [name, value] of first.jar) bench.jar.set(name, value);
      return bench;
    };
    return { issuer, another };
  };
  const ask = async ({ client, request }: ClientBench, audience = "https://api.example/") =>
    (await client.getAccessToken({ audience }, request())).accessToken;

  it("takes one token call for 50 requests, all get the token, and the session lives on", async () => {
    const { issuer, another } = await begin();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => ask(another())));
    expect(new Set(tokens).size).toBe(1);
    expect(issuer.spent).toHaveLength(1);
    await ask(another(), "https://another.example/");
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([2, 0]);
  });

  it("gives a place that still sees the session of before the same tokens, without a call", async () => {
    const { issuer, another } = await begin();
    const kv = elsewhere();
    expect(await another(kv).client.getUser(another(kv).request())).toBeDefined();
    const token = await ask(another());
    expect(await ask(another(kv))).toBe(token);
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 0]);
    await ask(another(), "https://another.example/");
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([2, 0]);
  });

  it("ends where the session is still to be seen, but the mark of its logout as well", async () => {
    const { another } = await begin();
    const kv = elsewhere();
    const late = another(kv);
    expect(await late.client.getUser(late.request())).toBeDefined();
    const leaving = another();
    await leaving.client.logout({}, leaving.request());
    await expect(ask(late)).rejects.toMatchObject({ code: "token_by_refresh_token_error" });
    await expect(late.client.updateSession({ theme: "dark" }, late.request())).rejects.toMatchObject({
      code: "missing_session_error",
    });
    expect((await env.SESSIONS.list({ prefix: "auth0-edge:s:" })).keys).toEqual([]);
  });

  it("refuses after that minute what such a place wrote, and could not take back", async () => {
    const { another } = await begin();
    const late = another(elsewhere(/:[sx]:/));
    await late.client.updateSession({ theme: "light" }, late.request());
    const leaving = another();
    await leaving.client.logout({}, leaving.request());
    await late.client.updateSession({ theme: "dark" }, late.request());
    expect((await env.SESSIONS.list({ prefix: "auth0-edge:s:" })).keys).toHaveLength(1);
    const after = another();
    expect(await after.client.getUser(after.request())).toBeUndefined();
    const [session, mark] = await Promise.all(
      ["s", "x"].map(async (kind) => (await env.SESSIONS.list({ prefix: `auth0-edge:${kind}:` })).keys[0]),
    );
    expect(mark!.expiration).toBeGreaterThanOrEqual(session!.expiration! - 1);
  });

  it("does not undo a logout while the refresh is in flight", async () => {
    const { issuer, another } = await begin();
    issuer.before = async () => {
      const leaving = another();
      await leaving.client.logout({}, leaving.request());
      return undefined;
    };
    await expect(ask(another())).rejects.toMatchObject({ code: "missing_session_error" });
    const after = another();
    expect(await after.client.getUser(after.request())).toBeUndefined();
    expect((await env.SESSIONS.list({ prefix: "auth0-edge:s:" })).keys).toEqual([]);
  });

  it("keeps the user where the issuer refuses for good, and asks no more", async () => {
    const { issuer, another } = await begin();
    issuer.before = () => Response.json({ error: "invalid_grant" }, { status: 403 });
    const refused = { code: "token_by_refresh_token_error", cause: { error: "invalid_grant" } };
    await expect(ask(another())).rejects.toMatchObject(refused);
    await expect(ask(another())).rejects.toMatchObject(refused);
    expect(issuer.spent).toHaveLength(1);
    const after = another();
    expect(await after.client.getUser(after.request())).toBeDefined();
  });
});

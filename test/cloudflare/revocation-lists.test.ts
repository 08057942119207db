import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import {
  cookieSessions,
  type HeadersStoreOptions,
  type RevocationList,
  readSession,
  type StateData,
} from "auth0-edge";
import { DurableObjectRevocationList, KVRevocationList } from "auth0-edge/cloudflare";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { logoutNoteOf } from "../../src/store/names.ts";
import { secret, type TestBrowser } from "../support/browser.ts";
import { later } from "../support/clock.ts";
import { type EdgeApp, edgeApp } from "../support/edge-app.ts";
import { type HostileIssuer, hostileIssuer } from "../support/hostile-issuer.ts";
import { aSession, mira, now } from "../support/sessions.ts";
import { type WatchedObjects, watchedObjects } from "../support/watched-objects.ts";

afterEach(reset);

const onUnavailable = "deny" as const;
const note = { expiresIn: 3600, storeOptions: undefined };
const iss = "https://tenant.example/";
let serial = 0;

/** A session of a user nobody else has. */
const sessionOf = (sub: string, sid = `sid-${++serial}`, iat = now()) =>
  aSession({ user: { ...mira, sub, iat }, internal: { sid, createdAt: now(), id: crypto.randomUUID() } });

let objects: WatchedObjects;
beforeEach(() => {
  objects = watchedObjects(env.AUTH_REVOCATIONS);
});
const list = (options = {}) => new DurableObjectRevocationList(objects, { onUnavailable, ...options });

const lists: Record<string, () => RevocationList> = {
  DurableObjectRevocationList: () => list(),
  KVRevocationList: () => new KVRevocationList(env.SESSIONS, { onUnavailable }),
};

describe.each(Object.entries(lists))("%s", (_, make) => {
  it("ends the sessions of a token with only a sid, only a sub, or both, by one look-up each", async () => {
    const revocations = make();
    const [mine, both, other] = [sessionOf("a", "sid-a"), sessionOf("a", "sid-b"), sessionOf("b")];
    for (const state of [mine, both, other]) await revocations.begin?.(state, note);
    const answers = async () =>
      await Promise.all([mine, both, other].map((state) => revocations.isRevoked(state)));
    await revocations.revoke({ iss, sid: "sid-a" }, note);
    expect(await answers()).toEqual([true, false, false]);
    await revocations.revoke({ iss, sid: "sid-b", sub: "a" }, note);
    expect(await answers()).toEqual([true, true, false]);
    await revocations.revoke({ iss, sub: "b", iat: now() }, note);
    expect(await answers()).toEqual([true, true, true]);
  });

  it("leaves alone what is newer than a token with only a sub, however often that comes again", async () => {
    const revocations = make();
    const issuedAt = now();
    const [older, newer] = [sessionOf("a", "1", issuedAt), sessionOf("a", "2", issuedAt + 1)];
    for (let delivery = 0; delivery < 3; delivery++) {
      await revocations.revoke({ iss, sub: "a", iat: issuedAt }, note);
    }
    expect([await revocations.isRevoked(older), await revocations.isRevoked(newer)]).toEqual([true, false]);
    await revocations.revoke({ iss, sub: "a", iat: issuedAt - 1000 }, note);
    expect(await revocations.isRevoked(older), "after an older token came again").toBe(true);
  });

  it("ends one session by itself, and all that have begun where no time is told", async () => {
    const revocations = make();
    const [mine, other] = [sessionOf("a"), sessionOf("a")];
    await revocations.end(mine, note);
    expect([await revocations.isRevoked(mine), await revocations.isRevoked(other)]).toEqual([true, false]);
    await revocations.revoke({ iss, sub: "a" }, note);
    expect(await revocations.isRevoked(other)).toBe(true);
    later(1);
    expect(await revocations.isRevoked(sessionOf("a"))).toBe(false);
  });

  it.each([
    [{}, /onUnavailable/],
    [{ onUnavailable: "ignore" }, /onUnavailable/],
    [{ onUnavailable, timeout: 0 }, /timeout/],
    [{ onUnavailable, timeout: 61 }, /timeout/],
    [{ onUnavailable, cacheFor: -1 }, /cacheFor/],
    [{ onUnavailable, cacheFor: 3601 }, /cacheFor/],
  ])("cannot be made with %o", (options, message) => {
    const classes = [
      () => new DurableObjectRevocationList(objects, options as never),
      () => new KVRevocationList(env.SESSIONS, options as never),
    ];
    for (const build of classes) {
      expect(build).toThrow(
        expect.objectContaining({
          code: "invalid_configuration_error",
          message: expect.stringMatching(message),
        }),
      );
    }
  });
});

it("lists of revocations have to have their binding", () => {
  for (const make of [
    () => new DurableObjectRevocationList(undefined as never, { onUnavailable }),
    () => new KVRevocationList(undefined as never, { onUnavailable }),
  ]) {
    expect(make).toThrow(expect.objectContaining({ code: "invalid_configuration_error" }));
  }
});

describe("what a session costs with DurableObjectRevocationList", () => {
  it("is one look-up in a request, however often it is read, and none while its isolate remembers", async () => {
    const state = sessionOf("a");
    const asked = { request: {} };
    const once = list({ cacheFor: 0 });
    await Promise.all([once.isRevoked(state, asked), once.isRevoked(state, asked)]);
    await once.isRevoked(state, asked);
    expect(objects.calls).toEqual(["isRevoked"]);
    await once.isRevoked(state, { request: {} });
    expect(objects.calls).toHaveLength(2);

    const remembering = list({ cacheFor: 10 });
    for (let request = 0; request < 5; request++) await remembering.isRevoked(state, { request: {} });
    expect(objects.calls).toHaveLength(3);
    later(11);
    await remembering.isRevoked(state, { request: {} });
    expect(objects.calls).toHaveLength(4);
  });

  it("is one look-up a minute in a request that goes on, such as an open connection", async () => {
    const state = sessionOf("a");
    const [revocations, asked] = [list({ cacheFor: 0 }), { request: {} }];
    await revocations.isRevoked(state, asked);
    later(59);
    expect(await revocations.isRevoked(state, asked)).toBe(false);
    expect(objects.calls).toHaveLength(1);
    await list().revoke({ iss, sid: state.internal.sid, sub: "a" }, note);
    later(2);
    expect(await revocations.isRevoked(state, asked)).toBe(true);
  });

  it("is one look-up each time where store options name no request, since they may be those of several", async () => {
    const [state, shared] = [sessionOf("a"), {}];
    const revocations = list({ cacheFor: 0 });
    for (let time = 0; time < 3; time++) await revocations.isRevoked(state, shared);
    expect(objects.calls).toHaveLength(3);
  });

  it("is the same for lists that are made for each request", async () => {
    const state = sessionOf("a");
    for (let request = 0; request < 5; request++) await list().isRevoked(state, { request: {} });
    expect(objects.calls).toHaveLength(1);
  });

  it("is the same whoever else was logged out", async () => {
    const calls = async (others: number) => {
      await Promise.all(
        Array.from({ length: others }, () =>
          list().revoke({ iss, sub: `user ${++serial}`, iat: now() }, note),
        ),
      );
      objects.calls.length = 0;
      const state = sessionOf("a");
      await list().begin(state, note);
      await list().revoke({ iss, sid: state.internal.sid }, note);
      expect(await list().isRevoked(state)).toBe(true);
      return [...objects.calls].sort();
    };
    expect(await calls(200)).toEqual(await calls(5));
    expect(objects.calls.sort()).toEqual(["begin", "close", "isRevoked", "note", "revoke"]);
    // Hundreds of objects: a machine that does much else takes its time.
  }, 60_000);

  it("a logout is at once where it was heard, and elsewhere after cacheFor", async () => {
    const state = sessionOf("a");
    const elsewhere = new DurableObjectRevocationList(watchedObjects(env.AUTH_REVOCATIONS), {
      onUnavailable,
      cacheFor: 10,
    });
    const here = list({ cacheFor: 10 });
    expect([await here.isRevoked(state), await elsewhere.isRevoked(state)]).toEqual([false, false]);
    await here.revoke({ iss, sub: "a", iat: now() }, note);
    expect([await here.isRevoked(state), await elsewhere.isRevoked(state)]).toEqual([true, false]);
    later(11);
    expect(await elsewhere.isRevoked(state)).toBe(true);
  });
});

describe("what DurableObjectRevocationList keeps", () => {
  const kept = async (name: string) =>
    await runInDurableObject(env.AUTH_REVOCATIONS.getByName(name), (_, { storage }) => [
      ...storage.kv.list(),
    ]);

  it("shows no user, no session and no issuer", async () => {
    const state = sessionOf("auth0|secret-user", "secret-sid");
    await list().begin(state, note);
    await list().revoke({ iss, sid: "secret-sid" }, note);
    await list().end(state, note);
    await list().revoke({ iss, sub: "auth0|secret-user", iat: now() }, note);
    const { sub, sid } = await logoutNoteOf(state);
    const text = JSON.stringify([await kept(`user:${sub}`), await kept(`sid:${sid}`), sub, sid]);
    expect(text).toContain("ended:");
    expect(text).not.toMatch(/secret|tenant\.example/);
    expect(text).not.toContain(state.internal.id);
  });

  it("is gone with the sessions it is about, and leaves nothing behind", async () => {
    const state = sessionOf("a");
    const { sub, sid } = await logoutNoteOf(state);
    await list().begin(state, { ...note, expiresIn: 100 });
    await list().end(state, { ...note, expiresIn: 100 });
    await list().revoke({ iss, sub: "a", iat: now() }, { ...note, expiresIn: 200 });
    const [user, session] = [`user:${sub}`, `sid:${sid}`].map((name) => env.AUTH_REVOCATIONS.getByName(name));
    later(101);
    await runDurableObjectAlarm(user!);
    await runDurableObjectAlarm(session!);
    expect((await kept(`user:${sub}`)).map(([key]) => key)).toEqual(["issued"]);
    expect(await kept(`sid:${sid}`)).toEqual([]);
    later(100);
    await runDurableObjectAlarm(user!);
    expect(await kept(`user:${sub}`)).toEqual([]);
    expect(await runDurableObjectAlarm(user!), "another alarm").toBe(false);
  });

  it("leaves no trace of a session that was merely looked up", async () => {
    const state = sessionOf("a");
    await list().isRevoked(state);
    const user = env.AUTH_REVOCATIONS.getByName(`user:${(await logoutNoteOf(state)).sub}`);
    expect(await runDurableObjectAlarm(user)).toBe(false);
    expect(await runInDurableObject(user, (_, { storage }) => [...storage.kv.list()])).toEqual([]);
  });
});

describe("a login and a logout that meet at DurableObjectRevocationList", () => {
  it("end the session where the logout token came before it was noted", async () => {
    const state = sessionOf("a");
    await list().revoke({ iss, sid: state.internal.sid }, note);
    await list().begin(state, note);
    expect(await list().isRevoked(state)).toBe(true);
  });

  it("leave the login alive that comes in the second of a logout everywhere, and only that", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const [before, never] = [sessionOf("a"), sessionOf("a")];
      await list().begin(before, note);
      await list().revoke({ iss, sub: "a" }, note);
      const after = sessionOf("a");
      await list().begin(after, note);
      const answers = [before, never, after].map((state) => list().isRevoked(state));
      expect(await Promise.all(answers)).toEqual([true, true, false]);
      await list().revoke({ iss, sub: "b" }, note);
      expect(await list().isRevoked(after), "after a logout of somebody else").toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a login of the second of a logout everywhere", () => {
  const ends: [string, (revocations: RevocationList, state: StateData) => Promise<void>][] = [
    ["by itself", (revocations, state) => revocations.end(state, note)],
    [
      "by another logout everywhere of that second",
      (revocations) => revocations.revoke({ iss, sub: "a" }, note),
    ],
    ["by a logout token", (revocations) => revocations.revoke({ iss, sub: "a", iat: now() }, note)],
    ["by its sid", (revocations, { internal }) => revocations.revoke({ iss, sid: internal.sid }, note)],
  ];
  it.each(ends)("can be ended all the same %s", async (_, end) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    await list().revoke({ iss, sub: "a" }, note);
    const state = sessionOf("a");
    await list().begin(state, note);
    expect(await list().isRevoked(state)).toBe(false);
    await end(list(), state);
    expect(await list().isRevoked(state)).toBe(true);
  });

  it("ends with a logout everywhere of later", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    await list().revoke({ iss, sub: "a" }, note);
    const state = sessionOf("a");
    await list().begin(state, note);
    vi.setSystemTime(Date.now() + 60_000);
    await list().revoke({ iss, sub: "a" }, note);
    expect(await list().isRevoked(state)).toBe(true);
  });
});

describe("a list that is down", () => {
  const failed = { name: "SessionStoreError", code: "session_store_error" };

  it.each(["throws", "hangs"] as const)("and %s fails no request where it is told to allow", async (mode) => {
    objects.mode = mode;
    const revocations = list({ onUnavailable: "allow", timeout: 0.05 });
    const state = sessionOf("a");
    expect(await revocations.isRevoked(state)).toBe(false);
    await revocations.begin(state, note);
    await revocations.end(state, note);
    objects.mode = "works";
    await list().revoke({ iss, sub: "a" }, note);
    expect(await revocations.isRevoked(state), "what it could not say is not remembered").toBe(true);
  });

  it.each(["throws", "hangs"] as const)("and %s fails them all where it is told to deny", async (mode) => {
    objects.mode = mode;
    const revocations = list({ timeout: 0.05 });
    const state = sessionOf("a");
    await expect(revocations.isRevoked(state)).rejects.toMatchObject(failed);
    await expect(revocations.begin(state, note)).rejects.toMatchObject(failed);
    await expect(revocations.end(state, note)).rejects.toMatchObject(failed);
  });

  it.each(["throws", "hangs"] as const)(
    "and %s ends nothing from outside, and says so, whatever it is told",
    async (mode) => {
      objects.mode = mode;
      for (const policy of ["allow", "deny"] as const) {
        const revocations = list({ onUnavailable: policy, timeout: 0.05 });
        await expect(revocations.revoke({ iss, sid: "1" }, note)).rejects.toMatchObject(failed);
        await expect(revocations.revoke({ iss, sub: "a" }, note)).rejects.toMatchObject(failed);
      }
    },
  );

  it("in KV does the same", async () => {
    const down = { get: () => Promise.reject(new Error("down")), put: () => new Promise(() => undefined) };
    const make = (policy: "allow" | "deny") =>
      new KVRevocationList(down as never, { onUnavailable: policy, timeout: 0.05 });
    expect(await make("allow").isRevoked(sessionOf("a"))).toBe(false);
    await expect(make("deny").isRevoked(sessionOf("a"))).rejects.toMatchObject(failed);
    await make("allow").end(sessionOf("a"), note);
    await expect(make("deny").end(sessionOf("a"), note)).rejects.toMatchObject(failed);
    await expect(make("allow").revoke({ iss, sid: "1" }, note)).rejects.toMatchObject(failed);
  });
});

describe("an app on edgeAuth whose sessions in cookies have a list of revocations", () => {
  let issuer: HostileIssuer;
  let app: EdgeApp;
  const stateStore = (options = {}) => cookieSessions<HeadersStoreOptions>({ revocations: list(options) });
  const statuses = async (...browsers: TestBrowser[]) =>
    await Promise.all(browsers.map(async (browser) => (await browser.send("/")).status));

  beforeEach(async () => {
    issuer = await hostileIssuer();
    app = edgeApp(issuer, { stateStore: stateStore() });
  });
  const logIn = async (sub: string, sid: string) => {
    Object.assign(issuer.claims, { sub, sid });
    return await app.logIn();
  };

  it.each([
    ["a sid", { sid: "sid-1" }, [401, 200, 200]],
    ["a sub", { sub: "user-1" }, [401, 401, 200]],
    ["both", { sub: "user-1", sid: "sid-1" }, [401, 200, 200]],
    ["both of different users", { sub: "user-2", sid: "sid-1" }, [200, 200, 200]],
  ])(
    "ends by a logout token with %s what it names, and answers 200 however often it comes",
    async (_, claims, expected) => {
      const browsers = [
        await logIn("user-1", "sid-1"),
        await logIn("user-1", "sid-2"),
        await logIn("user-2", "sid-3"),
      ];
      expect(await statuses(...browsers)).toEqual([200, 200, 200]);
      for (let delivery = 0; delivery < 2; delivery++) {
        expect((await app.sendLogoutToken(claims)).status).toBe(200);
        expect(await statuses(...browsers)).toEqual(expected);
      }
    },
  );

  it("keeps a session whose ID token is newer than a logout token with only a sub, though it comes again", async () => {
    const iat = now();
    const first = await logIn("user-1", "sid-1");
    expect((await app.sendLogoutToken({ sub: "user-1", iat, exp: iat + 600 })).status).toBe(200);
    later(2);
    const second = await logIn("user-1", "sid-2");
    expect((await app.sendLogoutToken({ sub: "user-1", iat, exp: iat + 600 })).status).toBe(200);
    expect(await statuses(first, second)).toEqual([401, 200]);
  });

  it("logs out everywhere: two browsers of the user, and nobody else; the next login is fine", async () => {
    const [phone, laptop] = [await logIn("user-1", "sid-1"), await logIn("user-1", "sid-2")];
    const other = await logIn("user-2", "sid-3");
    const everywhere = edgeApp(issuer, { stateStore: stateStore() }, async ({ client, storeOptions }) => {
      const url = await client.logout({ everywhere: true }, storeOptions);
      return new Response(null, { status: 302, headers: { location: url.href } });
    });
    const request = new Request("http://localhost:8787/everywhere", {
      headers: { cookie: phone.cookieHeader() },
    });
    phone.keep(await everywhere.fetch(request));
    expect(await statuses(phone, laptop, other)).toEqual([401, 401, 200]);
    expect(await statuses(await logIn("user-1", "sid-4"))).toEqual([200]);
  });

  it("asks at most once a request, however often the app asks for the user", async () => {
    const eager = edgeApp(issuer, { stateStore: stateStore({ cacheFor: 0 }) }, async (auth) => {
      await Promise.all([auth.getUser(), auth.getSession(), auth.getUser()]);
      if (await auth.getUser()) await auth.updateSession({ seen: true });
      return new Response((await auth.getUser())?.sub);
    });
    const browser = await eager.logIn();
    objects.calls.length = 0;
    expect((await browser.send("/")).status).toBe(200);
    expect(objects.calls).toEqual(["isRevoked"]);
    objects.calls.length = 0;
    expect((await eager.fetch(new Request("http://localhost:8787/"))).status).toBe(200);
    expect(objects.calls, "a request without a session").toEqual([]);
  });

  it("answers the issuer 400 where sessions could not be ended, and has ended nothing", async () => {
    const browser = await logIn("user-1", "sid-1");
    vi.spyOn(console, "error").mockReturnValue();
    objects.mode = "throws";
    expect((await app.sendLogoutToken({ sub: "user-1" })).status).toBe(400);
    objects.mode = "works";
    expect(await statuses(browser)).toEqual([200]);
    expect((await app.sendLogoutToken({ sub: "user-1" })).status).toBe(200);
    expect(await statuses(browser)).toEqual([401]);
  });

  it("does not let a copy of the cookies be used after the logout of the browser they are from", async () => {
    const browser = await logIn("user-1", "sid-1");
    const thief = new Map(browser.cookies);
    await browser.send("/auth/logout", { method: "POST", headers: { origin: "http://localhost:8787" } });
    expect(await statuses(browser)).toEqual([401]);
    for (const [name, value] of thief) browser.cookies.set(name, value);
    browser.cookies.delete("__a0_session.ended");
    expect(await statuses(browser)).toEqual([401]);
  });

  it("ends sessions for a middleware that merely reads them, where it is given the list", async () => {
    const browser = await logIn("user-1", "sid-1");
    const request = new Request("http://localhost:8787/", { headers: { cookie: browser.cookieHeader() } });
    const read = async (options: object) => (await readSession(request, { secret, ...options }))?.user.sub;
    expect(await read({ revocations: list() })).toBe("user-1");
    await app.sendLogoutToken({ sub: "user-1" });
    expect([await read({ revocations: list() }), await read({})]).toEqual([undefined, "user-1"]);
  });

  it.each(["throws", "hangs"] as const)(
    "whose list %s serves or refuses, as it is told, and loses nobody",
    async (mode) => {
      vi.spyOn(console, "error").mockReturnValue();
      const apps = (["allow", "deny"] as const).map((policy) =>
        edgeApp(issuer, { stateStore: stateStore({ onUnavailable: policy, timeout: 0.05, cacheFor: 0 }) }),
      );
      const browser = await logIn("user-1", "sid-1");
      const answers = async () => {
        const request = () =>
          new Request("http://localhost:8787/", {
            headers: { cookie: browser.cookieHeader(), accept: "application/json" },
          });
        return await Promise.all(apps.map(async (one) => (await one.fetch(request())).status));
      };
      objects.mode = mode;
      expect(await answers()).toEqual([200, 503]);
      objects.mode = "works";
      expect(await answers()).toEqual([200, 200]);
    },
  );
});

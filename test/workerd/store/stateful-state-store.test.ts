import {
  HeadersCookieHandler,
  type LogoutTokenClaims,
  MemorySessionStore,
  type SessionStore,
  type SessionWrite,
  type StateData,
  StatefulStateStore,
  StatelessStateStore,
} from "auth0-edge";
import { decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sealerFor } from "../../../src/seal/sealer.ts";
import { CookieJar, type Exchange } from "../../support/cookie-jar.ts";
import { aSession, DAY, filler, IDENTIFIER, mira, now, SECRET } from "../../support/sessions.ts";

let jar: CookieJar;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
  jar = new CookieJar();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A database that writes down what it is told. */
class Recorder extends MemorySessionStore<Exchange> {
  readonly calls: [string, ...unknown[]][] = [];
  override get(id: string): Promise<StateData | undefined> {
    this.calls.push(["get", id]);
    return super.get(id);
  }
  override set(id: string, state: StateData, write?: SessionWrite<Exchange>): Promise<boolean | "changed"> {
    this.calls.push(["set", id, write]);
    return super.set(id, state, write);
  }
  override touch(id: string, expiresIn: number): Promise<void> {
    this.calls.push(["touch", id, expiresIn]);
    return super.touch(id, expiresIn);
  }
  override delete(id: string): Promise<void> {
    this.calls.push(["delete", id]);
    return super.delete(id);
  }
  take(): [string, ...unknown[]][] {
    return this.calls.splice(0);
  }
}

const storeOver = (store: SessionStore<Exchange>, options: object = {}) =>
  new StatefulStateStore<Exchange>({ secret: SECRET, store, ...options }, new HeadersCookieHandler());

async function idInCookie(): Promise<unknown> {
  const sealer = sealerFor(SECRET, "session-id", IDENTIFIER, 3 * DAY);
  return (await sealer.open(jar.get(IDENTIFIER)!, now()))?.data;
}

describe("the cookie of a stateful session", () => {
  it("holds a sealed random id of 128 bit and nothing else, however large the session", async () => {
    const store = storeOver(new MemorySessionStore());
    for (const size of [0, 100_000]) {
      await jar.visit((exchange) =>
        store.set(IDENTIFIER, aSession({ user: { ...mira, about: filler(size) } }), true, exchange),
      );
      expect(jar.names()).toEqual([IDENTIFIER]);
      expect(jar.bytes()).toBeLessThan(250);
      expect(decodeProtectedHeader(jar.get(IDENTIFIER)!)).toMatchObject({ alg: "dir", enc: "A256GCM" });
      expect(await idInCookie()).toEqual({ id: expect.stringMatching(/^[\w-]{22}$/) });
    }
  });

  it("has a new id at each login, whose old session is deleted (session fixation)", async () => {
    const database = new Recorder();
    const store = storeOver(database);
    const ids: unknown[] = [];
    for (let login = 0; login < 3; login++) {
      await jar.visit((exchange) => store.set(IDENTIFIER, aSession(), true, exchange));
      ids.push(((await idInCookie()) as { id: string }).id);
    }
    expect(new Set(ids).size).toBe(3);
    expect(database.take().map(([call, id]) => [call, id])).toEqual([
      ["set", ids[0]],
      ["set", ids[1]],
      ["delete", ids[0]],
      ["set", ids[2]],
      ["delete", ids[1]],
    ]);
  });

  it("that an attacker planted is not the one a login uses", async () => {
    const store = storeOver(new MemorySessionStore());
    const attacker = new CookieJar();
    await attacker.visit((exchange) => store.set(IDENTIFIER, aSession(), true, exchange));
    jar.put(IDENTIFIER, attacker.get(IDENTIFIER)!);
    await jar.visit((exchange) =>
      store.set(IDENTIFIER, aSession({ user: { sub: "victim" } }), true, exchange),
    );
    expect(await attacker.visit((exchange) => store.get(IDENTIFIER, exchange))).toBeUndefined();
    expect((await jar.visit((exchange) => store.get(IDENTIFIER, exchange)))?.user?.sub).toBe("victim");
  });

  it("is not taken for a stateless session, nor the other way round (purposes differ)", async () => {
    const stateful = storeOver(new MemorySessionStore());
    const stateless = new StatelessStateStore<Exchange>({ secret: SECRET }, new HeadersCookieHandler());
    for (const [writer, reader] of [
      [stateful, stateless],
      [stateless, stateful],
    ] as const) {
      jar = new CookieJar();
      await jar.visit((exchange) => writer.set(IDENTIFIER, aSession(), true, exchange));
      expect(await jar.visit((exchange) => reader.get(IDENTIFIER, exchange))).toBeUndefined();
      expect(await jar.visit((exchange) => writer.get(IDENTIFIER, exchange))).toBeDefined();
    }
  });

  it("is what stops an unknown cookie: the database is not asked", async () => {
    const database = new Recorder();
    jar.put(IDENTIFIER, "an-id-an-attacker-guessed");
    expect(await jar.visit((exchange) => storeOver(database).get(IDENTIFIER, exchange))).toBeUndefined();
    expect(database.take()).toEqual([]);
  });
});

describe("the database", () => {
  it("is told how many seconds a session lives, whether it is new, and the store options (fault 23)", async () => {
    const database = new Recorder();
    const store = storeOver(database);
    const state = aSession();
    const exchange = jar.exchange();
    await store.set(IDENTIFIER, state, true, exchange);
    jar.receive(exchange);
    await jar.visit((next) => store.set(IDENTIFIER, state, false, next));
    const writes = database.take().map(([, , write]) => write);
    expect(writes).toEqual([
      { expiresIn: DAY, create: true, storeOptions: exchange },
      { expiresIn: DAY, create: false, storeOptions: expect.anything() },
    ]);
    expect((writes[0] as SessionWrite<Exchange>).storeOptions).toBe(exchange);
  });

  it("is told when a session rolls, and not on every read", async () => {
    const database = new Recorder();
    const store = storeOver(database);
    await jar.visit((exchange) => store.set(IDENTIFIER, aSession(), true, exchange));
    database.take();
    for (let minute = 0; minute < 144; minute++) {
      vi.setSystemTime(Date.now() + 60_000);
      await jar.visit((exchange) => store.get(IDENTIFIER, exchange));
    }
    expect(database.take().filter(([call]) => call === "touch")).toEqual([["touch", expect.anything(), DAY]]);
  });

  it("is never told to keep a session beyond its absolute duration", async () => {
    const database = new Recorder();
    const store = storeOver(database);
    const internal = { sid: "", createdAt: now() - 2.5 * DAY, id: "x" };
    await jar.visit((exchange) => store.set(IDENTIFIER, aSession({ internal }), true, exchange));
    expect(database.take()[0]![2]).toMatchObject({ expiresIn: DAY / 2 });
  });

  it("is cleaned at logout, and not asked where the browser has no session", async () => {
    const database = new Recorder();
    const store = storeOver(database);
    await jar.visit((exchange) => store.delete(IDENTIFIER, exchange));
    expect(database.take()).toEqual([]);
    await jar.visit((exchange) => store.set(IDENTIFIER, aSession(), true, exchange));
    const { id } = (await idInCookie()) as { id: string };
    await jar.visit((exchange) => store.delete(IDENTIFIER, exchange));
    expect(database.take().at(-1)).toEqual(["delete", id]);
  });

  it("that fails makes the call fail, it is not an anonymous request", async () => {
    const database = new MemorySessionStore<Exchange>();
    const store = storeOver(database);
    await jar.visit((exchange) => store.set(IDENTIFIER, aSession(), true, exchange));
    vi.spyOn(database, "get").mockRejectedValue(new Error("database down"));
    await expect(store.get(IDENTIFIER, jar.exchange())).rejects.toMatchObject({
      code: "session_store_error",
      cause: { message: "database down" },
    });
  });

  it("gets no session where the browser could not get its cookie", async () => {
    const database = new Recorder();
    const committed = { ...jar.exchange(), committed: true };
    await expect(storeOver(database).set(IDENTIFIER, aSession(), true, committed)).rejects.toMatchObject({
      code: "response_committed",
    });
    expect(database.take()).toEqual([]);
  });

  it("is cleaned of a session whose cookie could not be set after all", async () => {
    const database = new Recorder();
    const cookies = new HeadersCookieHandler<Exchange>();
    cookies.setCookie = () => Promise.reject(new Error("The response has just left.")) as never;
    const store = new StatefulStateStore<Exchange>({ secret: SECRET, store: database }, cookies);
    await expect(store.set(IDENTIFIER, aSession(), true, jar.exchange())).rejects.toThrow("just left");
    expect(database.take().map(([call]) => call)).toEqual(["set", "delete"]);
  });

  it("gets a change even after the response has left: only the cookie stays as it is", async () => {
    const database = new MemorySessionStore<Exchange>();
    const store = storeOver(database);
    const state = aSession();
    await jar.visit((exchange) => store.set(IDENTIFIER, state, true, exchange));
    const committed = { ...jar.exchange(), committed: true };
    await store.set(IDENTIFIER, { ...state, refreshToken: "next" }, false, committed);
    expect(committed.headers.getSetCookie()).toEqual([]);
    expect((await store.get(IDENTIFIER, jar.exchange()))?.refreshToken).toBe("next");
  });
});

describe("a database written for the peer package", () => {
  /** Four methods, two arguments each; it forgets what it is told to forget, as such databases do with a TTL. */
  class PeerStore {
    readonly kept = new Map<string, { state: StateData; end: number }>();
    async get(id: string): Promise<StateData | undefined> {
      const found = this.kept.get(id);
      return found && found.end > now() ? found.state : undefined;
    }
    async set(id: string, state: StateData, write?: { expiresIn?: number }): Promise<void> {
      this.kept.set(id, { state, end: now() + (write?.expiresIn ?? Number.POSITIVE_INFINITY) });
    }
    async delete(id: string): Promise<void> {
      this.kept.delete(id);
    }
    async deleteByLogoutToken({ sid }: LogoutTokenClaims): Promise<void> {
      for (const [id, { state }] of this.kept) if (state.internal.sid === sid) this.kept.delete(id);
    }
  }

  it("keeps sessions, ends them, and hears of logout tokens", async () => {
    const database = new PeerStore();
    const store = storeOver(database);
    const state = aSession();
    await jar.visit((exchange) => store.set(IDENTIFIER, state, true, exchange));
    await jar.visit((exchange) => store.set(IDENTIFIER, { ...state, refreshToken: "next" }, false, exchange));
    expect((await jar.visit((exchange) => store.get(IDENTIFIER, exchange)))?.refreshToken).toBe("next");
    await store.deleteByLogoutToken({ iss: "https://tenant.example/", sid: state.internal.sid });
    expect(await jar.visit((exchange) => store.get(IDENTIFIER, exchange))).toBeUndefined();
    await jar.visit((exchange) => store.set(IDENTIFIER, state, true, exchange));
    await jar.visit((exchange) => store.delete(IDENTIFIER, exchange));
    expect(database.kept.size).toBe(0);
  });

  it("rolls without `touch`: a session in use is not forgotten before its absolute duration", async () => {
    const store = storeOver(new PeerStore());
    await jar.visit((exchange) => store.set(IDENTIFIER, aSession(), true, exchange));
    for (let hour = 1; hour < 72; hour++) {
      vi.setSystemTime(Date.now() + 3_600_000);
      expect(await jar.visit((exchange) => store.get(IDENTIFIER, exchange)), `hour ${hour}`).toBeDefined();
    }
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(await jar.visit((exchange) => store.get(IDENTIFIER, exchange))).toBeUndefined();
  });
});

describe("MemorySessionStore", () => {
  it("keeps copies: what a caller does to its object later changes nothing", async () => {
    const store = new MemorySessionStore();
    const state = aSession();
    await store.set("id", state);
    state.refreshToken = "changed";
    (await store.get("id"))!.refreshToken = "changed too";
    expect((await store.get("id"))?.refreshToken).toBe("v1.a-refresh-token");
  });

  it("forgets a session when its time is over, and touch moves that", async () => {
    const store = new MemorySessionStore();
    await store.set("id", aSession(), { expiresIn: 60, create: true, storeOptions: undefined });
    await store.touch("id", 120);
    vi.setSystemTime(Date.now() + 119_000);
    expect(await store.get("id")).toBeDefined();
    vi.setSystemTime(Date.now() + 1000);
    expect(await store.get("id")).toBeUndefined();
    await store.touch("id", 120);
    expect(await store.get("id")).toBeUndefined();
    expect(await store.set("id", aSession(), { expiresIn: 60, create: false, storeOptions: undefined })).toBe(
      false,
    );
  });
});

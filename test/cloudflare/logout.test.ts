import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { StateData } from "auth0-edge";
import { DurableObjectSessionStore, durableObjectSessions } from "auth0-edge/cloudflare";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secret, type TestBrowser } from "../support/browser.ts";
import { later } from "../support/clock.ts";
import { type EdgeApp, edgeApp } from "../support/edge-app.ts";
import { type HostileIssuer, hostileIssuer } from "../support/hostile-issuer.ts";
import { aSession, DAY, now } from "../support/sessions.ts";
import { objectsOf } from "./bench.ts";
import { current } from "./worker.ts";

let issuer: HostileIssuer;
let app: EdgeApp;

beforeEach(async () => {
  issuer = await hostileIssuer();
  Object.assign(current, { issuer, isBroken: false });
  app = edgeApp(issuer, { stateStore: durableObjectSessions(env.AUTH_SESSION) });
});
afterEach(reset);

const logInAs = async (sub: string, sid: string): Promise<TestBrowser> => {
  Object.assign(issuer.claims, { sub, sid });
  return await app.logIn();
};
const userOf = async (browser: TestBrowser): Promise<string> => await (await browser.send("/")).text();
const statusOf = async (claims: Record<string, unknown>): Promise<number> =>
  (await app.sendLogoutToken(claims)).status;

/** Keeps sessions of users without a browser. */
const store = () => new DurableObjectSessionStore(env.AUTH_SESSION, { secret });
async function keep(id: string, sub: string, sid: string, members: Partial<StateData> = {}): Promise<void> {
  const user = { sub, iat: now() };
  const state = aSession({
    user,
    internal: { sid, createdAt: now() },
    domain: "hostile.example",
    ...members,
  });
  await store().set(id, state, { create: true, expiresIn: DAY, storeOptions: undefined });
}

describe("a logout token for sessions in Durable Objects", () => {
  it("ends those of its sid, and again without harm", async () => {
    const browsers = [await logInAs("a", "1"), await logInAs("a", "1"), await logInAs("a", "2")];
    expect(await statusOf({ sid: "1" })).toBe(200);
    expect(await Promise.all(browsers.map(userOf))).toEqual(["", "", "a"]);
    expect(await statusOf({ sid: "1" })).toBe(200);
    expect(await userOf(browsers[2]!)).toBe("a");
  });

  it("of a user ends all but the sessions of later logins, replayed as well", async () => {
    const browsers = [await logInAs("a", "1"), await logInAs("b", "2")];
    const token = { sub: "a", iat: now() };
    expect(await statusOf(token)).toBe(200);
    later(2);
    const newer = await logInAs("a", "3");
    expect(await statusOf(token)).toBe(200);
    expect(await Promise.all([...browsers, newer].map(userOf))).toEqual(["", "b", "a"]);
  });

  it.each(["sid", "sub"])(
    "by %s that comes before its login is answered leaves nobody logged in",
    async (by) => {
      expect(await statusOf(by === "sid" ? { sid: "1" } : { sub: "a", iat: now() })).toBe(200);
      const [refused, other] = [await logInAs("a", "1"), await logInAs("b", "2")];
      expect([await userOf(refused), await userOf(other)]).toEqual(["", "b"]);
      // A sid is never used again, but the same user may come back.
      later(2);
      expect(await userOf(await logInAs("a", "3"))).toBe("a");
    },
  );

  it("leaves no session in an index that has ended, whichever way it did", async () => {
    const [first] = [await logInAs("a", "1"), await logInAs("a", "2"), await logInAs("a", "3")];
    const namesIn = async (kind: "sid" | "sub") => {
      const kept = (await objectsOf(kind)).map((stub) =>
        runInDurableObject(stub, (_, { storage }) => storage.kv.get<{ rows: unknown[] }>("index")!.rows),
      );
      return (await Promise.all(kept)).flat().length;
    };
    expect([await namesIn("sid"), await namesIn("sub")]).toEqual([3, 3]);
    await first!.send("/auth/logout");
    await expect.poll(async () => [await namesIn("sid"), await namesIn("sub")]).toEqual([2, 2]);
    await app.sendLogoutToken({ sid: "2" });
    await expect.poll(async () => [await namesIn("sid"), await namesIn("sub")]).toEqual([1, 1]);
    await app.sendLogoutToken({ sub: "a" });
    await expect.poll(async () => [await namesIn("sid"), await namesIn("sub")]).toEqual([0, 0]);
  });

  it("that cannot be carried out is answered with 400; the rest is ended by an alarm, and by the next delivery", async () => {
    const [one, other] = [await logInAs("a", "1"), await logInAs("a", "2")];
    current.isBroken = true;
    expect(await statusOf({ sub: "a" })).toBe(400);
    current.isBroken = false;
    expect(await userOf(one)).toBe("a");
    for (const index of await objectsOf("sub")) await runDurableObjectAlarm(index);
    expect([await userOf(one), await userOf(other)]).toEqual(["", ""]);

    const third = await logInAs("b", "3");
    current.isBroken = true;
    expect(await statusOf({ sid: "3" })).toBe(400);
    current.isBroken = false;
    expect(await statusOf({ sid: "3" })).toBe(200);
    expect(await userOf(third)).toBe("");
  });

  it("costs the same number of storage operations however many other users there are", async () => {
    const costs = async (others: number): Promise<number[]> => {
      await reset();
      for (let i = 0; i < others; i++) await keep(`other ${i}`, `other ${i % 10}`, "");
      await keep("1", "a", "1");
      await keep("2", "a", "2");
      await keep("3", "b", "3");
      const counted: number[] = [];
      for (const claims of [{ sid: "3" }, { sub: "a" }]) {
        const before = current.operations;
        await store().deleteByLogoutToken({ iss: issuer.issuer, iat: now(), ...claims });
        // Until the indexes have forgotten as well.
        await new Promise((resolve) => setTimeout(resolve, 100));
        counted.push(current.operations - before);
      }
      const found = await Promise.all(["1", "2", "3", "other 1"].map((id) => store().get(id)));
      expect(found.map((state) => state?.user?.sub)).toEqual([undefined, undefined, undefined, "other 1"]);
      return counted;
    };
    const few = await costs(5);
    expect(Math.min(...few)).toBeGreaterThan(3);
    expect(await costs(50)).toEqual(few);
  });
});

describe("a user with more sessions than an index keeps", () => {
  it("loses the oldest one: it ends, and is not merely forgotten", async () => {
    await keep("first", "a", "");
    await keep("second", "a", "");
    const [index] = await objectsOf("sub");
    for (let i = 0; i < 254; i++) await index!.note({ name: `of session ${i}`, expiresAt: now() + DAY });
    expect(await store().get("first")).toBeDefined();
    await keep("last", "a", "");
    expect(await store().get("first")).toBeUndefined();
    expect(await store().get("second")).toBeDefined();
    expect(await store().get("last")).toBeDefined();
  });
});

describe("what is over", () => {
  const isEmpty = async (kind: "session" | "sid" | "sub"): Promise<boolean> =>
    (await objectsOf(kind)).length === 0;

  it("is emptied by an alarm: nothing of a session or its indexes stays", async () => {
    await keep("1", "a", "1");
    const objects = (await Promise.all((["session", "sid", "sub"] as const).map(objectsOf))).flat();
    expect(objects).toHaveLength(3);
    later(DAY + 1);
    for (const object of objects) expect(await runDurableObjectAlarm(object)).toBe(true);
    for (const object of objects) {
      const left = await runInDurableObject(object, async (_, { storage }) => [
        [...storage.kv.list()],
        await storage.getAlarm(),
      ]);
      expect(left).toEqual([[], null]);
    }
  });

  it("is not a session that was extended: session and indexes keep it until then", async () => {
    await keep("1", "a", "1");
    later(DAY - 10);
    await store().touch("1", DAY);
    const objects = (await Promise.all((["session", "sid", "sub"] as const).map(objectsOf))).flat();
    later(100);
    for (const object of objects) expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await store().get("1")).toBeDefined();
    await store().deleteByLogoutToken({ iss: issuer.issuer, sub: "a" });
    expect(await store().get("1")).toBeUndefined();
    expect(await isEmpty("sub")).toBe(true);
  });

  it("is also a session that was ended: what refuses late responses goes when it would have expired", async () => {
    await keep("1", "a", "1");
    await store().delete("1");
    const [session] = await objectsOf("session");
    expect(await runDurableObjectAlarm(session!)).toBe(true);
    expect(await isEmpty("session")).toBe(false);
    later(DAY + 1);
    expect(await runDurableObjectAlarm(session!)).toBe(true);
    expect(await isEmpty("session")).toBe(true);
  });

  it("does a logout of nobody leave anything behind", async () => {
    await store().delete("never there");
    await store().deleteByLogoutToken({ iss: issuer.issuer, sub: "nobody" });
    expect([await isEmpty("session"), await isEmpty("sid"), await isEmpty("sub")]).toEqual([
      true,
      true,
      true,
    ]);
  });
});

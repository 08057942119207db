import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { LogoutIndex } from "../../src/cloudflare/logout-index.ts";

afterEach(reset);

/** An index in the storage of an object, with sessions that do as they are told and a clock that is moved by hand. */
interface Bench {
  index: LogoutIndex;
  clock: { now: number };
  sessions: {
    ended: string[];
    /** These can be neither ended nor asked. */
    outOfReach: Set<string>;
    /** When sessions end; others have ended. */
    ends: Map<string, number>;
  };
  /** When the alarm is due, seconds from now. */
  alarmIn(): Promise<number | undefined>;
}

async function withIndex(work: (bench: Bench) => Promise<void>): Promise<void> {
  await runInDurableObject(env.AUTH_SESSION.getByName("sub:a"), async (_, { storage }) => {
    const clock = { now: Math.floor(Date.now() / 1000) };
    const sessions: Bench["sessions"] = { ended: [], outOfReach: new Set(), ends: new Map() };
    const reach = (name: string): void => {
      if (sessions.outOfReach.has(name)) throw new Error("This session cannot be reached.");
    };
    const index = new LogoutIndex(
      storage,
      {
        async end(name) {
          reach(name);
          sessions.ended.push(name);
        },
        async endsAt(name) {
          reach(name);
          return sessions.ends.get(name);
        },
      },
      () => clock.now,
    );
    const alarmIn = async () => {
      const alarm = await storage.getAlarm();
      return alarm === null ? undefined : Math.round(alarm / 1000 - clock.now);
    };
    await work({ index, clock, sessions, alarmIn });
    await storage.deleteAlarm();
  });
}

const inADay = (): number => Math.floor(Date.now() / 1000) + 86_400;

describe("an index of sessions that a logout token ends", () => {
  it("tries again in half a minute what could not be ended, and not when that would expire", () =>
    withIndex(async ({ index, sessions, alarmIn }) => {
      await index.note({ name: "one", expiresAt: inADay() });
      expect(await alarmIn()).toBe(86_400);
      sessions.outOfReach.add("one");
      await expect(index.end({})).rejects.toThrow("cannot be reached");
      expect(await alarmIn()).toBe(30);
      await index.alarm();
      expect(await alarmIn()).toBe(30);
      sessions.outOfReach.clear();
      await index.alarm();
      expect([sessions.ended, await alarmIn()]).toEqual([["one"], undefined]);
    }));

  it("keeps a session that is due and cannot be asked, and asks again", () =>
    withIndex(async ({ index, clock, sessions, alarmIn }) => {
      await index.note({ name: "rolling", expiresAt: clock.now + 100 });
      clock.now += 100;
      sessions.outOfReach.add("rolling");
      await index.alarm();
      expect(await alarmIn()).toBe(30);
      sessions.outOfReach.clear();
      await index.end({});
      expect(sessions.ended).toEqual(["rolling"]);
    }));

  it("refuses what any of two logout tokens names, whichever of them came first", () =>
    withIndex(async ({ index, clock }) => {
      const refuseUntil = clock.now + 3600;
      const [older, newer] = [clock.now - 100, clock.now];
      const at = (iat: number) => index.note({ name: `of ${iat}`, iat, expiresAt: inADay() });
      for (const iat of [newer, older]) await index.end({ iat, refuseUntil });
      expect(await at(newer)).toBe(false);
      expect(await at(newer + 1)).toBe(true);
    }));

  it("of a sid refuses the sessions of both users that two logout tokens name", () =>
    withIndex(async ({ index, clock }) => {
      const refuseUntil = clock.now + 3600;
      const of = (user: string) => index.note({ name: `of ${user}`, user, expiresAt: inADay() });
      await index.end({ user: "a", refuseUntil });
      expect(await of("b")).toBe(true);
      await index.end({ user: "b", refuseUntil });
      expect([await of("a"), await of("b")]).toEqual([false, false]);
    }));

  it("refuses for as long as it was told, wakes up then, and leaves nothing behind", () =>
    withIndex(async ({ index, clock, alarmIn }) => {
      await index.end({ refuseUntil: clock.now + 3600 });
      expect(await index.note({ name: "early", expiresAt: inADay() })).toBe(false);
      expect(await alarmIn()).toBe(3600);
      clock.now += 3600;
      expect(await index.note({ name: "late", expiresAt: inADay() })).toBe(true);
      index.forget("late");
      expect([index.isThere, await alarmIn()]).toEqual([false, undefined]);
    }));

  it("that is full ends the oldest session that is not ending already", () =>
    withIndex(async ({ index, sessions }) => {
      for (let i = 0; i < 256; i++) await index.note({ name: `session ${i}`, expiresAt: inADay() });
      sessions.outOfReach.add("session 0");
      await index.note({ name: "one more", expiresAt: inADay() });
      await index.note({ name: "and another", expiresAt: inADay() });
      expect(sessions.ended).toEqual(["session 1"]);
    }));
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OwnIssuer } from "../../stampede/issuer/own.ts";
import { inTurn } from "../../stampede/storm.ts";
import { type Browser, createWorld, type World } from "../../stampede/world.ts";

/** Sessions of other users: first few of them, then many, which may be three Durable Objects each and take their time. */
const crowds = [10, 1000];
/** Those among them that are looked at afterwards. */
const looks = 25;
const seededAtOnce = 10;
/** Milliseconds without an operation after which none is expected any more. */
const quiet = 150;

describe.each(["durable-object", "stateless", "kv"] as const)(
  "a logout from the back channel (%s)",
  (store) => {
    let world: World<OwnIssuer>;
    beforeAll(async () => {
      world = await createWorld({ store });
    });
    afterAll(() => world?.close());

    it("ends the right sessions at a cost that the number of other sessions does not change", {
      timeout: 240_000,
    }, async () => {
      const costs = [];
      let seeded = 0;
      for (const crowd of crowds) {
        const others = await seed(seeded, crowd - seeded);
        seeded = crowd;
        costs.push(await logOutOne(`mira-${crowd}`));
        const looked = others.filter((_, index) => index % Math.ceil(others.length / looks) === 0);
        for (const cookie of looked) {
          expect((await world.browser().ask("/user", { cookie })).status).toBe(200);
        }
      }
      expect(costs[1]).toEqual(costs[0]);
    });

    it("leaves a session alone whose ID token is newer than the logout token", async () => {
      const iat = Math.floor(Date.now() / 1000) - 10;
      const browser = await world.logIn("jonas");
      const token = world.issuer.logoutToken({ sub: "jonas", iat });
      expect(await deliver(token)).toBe(200);
      expect(await deliver(token)).toBe(200);
      expect(await isLoggedIn(browser)).toBe(true);
    });

    /** Two logins of one sid, one of another, and one of somebody else; answers what the two logouts cost. */
    async function logOutOne(user: string): Promise<{ bySid: number; bySub: number }> {
      const [first, second] = [
        await world.logIn(`${user}/a-${user}`),
        await world.logIn(`${user}/a-${user}`),
      ];
      const third = await world.logIn(`${user}/b-${user}`);
      const somebody = await world.logIn(`friend-of-${user}`);
      const who = async () => await Promise.all([first, second, third, somebody].map(isLoggedIn));
      expect(await who()).toEqual([true, true, true, true]);

      const bySid = await costOf(world.issuer.logoutToken({ sid: `a-${user}` }));
      expect(await who()).toEqual([false, false, true, true]);
      const bySub = await costOf(world.issuer.logoutToken({ sub: user }));
      expect(await who()).toEqual([false, false, false, true]);
      return { bySid, bySub };
    }

    /** Operations of storage that it takes to deliver a logout token; the second delivery has to be taken as well. */
    async function costOf(token: string): Promise<number> {
      await operations();
      expect(await deliver(token)).toBe(200);
      const cost = await operations();
      expect(cost).toBeGreaterThan(0);
      expect(await deliver(token)).toBe(200);
      return cost;
    }

    async function deliver(logoutToken: string): Promise<number> {
      const response = await fetch(`${world.runtime.url}/auth/backchannel-logout`, {
        method: "POST",
        body: new URLSearchParams({ logout_token: logoutToken }),
      });
      return response.status;
    }

    async function isLoggedIn(browser: Browser): Promise<boolean> {
      return (await browser.ask("/user")).status === 200;
    }

    /** Operations since the last time, with those that nobody waited for: until none comes for a while. */
    async function operations(): Promise<number> {
      for (let total = 0; ; ) {
        const { body } = await world.browser().ask("/admin/operations");
        if (!body.operations) return total;
        total += body.operations!;
        await sleep(quiet);
      }
    }

    /** Puts sessions into the store, a few at a time; answers their cookies. */
    async function seed(from: number, count: number): Promise<string[]> {
      const starts = Array.from({ length: count / seededAtOnce }, (_, index) => from + index * seededAtOnce);
      const batches = await inTurn(starts, 4, async (start) => {
        const response = await fetch(`${world.runtime.url}/admin/seed?from=${start}&count=${seededAtOnce}`);
        return (await response.json()) as string[];
      });
      return batches.flat();
    }
  },
);

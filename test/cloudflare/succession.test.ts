import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { Succession } from "../../src/cloudflare/succession.ts";

afterEach(reset);

async function withSuccession(
  work: (bench: { links: Succession; clock: { now: number }; storage: SyncKvStorage }) => void,
): Promise<void> {
  await runInDurableObject(env.AUTH_COORDINATOR.getByName("a token"), (_, { storage }) => {
    const clock = { now: 1_000_000 };
    work({ links: new Succession(storage.kv, () => clock.now), clock, storage: storage.kv });
  });
}

const end = 1_010_000;

describe("the order of refresh tokens", () => {
  it("tells the one before once a browser has brought this one, and not again when it knows", () =>
    withSuccession(({ links }) => {
      links.follow("the one before", end);
      expect(links.predecessor).toBeUndefined();
      links.present(end);
      expect(links.predecessor).toBe("the one before");
      links.forgetPredecessor();
      expect(links.predecessor).toBeUndefined();
    }));

  it("tells it also where a browser has brought a later one, and never this", () =>
    withSuccession(({ links }) => {
      links.follow("the one before", end);
      links.supersede(end);
      expect(links.predecessor).toBe("the one before");
    }));

  it("gives one two minutes since a later one was brought for the first time, however often it is", () =>
    withSuccession(({ links, clock }) => {
      links.supersede(end);
      clock.now += 100;
      links.supersede(end);
      expect(links.supersededAt).toBe(1_000_120);
    }));

  it("is forgotten when the session is over", () =>
    withSuccession(({ links, clock, storage }) => {
      links.follow("the one before", end);
      links.sweep();
      expect(links.expiresAt).toBe(end);
      clock.now = end;
      links.sweep();
      expect([...storage.list()]).toEqual([]);
    }));
});

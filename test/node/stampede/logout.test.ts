import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loginTokenLifetime } from "../../stampede/issuer/issuer.ts";
import type { OwnIssuer } from "../../stampede/issuer/own.ts";
import { createWorld, type World } from "../../stampede/world.ts";

describe.each(["durable-object", "stateless", "kv"] as const)("a logout during a refresh (%s)", (store) => {
  let world: World<OwnIssuer>;
  beforeAll(async () => {
    world = await createWorld({ store });
  });
  afterAll(() => world?.close());

  it("stays, whatever the refresh brings afterwards", async () => {
    const { issuer } = world;
    const browser = await world.logIn("mira");
    await sleep((loginTokenLifetime + 0.2) * 1000);
    const old = browser.copy();
    const hold = issuer.holds.hold("rotated");
    // Its answer comes after that of the logout, with all the cookies it may set.
    const late = browser.ask("/token");
    await hold.reached;
    expect((await browser.send("/auth/logout")).status).toBe(303);
    hold.release();
    await late;

    expect((await browser.ask("/user")).status).toBe(401);
    expect((await browser.ask("/token")).status).toBe(401);
    // A cookie of before names a session that is no more.
    expect((await old.ask("/user")).status).toBe(401);
    expect((await old.ask("/token")).status).toBe(401);
    expect(issuer.record.tokenCalls).toBe(1);
  });
});

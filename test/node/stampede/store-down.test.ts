import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { loginTokenLifetime } from "../../stampede/issuer/issuer.ts";
import { createWorld, type World } from "../../stampede/world.ts";

/** Seconds the store has for an answer. */
const STORE_TIMEOUT = 1;
/** Milliseconds in which a request has to be answered then. */
const bound = 3000;

describe.each(["throws", "hangs"])("the object of a session %s", (mode) => {
  let world: World;
  afterEach(() => world?.close());

  it("a request is answered 503 in bounded time, and the session is there afterwards", async () => {
    world = await createWorld({ store: "durable-object", settings: { STORE_TIMEOUT } });
    const browser = await world.logIn("mira");
    await sleep((loginTokenLifetime + 0.2) * 1000);
    await world.browser().ask(`/admin/fault?mode=${mode}`);
    for (const path of ["/user", "/token", "/update?color=red"]) {
      const start = Date.now();
      expect(await browser.ask(path)).toMatchObject({ status: 503, body: { code: "session_store_error" } });
      expect(Date.now() - start).toBeLessThan(bound);
    }
    // A logout that did not happen is not answered as one: the cookie stays, and so does the session.
    expect(await browser.ask("/auth/logout")).toMatchObject({ status: 503 });
    expect(world.issuer.record.tokenCalls).toBe(0);

    await world.browser().ask("/admin/fault");
    expect(await browser.ask("/user")).toMatchObject({ status: 200, body: { sub: "mira" } });
    expect(await browser.ask("/token")).toMatchObject({ status: 200 });
    expect(world.issuer.record.tokenCalls).toBe(1);
  });

  it("a request is an anonymous one where the app wants that, and the session is there afterwards", async () => {
    const settings = { STORE_TIMEOUT, ON_STORE_ERROR: "anonymous" };
    world = await createWorld({ store: "durable-object", settings });
    const browser = await world.logIn("mira");
    await world.browser().ask(`/admin/fault?mode=${mode}`);
    const start = Date.now();
    expect(await browser.ask("/user")).toMatchObject({ status: 401 });
    expect(Date.now() - start).toBeLessThan(bound);

    await world.browser().ask("/admin/fault");
    expect(await browser.ask("/user")).toMatchObject({ status: 200, body: { sub: "mira" } });
  });
});

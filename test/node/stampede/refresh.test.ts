import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loginTokenLifetime } from "../../stampede/issuer/issuer.ts";
import type { OwnIssuer } from "../../stampede/issuer/own.ts";
import { type Browser, createWorld, type World } from "../../stampede/world.ts";

describe.each(["durable-object", "stateless", "kv"] as const)("a refresh (%s)", (store) => {
  let world: World<OwnIssuer>;
  beforeAll(async () => {
    world = await createWorld({ store });
  });
  afterAll(() => world?.close());

  it("whose answer never reached the browser is not lost: the next request gets what it brought", async () => {
    const browser = await logIn("mira");
    const hold = world.issuer.holds.hold("rotated", "mira");
    const first = browser.ask("/token", { "x-cancel-after": "100" });
    await hold.reached;
    expect((await first).status).toBe(499);
    hold.release();

    expect(await browser.ask("/token")).toMatchObject({ status: 200 });
    expect(tokenCallsOf("mira")).toBe(1);
    await expectToBeAlive(browser, "mira");
  });

  it("does not undo a change of the session that is made meanwhile", async () => {
    const browser = await logIn("jonas");
    const hold = world.issuer.holds.hold("rotated", "jonas");
    const token = browser.ask("/token");
    await hold.reached;
    expect((await browser.ask("/update?color=red")).status).toBe(200);
    hold.release();
    expect(await token).toMatchObject({ status: 200 });

    const { body } = await browser.ask("/user");
    // A session in cookies is whatever came last. The refresh token is safe all the same.
    if (store === "stateless") expect(body.color).toBeUndefined();
    else expect(body.color).toBe("red");
    await expectToBeAlive(browser, "jonas");
  });

  it("goes on to the next token where requests at once want tokens for different APIs", async () => {
    const browser = await logIn("ines");
    const cookie = browser.jar.header();
    const paths = ["/token", "/token?audience=https://one.example/", "/token?audience=https://two.example/"];
    const asks = paths.flatMap((path) => Array.from({ length: 8 }, () => browser.ask(path, { cookie })));
    const answers = await Promise.all(asks);
    for (const [index] of paths.entries()) {
      const digests = answers.slice(index * 8, index * 8 + 8).map(({ body }) => body.digest!);
      expect(new Set(digests).size).toBe(1);
      expect(world.issuer.record.ownerOf(digests[0]!)).toBe("ines");
    }
    expect(tokenCallsOf("ines")).toBe(paths.length);
    await expectToBeAlive(browser, "ines");
  });

  it.each([503, "no answer"] as const)(
    "that the issuer fails (%s) costs nobody the session",
    async (failure) => {
      const user = `noor-${failure}`;
      const browser = await logIn(user);
      world.issuer.failures.set(user, failure);
      const hold = world.issuer.holds.hold("arrived", user);
      const asks = Array.from({ length: 8 }, () => browser.ask("/token"));
      await hold.reached;
      hold.release();
      // Those that came too late to share the failure had more luck.
      const statuses = (await Promise.all(asks)).map(({ status }) => status);
      expect(statuses).toContain(502);
      expect(statuses.filter((status) => status !== 502 && status !== 200)).toEqual([]);
      expect(await browser.ask("/user")).toMatchObject({ status: 200 });

      expect(await browser.ask("/token")).toMatchObject({ status: 200 });
      expect(tokenCallsOf(user)).toBe(2);
      await expectToBeAlive(browser, user);
    },
  );

  it("is for everybody with a cookie of before: one that comes late does not end the session", async () => {
    const browser = await logIn("zoe");
    const old = browser.copy();
    expect(await browser.ask("/token")).toMatchObject({ status: 200 });
    await expectToBeAlive(browser, "zoe");

    expect(await old.ask("/token")).toMatchObject({ status: 200 });
    expect(tokenCallsOf("zoe")).toBe(2);
    expect(world.issuer.record.familiesRevoked).toBe(0);
    await expectToBeAlive(browser, "zoe", "https://third.example/");
  });

  /** A browser whose access token has expired. */
  async function logIn(user: string): Promise<Browser> {
    const browser = await world.logIn(user);
    await sleep((loginTokenLifetime + 0.2) * 1000);
    return browser;
  }

  function tokenCallsOf(user: string): number | undefined {
    return world.issuer.record.tokenCallsOf.get(user);
  }

  /** The session's refresh token is good: it gets a token for an API that nobody has asked for. */
  async function expectToBeAlive(browser: Browser, user: string, audience = "https://again.example/") {
    const { body } = await browser.ask(`/token?audience=${audience}`);
    expect(world.issuer.record.ownerOf(body.digest!)).toBe(user);
  }
});

import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { DurableObjectRefreshCoordinator } from "auth0-edge/cloudflare";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { patience } from "../../src/cloudflare/carry-refresh.ts";
import { lease } from "../../src/cloudflare/renewals.ts";
import { secret } from "../support/browser.ts";
import { later } from "../support/clock.ts";
import { impatience } from "../support/impatience.ts";
import { rotatingIssuer } from "../support/rotating-issuer.ts";
import { logInAt } from "../support/server-client.ts";
import { aSession } from "../support/sessions.ts";
import { watchedObjects } from "../support/watched-objects.ts";
import { coordinatedBench, objectBench } from "./bench.ts";

afterEach(reset);

/** From now on a deadline of that many milliseconds is over after a few. */
function isShort(milliseconds: number): void {
  const { timeout } = AbortSignal;
  const spy = vi
    .spyOn(AbortSignal, "timeout")
    .mockImplementation((given) => timeout.call(AbortSignal, given === milliseconds ? 30 : given));
  onTestFinished(() => spy.mockRestore());
}

describe("a carrier", () => {
  it("gives up early enough to bring home what it has, before its attempt counts as lost", () => {
    expect(patience + 3000).toBeLessThan(lease * 1000);
    expect(patience).toBeLessThan(30_000);
  });

  it.each([
    ["a session in a Durable Object", objectBench],
    ["a session in cookies", coordinatedBench],
  ] as const)(
    "of %s has one deadline for all it asks of the issuer; the session stays",
    async (_, benchOf) => {
      const issuer = await rotatingIssuer();
      const bench = benchOf(issuer);
      await logInAt(issuer, bench);
      later(3700);
      const ask = () => bench.client.getAccessToken(bench.request());
      isShort(patience);
      issuer.before = () => new Promise((resolve) => setTimeout(resolve, 1000, undefined));
      await expect(ask()).rejects.toMatchObject({
        name: "TokenByRefreshTokenError",
        cause: { error: "timeout" },
      });
      issuer.before = undefined;
      expect((await ask()).accessToken).toBeDefined();
      expect(issuer.familiesRevoked).toBe(0);
    },
  );
});

it("a coordinator whose objects never answer fails after the time of two attempts", async () => {
  const objects = watchedObjects(env.AUTH_COORDINATOR);
  objects.mode = "hangs";
  const waits = impatience();
  const coordinator = new DurableObjectRefreshCoordinator(objects as never, { secret });
  const task = { renewal: {}, serves: () => false, ask: () => Promise.reject(new Error("not asked")) };
  const coordinated = coordinator.coordinate(aSession(), task, { expiresIn: 3600, storeOptions: undefined });
  await expect(coordinated).rejects.toMatchObject({ code: "session_store_error" });
  expect(waits).toContain(35_000);
});

import type { RenewalTask } from "auth0-edge";
import { describe, expect, it } from "vitest";
import { type LeasedSession, type LeasedStore, renewUnderLease } from "../../../src/store/lease.ts";
import { impatience } from "../../support/impatience.ts";
import { aSession, now } from "../../support/sessions.ts";

interface Bench {
  found: LeasedSession;
  store: LeasedStore<LeasedSession>;
}

/** A session that one may look at, and change, while others renew it. */
function kept(): Bench {
  const bench: Bench = {
    found: { state: aSession(), lease: undefined },
    store: {
      read: async () => ({ ...bench.found }),
      write: async (found, lease, state) => {
        if (found.state !== bench.found.state || found.lease !== bench.found.lease) return false;
        bench.found = { state: state ?? found.state, lease };
        return true;
      },
    },
  };
  return bench;
}

const taskOf = (ask: RenewalTask["ask"]): RenewalTask => ({
  renewal: {},
  ask,
  serves: ({ tokenSets }) => tokenSets.some(({ accessToken }) => accessToken === "renewed"),
});
const receipt = async ({ refreshToken: spent = "" }: { refreshToken?: string | undefined }) => ({
  spent,
  renewal: {},
  tokens: { accessToken: "renewed", expiresAt: now() + 60, scope: "openid", refreshToken: undefined },
});
const another = () => ({ owner: "somebody else", until: Date.now() + 30_000 });

describe("a lease on a session's refresh", () => {
  it("that lapsed and is somebody else's by now is left to them; what came is kept all the same", async () => {
    const bench = kept();
    const theirs = another();
    await renewUnderLease(
      bench.store,
      taskOf(async (state) => {
        bench.found = { ...bench.found, lease: theirs };
        return await receipt(state);
      }),
    );
    expect(bench.found.lease).toBe(theirs);
    expect(bench.found.state.tokenSets.at(-1)?.accessToken).toBe("renewed");
  });

  it("whose owner fails makes those fail who waited for it, and nobody else", async () => {
    const bench = kept();
    const theirs = another();
    bench.found.lease = theirs;
    const waiting = renewUnderLease(bench.store, taskOf(receipt));
    setTimeout(() => {
      bench.found.lease = { ...theirs, failed: true };
    }, 10);
    await expect(waiting).rejects.toMatchObject({ name: "TokenByRefreshTokenError" });
    const later = await renewUnderLease(bench.store, taskOf(receipt));
    expect(later?.tokenSets.at(-1)?.accessToken).toBe("renewed");
  });

  it("is not waited for longer than it holds where the issuer never answers", async () => {
    const waits = impatience();
    const bench = kept();
    const renewed = renewUnderLease(
      bench.store,
      taskOf(() => new Promise(() => undefined)),
    );
    await expect(renewed).rejects.toMatchObject({ code: "session_store_error" });
    const { until } = bench.found.lease!;
    expect(Math.max(...waits)).toBeLessThan(until - Date.now());
  });
});

import { describe, expect, it } from "vitest";
import type { StormSummary } from "../../stampede/storm.ts";
import { storm } from "../../stampede/storm.ts";

// `npm run stampede` does the same with as many sessions as one likes.
describe.each(["durable-object", "stateless", "kv"] as const)(
  "50 requests at once want an access token (%s)",
  (store) => {
    it("the issuer is asked once, all of them get it, and the session lives on", async () => {
      const summary = await storm({ store, sessions: 2, callers: 50 });
      expect(summary).toMatchObject(kept({ sessions: 2, callers: 50 }));
    });

    it("also when the first of them is cut off", async () => {
      const summary = await storm({ store, sessions: 6, callers: 10, cancel: 0.7, seed: 4 });
      const { answersCancelled } = summary;
      expect(answersCancelled).toBeGreaterThan(0);
      expect(summary).toMatchObject({ ...kept(summary), answersOk: 60 - answersCancelled });
    });

    it("also when the objects it takes are reset in the middle", async () => {
      const summary = await storm({ store, sessions: 4, callers: 20, reset: true });
      expect(summary).toMatchObject({ ...kept(summary), sessionsReset: 4 });
    });
  },
);

it("holds at an issuer that is not ours", async () => {
  const summary = await storm({ store: "durable-object", sessions: 2, callers: 50, issuer: "oidc-provider" });
  expect(summary).toMatchObject(kept(summary));
});

it("without a coordinator sessions in cookies do not survive, and the figures say so", async () => {
  const summary = await storm({ store: "stateless-alone", sessions: 2, callers: 10 });
  expect(summary).toMatchObject({ answersOk: 2, answersFailed: 18, sessionsAlive: 0, familiesRevoked: 2 });
  expect(summary.broken).toHaveLength(4);
});

/** What a storm has to come to. */
function kept({ sessions, callers }: Pick<StormSummary, "sessions" | "callers">): Partial<StormSummary> {
  return {
    tokenCalls: sessions,
    answersFailed: 0,
    sessionsAlive: sessions,
    familiesRevoked: 0,
    sessions,
    callers,
    broken: [],
  };
}

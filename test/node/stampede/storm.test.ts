import { expect, it } from "vitest";
import { storm } from "../../stampede/storm.ts";

it("without a coordinator sessions in cookies do not survive, and the figures say so", async () => {
  const summary = await storm({ store: "stateless-alone", sessions: 2, callers: 10 });
  expect(summary).toMatchObject({ answersOk: 2, answersFailed: 18, sessionsAlive: 0, familiesRevoked: 2 });
  expect(summary.broken).toHaveLength(4);
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Case, NotHere, type World } from "../matrix/case.ts";
import { runtimes } from "../matrix/hosts/runtimes.ts";
import { playOn, type Row } from "../matrix/matrix.ts";
import { play, suite } from "../matrix/suite.ts";

/** What `npm run matrix` shows, case by case. */
describe("the same app on every runtime", () => {
  // All at once: most of what a row takes is waiting.
  const rows = new Map(Object.keys(runtimes).map((name) => [name, playOn(name)]));

  it.each([...rows.keys()])("%s passes every case of the suite", async (name) => {
    const { outcomes, log } = (await rows.get(name)) as Row;
    expect(
      outcomes.filter(({ result }) => result !== "passed"),
      log,
    ).toEqual([]);
    // None is left out, so every runtime was asked the same.
    expect(outcomes.map((outcome) => outcome.name)).toEqual(suite.map((one) => one.name));
  });

  it("comes to what the README says", async () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const lines = (await Promise.all(rows.values())).map(({ runtime, version, outcomes }) => {
      const count = (wanted: string) => outcomes.filter(({ result }) => result === wanted).length;
      return `| ${runtime} | ${version} | ${count("passed")} | ${count("failed")} | ${count("skipped")} |\n`;
    });
    expect(readme).toContain(lines.join(""));
  });

  it("covers every runtime this package is for", () => {
    expect([...rows.keys()]).toEqual(["workerd", "deno", "edge-runtime", "node", "bun"]);
  });
});

describe("playing cases", () => {
  const world = {} as World;

  it("says of each whether it held, and why not", async () => {
    const cases: Case[] = [
      { name: "holds", run: async () => {} },
      { name: "does not", run: () => Promise.reject(new Error("one is not two")) },
      { name: "cannot be tried", run: () => Promise.reject(new NotHere("there is no door")) },
    ];
    expect(await play(cases, world)).toEqual([
      { name: "holds", result: "passed" },
      { name: "does not", result: "failed", message: "one is not two" },
      { name: "cannot be tried", result: "skipped", message: "there is no door" },
    ]);
  });

  it("lets the first one finish before any other begins", async () => {
    const told: string[] = [];
    const tell = (name: string): Case => ({
      name,
      async run() {
        told.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        told.push(`${name} ends`);
      },
    });
    await play([tell("first"), tell("second"), tell("third")], world);
    expect(told).toEqual([
      "first begins",
      "first ends",
      "second begins",
      "third begins",
      "second ends",
      "third ends",
    ]);
  });

  it("counts a runtime that does not start as failed", async () => {
    const start = () => Promise.reject(new Error("It ended with 1."));
    const { outcomes } = await playOn("node", { ...runtimes.node!, start });
    expect(outcomes).toEqual([{ name: "it starts", result: "failed", message: "It ended with 1." }]);
  });
});

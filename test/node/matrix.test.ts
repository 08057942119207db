import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type Case, NotHere, type World } from "../matrix/case.ts";
import { runtimes } from "../matrix/hosts/runtimes.ts";
import { playOn, type Row } from "../matrix/matrix.ts";
import { reasons, summaryOf, table } from "../matrix/report.ts";
import { play, suite } from "../matrix/suite.ts";
import { type CommandResult, run } from "../support/package.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const matrix = (...options: string[]) => run("npm", ["run", "-s", "matrix", "--", ...options], root);

/** What `npm run matrix` shows, case by case. */
describe("the same app on every runtime", () => {
  const names = Object.keys(runtimes);
  let rows: Promise<Row>[];
  let json: Promise<CommandResult>;

  beforeAll(() => {
    // All at once: most of what a row takes is waiting.
    rows = names.map((name) => playOn(name));
    json = matrix("--json", "--runtime", "node");
  });

  it.each(names)("%s passes every case of the suite", { timeout: 180_000 }, async (name) => {
    const { outcomes, log } = await rows[names.indexOf(name)]!;
    const others = outcomes.filter(({ result }) => result !== "passed");
    expect(others, log).toEqual([]);
    // None is left out, so every runtime was asked the same.
    expect(outcomes.map((outcome) => outcome.name)).toEqual(suite.map((one) => one.name));
  });

  it("comes to what the README says", async () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const lines = (await Promise.all(rows))
      .map(summaryOf)
      .map((row) => `| ${row.runtime} | ${row.version} | ${row.passed} | ${row.failed} | ${row.skipped} |\n`);
    expect(readme).toContain(lines.join(""));
  });

  it("covers every runtime this package is for", () => {
    expect(names).toEqual(["workerd", "deno", "edge-runtime", "node", "bun"]);
  });

  it("is one JSON array where a program asks, with one row for each runtime", async () => {
    const { succeeded, stdout, output } = await json;
    expect(succeeded, output).toBe(true);
    const [version, passed] = [process.versions.node, suite.length];
    expect(JSON.parse(stdout)).toEqual([{ runtime: "node", version, passed, failed: 0, skipped: 0 }]);
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

describe("what npm run matrix prints", () => {
  const row: Row = {
    runtime: "deno",
    version: "2.9.5",
    outcomes: [
      { name: "a", result: "passed" },
      { name: "b", result: "failed", message: "one is not two" },
      { name: "c", result: "skipped", message: "there is no door" },
    ],
    log: "a word\nof the server\n",
  };

  it("counts what came of the cases, in a table too", () => {
    const summary = { runtime: "deno", version: "2.9.5", passed: 1, failed: 1, skipped: 1 };
    expect(summaryOf(row)).toEqual(summary);
    expect(table([summary])).toEqual([
      "runtime  version  passed  failed  skipped",
      "deno     2.9.5         1       1        1",
    ]);
  });

  it("names what failed or was skipped, with the reason and the last words of the server", () => {
    expect(reasons(row)).toEqual([
      "deno: failed: b\n    one is not two",
      "deno: skipped: c\n    there is no door",
      "    deno printed: a word",
      "    deno printed: of the server",
    ]);
    expect(reasons({ ...row, outcomes: [row.outcomes[0]!] })).toEqual([]);
  });

  it("is a failure where a runtime cannot be started", async () => {
    // Deno keeps what it needs in a temporary folder, and there is no place for one.
    const program = ["--import=./test/matrix/hosts/resolve.ts", "test/matrix/run.mjs"];
    const args = ["TMPDIR=/dev/null/none", "node", ...program, "--json", "--runtime=deno"];
    const { succeeded, stdout, output } = await run("env", args, root);
    expect(succeeded).toBe(false);
    expect(JSON.parse(stdout)).toMatchObject([{ runtime: "deno", passed: 0, failed: 1, skipped: 0 }]);
    expect(output).toMatch(/deno: failed: it starts\n +ENOTDIR/);
  });

  it("is a word of help for a runtime that nobody knows", async () => {
    const { succeeded, output } = await matrix("--runtime", "netscape");
    expect(succeeded).toBe(false);
    expect(output).toContain(
      "--runtime 'netscape' is unknown. Choose of workerd, deno, edge-runtime, node, bun.",
    );
  });
});

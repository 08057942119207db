import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runDeno } from "../support/deno.ts";
import { run } from "../support/package.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const example = "examples/testing/app.test.ts";

/** Vitest itself runs the example as part of this project. */
describe("the example of docs/testing.md", () => {
  it.each(["examples/testing/app.ts", example])("has %s to the letter", (path) => {
    expect(read("docs/testing.md")).toContain(`\n\`\`\`ts\n${read(path)}\`\`\`\n`);
  });

  it("passes in Deno", async () => {
    const args = [
      "test",
      "-A",
      "--no-check",
      "--no-remote",
      "--import-map=test/deno/import-map.json",
      example,
    ];
    const { exitCode, output } = await runDeno(args, { folder: "." });
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/ok \| 4 passed \| 0 failed/);
  });

  it("passes in Bun, by its own runner", async () => {
    const args = ["test", "--tsconfig-override=test/tsconfig.json", `./${example}`];
    const { succeeded, output } = await run("bun", args, new URL(root).pathname);
    expect(succeeded, output).toBe(true);
    expect(output).toMatch(/4 pass\n 0 fail/);
  });
});

import { readFileSync } from "node:fs";
import { sessionCookie, testAuth } from "auth0-edge/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import app from "../../examples/testing/app.ts";
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

describe("an app that is configured by settings alone", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it("is tested by settings in the environment, and the tenant in the place of fetch", async () => {
    const auth = testAuth();
    for (const [name, value] of Object.entries(auth.settings)) vi.stubEnv(name, value);
    vi.stubGlobal("fetch", auth.options.customFetch);
    const cookies = [
      await sessionCookie({}, { sub: "auth0|1", name: "Mira Solberg" }),
      await auth.logIn(app),
    ];
    for (const cookie of cookies) {
      const response = await app.fetch(new Request("http://localhost:3000/", { headers: { cookie } }));
      expect(await response.text()).toBe("Hello Mira Solberg");
    }
  });
});

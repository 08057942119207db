import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDeno } from "../support/deno.ts";
import { type RunningOidcProvider, startOidcProvider } from "../support/oidc-provider.ts";

/** Tests import the public names, which are the sources here. */
const names = ["--no-remote", "--import-map=import-map.json"];

describe("Deno", () => {
  let provider: RunningOidcProvider;

  beforeAll(async () => {
    provider = await startOidcProvider();
  });
  afterAll(() => provider?.close());

  it("runs the sources as they are: login, session, refresh and logout at a real provider", async () => {
    const { close: _, ...provided } = provider;
    const { exitCode, output } = await runDeno(
      // Nothing but the network and what the test is told: the SDK needs no other permission.
      [
        "test",
        ...names,
        "--no-check",
        "--sanitize-ops",
        "--sanitize-resources",
        "--allow-net=localhost",
        "--allow-env=OIDC_PROVIDER",
        "core-flow.test.ts",
      ],
      { env: { OIDC_PROVIDER: JSON.stringify(provided) } },
    );
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/ok \| 9 passed \| 0 failed/);
  });

  it("finds nothing wrong with the types of the sources, nor with the tests it runs", async () => {
    const sources = ["index", "hono/index", "dev/index", "testing/index"].map(
      (entry) => `../../src/${entry}.ts`,
    );
    const { exitCode, output } = await runDeno([
      "check",
      ...names,
      ...sources,
      "mtls.ts",
      "core-flow.test.ts",
    ]);
    expect(exitCode, output).toBe(0);
  });

  it("finds nothing wrong with the types of the example", async () => {
    const files = ["quick-start.ts", "main.ts", "dev.ts"];
    const { exitCode, output } = await runDeno(["check", "--no-remote", ...files], {
      folder: "examples/deno",
    });
    expect(exitCode, output).toBe(0);
  });

  it("would publish the package as it is: its types are explicit, and its manifest is complete", async () => {
    const { exitCode, output } = await runDeno(["publish", "--dry-run", "--allow-dirty", "--no-check"], {
      folder: ".",
    });
    expect(exitCode, output).toBe(0);
  });
});

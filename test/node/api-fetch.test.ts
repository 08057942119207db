import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EdgeRuntime } from "edge-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callApis } from "../support/api-scenario.ts";
import { type ApiServers, startApiServers } from "../support/api-servers.ts";
import { bundle } from "../support/bundle.ts";

const bin = fileURLToPath(new URL("../../node_modules/.bin/", import.meta.url));
let servers: Awaited<ReturnType<typeof startApiServers>>;
let origins: ApiServers;
let folder: string;

beforeAll(async () => {
  servers = await startApiServers();
  const { orders, mirror, elsewhere } = servers;
  origins = { orders, mirror, elsewhere };
  folder = await mkdtemp(join(tmpdir(), "api-fetch-"));
});
afterAll(async () => {
  servers.close();
  await rm(folder, { recursive: true });
});

/** The scenario as one script that leaves what it came to in `done`. */
async function script(): Promise<string> {
  const { code } = await bundle({
    code: `
      import { callApis } from "./test/support/api-scenario.ts";
      globalThis.done = callApis(${JSON.stringify(origins)});
    `,
  });
  return code;
}

/** Runs it as a process of its own. */
async function runBy(command: string, ...options: string[]): Promise<unknown> {
  const file = join(folder, `${command}.mjs`);
  await writeFile(file, `${await script()}\nconsole.log(JSON.stringify(await globalThis.done));`);
  const { stdout } = await promisify(execFile)(bin + command, [...options, file], { timeout: 50_000 });
  return JSON.parse(stdout);
}

describe("a call of an API", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["Node", () => callApis(origins)],
    [
      "the Edge Runtime",
      async () => {
        const runtime = new EdgeRuntime({ initialCode: await script() });
        return JSON.parse(await runtime.evaluate("globalThis.done.then(JSON.stringify)"));
      },
    ],
    ["Deno", () => runBy("deno", "run", "--allow-net", "--no-config")],
    ["Bun", () => runBy("bun")],
  ])("takes the token where it belongs, and nowhere else, on %s", async (_name, run) => {
    expect(await run()).toEqual({
      plain: [200, "orders", "GET", "", "Bearer token-1", "a=b", "1"],
      post: [200, "orders", "POST", "text", "Bearer token-1", "a=b", "1"],
      within: [200, "mirror", "GET", "", "Bearer token-1", "a=b", "1"],
      away: [200, "elsewhere", "GET", "", null, null, "1"],
      awayForGood: [200, "orders", "GET", "", null, null, "1"],
      redirectedPost: [307, "/echo"],
      seeOther: [200, "elsewhere", "GET", "", null, null, "1"],
      manual: [302, "/echo"],
      error: "TypeError",
      renewed: [200, "orders", "POST", "text", "Bearer token-2", "a=b", "1"],
      renewedForm: [200, "orders", "POST", "a=b", "Bearer token-2", "a=b", "1"],
      stream: [401, null],
    });
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { runDeno } from "../support/deno.ts";
import { type RotatingIssuer, rotatingIssuer } from "../support/rotating-issuer.ts";

const options = ["--no-remote", "--import-map=import-map.json", "--unstable-kv"];

describe("Deno KV in Deno", () => {
  it.each([
    ["passes the contract of all stores", "kv-contract.test.ts"],
    ["keeps what a store of its kind promises", "kv.test.ts"],
  ])("%s", async (_, file) => {
    // Colours of messages are why the assertions read the environment.
    const { exitCode, output } = await runDeno(["test", ...options, "--no-check", "--allow-env", file]);
    expect(exitCode, output).toBe(0);
    const [, passed] = /ok \| (\d+) passed \| 0 failed/.exec(output) ?? [];
    expect(Number(passed), output).toBeGreaterThanOrEqual(file === "kv.test.ts" ? 10 : 70);
  });

  it("is what its types say: Deno's own fit the store", async () => {
    const files = ["../../src/deno/index.ts", "kv.test.ts", "kv-contract.test.ts", "kv-process.ts"];
    const { exitCode, output } = await runDeno(["check", ...options, ...files]);
    expect(exitCode, output).toBe(0);
  });

  it("makes one token call for the requests of two processes over one file, and the session lives on", async () => {
    const issuer = await rotatingIssuer();
    const { server, started } = await serve(issuer);
    const folder = await mkdtemp(join(tmpdir(), "auth0-edge-kv-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { domain, clientId, clientSecret } = issuer;
    const run = async (task: object): Promise<{ cookies: [string, string][]; tokens: string[] }> => {
      const file = join(folder, "kv.sqlite");
      const input = JSON.stringify({ file, server, issuer: { domain, clientId, clientSecret }, ...task });
      const rights = ["--allow-net=localhost", `--allow-read=${folder}`, `--allow-write=${folder}`];
      const { exitCode, stdout, output } = await runDeno(
        ["run", ...options, "--no-check", ...rights, "kv-process.ts"],
        { input },
      );
      expect(exitCode, output).toBe(0);
      return JSON.parse(stdout);
    };

    const { cookies } = await run({});
    // The issuer's answer waits until both are at it.
    issuer.before = async () => {
      while (started() < 2) await new Promise((resolve) => setTimeout(resolve, 10));
      await new Promise((resolve) => setTimeout(resolve, 300));
      return undefined;
    };
    const storm = { cookies, audience: "https://api.example/", callers: 25 };
    const [one, other] = await Promise.all([run(storm), run(storm)]);
    expect(issuer.spent).toHaveLength(1);
    expect(one.tokens).toHaveLength(1);
    expect(other.tokens).toEqual(one.tokens);

    const after = await run({ cookies, audience: "https://another.example/", callers: 1 });
    expect(after.tokens).not.toEqual(one.tokens);
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([2, 0]);
  });
});

/** An issuer on a port of this machine. `/tell/…` is for what processes have to say beside the protocol. */
async function serve(issuer: RotatingIssuer): Promise<{ server: string; started(): number }> {
  let started = 0;
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, tell, what, nonce] = request.url!.split("/");
    if (tell === "tell") {
      if (what === "nonce") issuer.claims.nonce = nonce;
      else started++;
      return response.end();
    }
    const { method = "GET", headers } = request;
    const body = chunks.length ? Buffer.concat(chunks) : null;
    const answer = await issuer.customFetch(`https://${issuer.domain}${request.url}`, {
      method,
      headers: headers as Record<string, string>,
      body,
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => http.listen(0, "localhost", resolve));
  onTestFinished(() => void http.close());
  return { server: `http://localhost:${(http.address() as AddressInfo).port}`, started: () => started };
}

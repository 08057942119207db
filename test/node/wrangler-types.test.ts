import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PackedPackage, packPackage, run } from "../support/package.ts";

/** The Worker as the README has people write it: no type in it but that of `env`. */
const worker = `
import { edgeAuth } from "auth0-edge";
import { durableObjectSessions, refreshCarrier, revocationList, sessionObject } from "auth0-edge/cloudflare";

const options = (env: Env) => ({ stateStore: durableObjectSessions(env.AUTH_SESSION) });

export class AuthSession extends sessionObject(options) {}
export class AuthRefresh extends refreshCarrier(options) {}
export class AuthRevocations extends revocationList() {}

export default edgeAuth(options).handler(async (_request, _env, _ctx, auth) => {
  const user = await auth.getUser();
  return user ? new Response(user.sub) : auth.challenge();
});
`;

/** What compiles only where the bindings have the types of the classes; \`any\` would leave the expected errors out. */
const use = `
export const read = (env: Env): Promise<{ text: string; revision: number } | undefined> =>
  env.AUTH_SESSION.getByName("x").read();
// @ts-expect-error There is no such call.
export const wrong = (env: Env) => env.AUTH_SESSION.getByName("x").nonsense();
// @ts-expect-error Nor here.
export const wrongToo = (env: Env) => env.AUTH_REVOCATIONS.getByName("x").nonsense();
`;

const wrangler = `
name = "typed"
main = "src/index.ts"
compatibility_date = "2026-10-01"
send_metrics = false

[[durable_objects.bindings]]
name = "AUTH_SESSION"
class_name = "AuthSession"

[[durable_objects.bindings]]
name = "AUTH_REVOCATIONS"
class_name = "AuthRevocations"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["AuthSession", "AuthRevocations"]
`;

const compilerOptions = {
  ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
  ...{ target: "es2023", lib: ["es2023"], types: [], module: "esnext", moduleResolution: "bundler" },
};

let packed: PackedPackage;

beforeAll(async () => {
  packed = await packPackage();
});
afterAll(() => packed?.remove());

it("what 'wrangler types' makes of a Worker has the exact types of its objects, and all of it compiles", async () => {
  const { project } = packed;
  await mkdir(join(project, "src"));
  const files = {
    "src/index.ts": worker,
    "src/use.ts": use,
    "wrangler.toml": wrangler,
    "tsconfig.json": JSON.stringify({ compilerOptions, files: ["worker-configuration.d.ts", "src/use.ts"] }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
  const made = await run("wrangler", ["types"], project);
  expect(made.succeeded, made.output).toBe(true);
  const types = await readFile(join(project, "worker-configuration.d.ts"), "utf8");
  expect(types).toContain('AUTH_SESSION: DurableObjectNamespace<import("./src/index").AuthSession>');
  const compiled = await run("tsc", ["-p", "."], project);
  expect(compiled.succeeded, compiled.output).toBe(true);
});

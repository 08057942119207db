import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PackedPackage, packPackage, run } from "../support/package.ts";

/** Sessions as the README has people choose them: no type is written but that of `env`. */
const choices = {
  "Durable Objects": "durableObjectSessions(env.AUTH_SESSION)",
  cookies: `cookieSessions({
    coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR),
    revocations: new DurableObjectRevocationList(env.AUTH_REVOCATIONS, { onUnavailable: "deny" }),
  })`,
  KV: "kvSessions(env.SESSIONS, { coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR) })",
};

const workerWith = (sessions: string): string => `
import { cookieSessions, edgeAuth } from "auth0-edge";
import * as cloudflare from "auth0-edge/cloudflare";

const { durableObjectSessions, durableObjectCoordinator, DurableObjectRevocationList, kvSessions } = cloudflare;
const { refreshCarrier, refreshCoordinator, revocationList, sessionObject } = cloudflare;

const options = (env: Env) => ({ stateStore: ${sessions} });

export class AuthSession extends sessionObject(options) {}
export class AuthRefresh extends refreshCarrier(options) {}
export class AuthCoordinator extends refreshCoordinator(options) {}
export class AuthRevocations extends revocationList() {}

export default edgeAuth(options).handler(async (_request, _env, _ctx, auth) => {
  const user = await auth.getUser();
  return user ? new Response(user.sub) : auth.challenge();
});
`;

/** What compiles only where the bindings have the types of the classes; with \`any\` no error would come that is expected. */
const use = `
export const read = (env: Env): Promise<{ text: string; revision: number } | undefined> =>
  env.AUTH_SESSION.getByName("x").read();
// @ts-expect-error There is no such call.
export const wrong = (env: Env) => env.AUTH_SESSION.getByName("x").nonsense();
// @ts-expect-error Nor here.
export const wrongCoordinator = (env: Env) => env.AUTH_COORDINATOR.getByName("x").nonsense();
// @ts-expect-error Nor here.
export const wrongList = (env: Env) => env.AUTH_REVOCATIONS.getByName("x").nonsense();
`;

const classes = {
  AUTH_SESSION: "AuthSession",
  AUTH_COORDINATOR: "AuthCoordinator",
  AUTH_REVOCATIONS: "AuthRevocations",
};

const wrangler = `
name = "typed"
main = "src/index.ts"
compatibility_date = "2026-10-01"
send_metrics = false
${Object.entries(classes)
  .map(([name, className]) => `[[durable_objects.bindings]]\nname = "${name}"\nclass_name = "${className}"`)
  .join("\n")}
[[migrations]]
tag = "v1"
new_sqlite_classes = ${JSON.stringify(Object.values(classes))}
[[kv_namespaces]]
binding = "SESSIONS"
id = "sessions"
`;

const compilerOptions = {
  ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
  ...{ target: "es2023", lib: ["es2023"], types: [], module: "esnext", moduleResolution: "bundler" },
};

let packed: PackedPackage;
let types: string;

beforeAll(async () => {
  packed = await packPackage();
  const { project } = packed;
  await mkdir(join(project, "src"));
  const files = {
    "src/index.ts": workerWith(choices["Durable Objects"]),
    "src/use.ts": use,
    "wrangler.toml": wrangler,
    "tsconfig.json": JSON.stringify({ compilerOptions, files: ["worker-configuration.d.ts", "src/use.ts"] }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
  const made = await run("wrangler", ["types"], project);
  expect(made.succeeded, made.output).toBe(true);
  types = await readFile(join(project, "worker-configuration.d.ts"), "utf8");
});
afterAll(() => packed?.remove());

it("what 'wrangler types' makes of a Worker names the class of each binding", () => {
  for (const [name, className] of Object.entries(classes)) {
    expect(types).toContain(`${name}: DurableObjectNamespace<import("./src/index").${className}>`);
  }
});

it.each(Object.entries(choices))(
  "with sessions in %s those types are exact, and all of it compiles",
  async (_, sessions) => {
    await writeFile(join(packed.project, "src/index.ts"), workerWith(sessions));
    const compiled = await run("tsc", ["-p", "."], packed.project);
    expect(compiled.succeeded, compiled.output).toBe(true);
  },
);

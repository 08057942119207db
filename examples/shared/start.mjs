/**
 * `npm run start:deno` and its like: an example on its runtime, with the development tenant. `--port N` or the variable PORT
 * choose the port.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { assertNode, choosePort, fail, root, run, untilReady } from "./launch.mjs";

const bin = (name) => join(root, "node_modules/.bin", name);
/** The examples import the package by its public names. In this repository they are the sources, so nothing is built. */
const sources = "--import=./examples/shared/sources.mjs";

const platforms = {
  deno: {
    name: "Deno",
    guide: "examples/deno/README.md",
    command: bin("deno"),
    args: (port) => [
      ...["serve", "--quiet", "--no-remote", "--config=examples/deno/deno.json"],
      ...["--allow-net=localhost", "--allow-env", "--host=localhost", `--port=${port}`],
      "examples/deno/dev.ts",
    ],
    // The tenant forgets everybody when it ends, and so do the sessions.
    env: { KV_PATH: ":memory:", DENO_NO_UPDATE_CHECK: "1" },
  },
  vercel: {
    name: "Vercel's edge runtime",
    guide: "examples/vercel-edge/README.md",
    command: process.execPath,
    args: () => [sources, "examples/vercel-edge/dev-server.ts"],
  },
  node: {
    name: "Node",
    guide: "examples/node/README.md",
    command: process.execPath,
    args: () => [sources, "examples/node/dev.ts"],
  },
  bun: {
    name: "Bun",
    guide: "examples/node/README.md",
    command: bin("bun"),
    args: () => ["examples/node/dev.ts"],
  },
};

assertNode();
const { values, positionals } = parseArgs({ options: { port: { type: "string" } }, allowPositionals: true });
const chosen = positionals[0] ?? "";
if (!Object.hasOwn(platforms, chosen)) fail(`Name one of ${Object.keys(platforms).join(", ")}.`);
const { name, guide, command, args, env } = platforms[chosen];
const port = await choosePort(values.port, `npm run start:${chosen}`);
const address = `http://localhost:${port}`;
const random = () => randomBytes(48).toString("base64url");

const server = run(command, args(port), {
  ...env,
  PORT: `${port}`,
  APP_BASE_URL: address,
  AUTH0_DOMAIN: "dev.localhost",
  AUTH0_CLIENT_ID: "example",
  AUTH0_CLIENT_SECRET: random(),
  AUTH0_SECRET: random(),
});
await untilReady(server, port);
console.log(`
  auth0-edge is running on ${name}: ${address}

  1. Open the address${chosen === "vercel" ? ". All its pages want a login." : ' and choose "Log in".'}
  2. Choose who to be. The development tenant asks for no password.
  3. See who you are, log out.

  Ctrl+C stops it, and with it everything it knows. ${guide} says how to use your own Auth0 domain.
`);

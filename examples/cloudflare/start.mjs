/**
 * `npm start`: the example in workerd, with the development tenant. `--port N` or the variable PORT choose the port; any
 * other argument goes to `wrangler dev`.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readyWithin = 60_000;

if (Number.parseInt(process.versions.node, 10) < 22) {
  fail("This needs Node 22 or newer. `npm start` has one: it comes with `npm ci` as a devDependency.");
}
const { port, state, others } = readArguments();
for (const host of ["127.0.0.1", "::1"]) {
  if (await isTaken(port, host)) {
    fail(`Port ${port} is taken. Choose another: npm start -- --port ${port + 1}`);
  }
}
const address = `http://localhost:${port}`;
const wrangler = run();
await ready();
console.log(`
  auth0-edge is running: ${address}

  1. Open the address and choose "Log in".
  2. Choose who to be. The development tenant asks for no password.
  3. See your profile, call the API, log out.

  Ctrl+C stops it. examples/cloudflare/README.md says how to use your own Auth0 domain.
`);

function readArguments() {
  const { values, tokens } = parseArgs({
    options: { port: { type: "string" }, "persist-to": { type: "string" } },
    strict: false,
    tokens: true,
  });
  const port = Number(values.port ?? (process.env.PORT || 8787));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) fail("The port must be a number up to 65535.");
  const ours = new Set(tokens.filter(({ name }) => name === "port" || name === "persist-to").flatMap(places));
  const others = process.argv.slice(2).filter((_, index) => !ours.has(index));
  return { port, state: resolve(root, String(values["persist-to"] ?? ".wrangler/state")), others };
}

/** Where an option stands among the arguments, and its value if that is an argument of its own. */
function places({ index, value, inlineValue }) {
  return value === undefined || inlineValue ? [index] : [index, index + 1];
}

function run() {
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/wrangler/bin/wrangler.js"),
      ...["dev", "--env", "development", "--ip", "127.0.0.1", "--port", port, "--inspector-port", 0],
      ...["--persist-to", state, "--log-level", "warn", "--show-interactive-dev-session=false"],
      ...["--var", `APP_BASE_URL:${address}`, "--var", `AUTH0_SECRET:${secret()}`],
      ...others,
    ].map(String),
    {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        // Nothing is asked of the network.
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_HIDE_BANNER: "true",
      },
      // A group of its own, so that it can be ended whole: wrangler has children and grandchildren.
      detached: true,
    },
  );
  let stopping = false;
  const stop = () => {
    stopping = true;
    signalGroup(child, "SIGTERM");
    setTimeout(() => signalGroup(child, "SIGKILL"), 5000).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  // npm passes a signal on to its shell, which keeps it to itself: all that can be seen of it is that the shell is gone.
  const { ppid } = process;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== ppid && stop(), 500).unref();
  child.on("error", (error) => fail(`wrangler could not be started: ${error.message}`));
  child.on("exit", (code) => {
    signalGroup(child, "SIGKILL");
    process.exit(stopping ? 0 : (code ?? 1));
  });
  return child;
}

function signalGroup({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

async function ready() {
  for (const end = Date.now() + readyWithin; Date.now() < end; await sleep(100)) {
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (response) return;
  }
  signalGroup(wrangler, "SIGKILL");
  fail(`The example did not answer within ${readyWithin / 1000} seconds.`);
}

/** Seals the sessions. Kept beside the state of the Worker, so that a restart logs nobody out; never committed. */
function secret() {
  const file = join(state, "auth0-secret");
  try {
    return readFileSync(file, "utf8");
  } catch {
    const made = randomBytes(48).toString("base64url");
    mkdirSync(state, { recursive: true });
    writeFileSync(file, made, { mode: 0o600 });
    return made;
  }
}

function isTaken(port, host) {
  return new Promise((answer) => {
    const server = createServer();
    server.once("error", ({ code }) => answer(code === "EADDRINUSE"));
    server.listen({ port, host, exclusive: true }, () => server.close(() => answer(false)));
  });
}

function fail(message) {
  console.error(`\n  ${message}\n`);
  process.exit(1);
}

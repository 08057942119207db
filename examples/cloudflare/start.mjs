/**
 * `npm start`: the example in workerd, with the development tenant. `--port N` or the variable PORT choose the port; any
 * other argument goes to `wrangler dev`.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { assertNode, choosePort, root, run, untilReady } from "../shared/launch.mjs";

assertNode();
const { portText, state, others } = readArguments();
const port = await choosePort(portText, "npm start");
const address = `http://localhost:${port}`;
const wrangler = run(
  process.execPath,
  [
    join(root, "node_modules/wrangler/bin/wrangler.js"),
    ...["dev", "--env", "development", "--ip", "127.0.0.1", "--port", port, "--inspector-port", 0],
    ...["--persist-to", state, "--log-level", "warn", "--show-interactive-dev-session=false"],
    ...["--var", `APP_BASE_URL:${address}`, "--var", `AUTH0_SECRET:${secret()}`],
    ...others,
  ],
  {
    // Nothing is asked of the network.
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
  },
);
await untilReady(wrangler, port);
console.log(`
  auth0-edge is running: ${address}

  1. Open the address and choose "Log in".
  2. Choose who to be. The development tenant asks for no password.
  3. Move your session, call two APIs, link an account, look at your cookies.

  Ctrl+C stops it. examples/cloudflare/README.md says how to use your own Auth0 domain.
`);

function readArguments() {
  const { values, tokens } = parseArgs({
    options: { port: { type: "string" }, "persist-to": { type: "string" } },
    strict: false,
    tokens: true,
  });
  const ours = new Set(tokens.filter(({ name }) => name === "port" || name === "persist-to").flatMap(places));
  const others = process.argv.slice(2).filter((_, index) => !ours.has(index));
  const state = resolve(root, String(values["persist-to"] ?? ".wrangler/state"));
  return { portText: values.port, state, others };
}

/** Where an option stands among the arguments, and its value if that is an argument of its own. */
function places({ index, value, inlineValue }) {
  return value === undefined || inlineValue ? [index] : [index, index + 1];
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

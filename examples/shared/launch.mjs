/** What all the start scripts do: choose a port, run a server, say where it is, and end it whole. */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const readyWithin = 60_000;

/** Says what is wrong and ends. */
export function fail(message) {
  console.error(`\n  ${message}\n`);
  process.exit(1);
}

/** The servers and the tools around them need it. */
export function assertNode() {
  if (Number.parseInt(process.versions.node, 10) < 22) {
    fail("This needs Node 22 or newer. npm's scripts have one: it comes with `npm ci` as a devDependency.");
  }
}

/**
 * The port to use, once it is known to be free.
 *
 * @param text what was asked for by `--port`, if anything
 * @param command what to type for another port
 */
export async function choosePort(text, command) {
  const port = Number(text ?? (process.env.PORT || 8787));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) fail("The port must be a number up to 65535.");
  for (const host of ["127.0.0.1", "::1"]) {
    if (await isTaken(port, host)) {
      fail(`Port ${port} is taken. Choose another: ${command} -- --port ${port + 1}`);
    }
  }
  return port;
}

/** Runs a server until it ends by itself, or by Ctrl+C with all its children. */
export function run(command, args, env) {
  const child = spawn(command, args.map(String), {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
    // A group of its own, so that it can be ended whole: there may be children and grandchildren.
    detached: true,
  });
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
  child.on("error", (error) => fail(`${command} could not be started: ${error.message}`));
  child.on("exit", (code) => {
    signalGroup(child, "SIGKILL");
    process.exit(stopping ? 0 : (code ?? 1));
  });
  return child;
}

/** Waits until a server answers. */
export async function untilReady(child, port) {
  for (const end = Date.now() + readyWithin; Date.now() < end; await sleep(100)) {
    const request = fetch(`http://localhost:${port}/`, { redirect: "manual" });
    const response = await request.catch(() => undefined);
    await response?.body?.cancel();
    if (response) return;
  }
  signalGroup(child, "SIGKILL");
  fail(`The example did not answer within ${readyWithin / 1000} seconds.`);
}

function signalGroup({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

function isTaken(port, host) {
  return new Promise((answer) => {
    const server = createServer();
    server.once("error", ({ code }) => answer(code === "EADDRINUSE"));
    server.listen({ port, host, exclusive: true }, () => server.close(() => answer(false)));
  });
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.ts";

const script = fileURLToPath(new URL("../../../examples/cloudflare/start.mjs", import.meta.url));

/** The example as `npm start` runs it, with a port and a state of its own. */
export interface Example {
  url: string;
  port: number;
  /** What it has printed. */
  output(): string;
  /** What its sessions are sealed with. */
  secret(): Promise<string>;
  /** Ends the process and starts it again: only what was written to disk is left. */
  restart(): Promise<void>;
  /** Ends it as Ctrl+C does, and tells the exit code. */
  end(): Promise<number | null>;
  /** Ends it and removes its state. */
  remove(): Promise<void>;
}

/**
 * Starts the example and waits until it says that it runs.
 *
 * @param options further ones of the start script
 */
export async function startExample(options: string[] = []): Promise<Example> {
  const state = await mkdtemp(join(tmpdir(), "example-"));
  const port = await freePort();
  const launch = () => run(["--port", `${port}`, "--persist-to", state, ...options]);
  let running = launch();
  const end = async () => {
    running.child.kill("SIGTERM");
    return await running.exited;
  };
  const example: Example = {
    url: `http://localhost:${port}`,
    port,
    output: () => running.output(),
    secret: () => readFile(join(state, "auth0-secret"), "utf8"),
    async restart() {
      await end();
      running = launch();
      await running.ready;
    },
    end,
    async remove() {
      await end();
      await rm(state, { recursive: true, force: true });
    },
  };
  await running.ready;
  return example;
}

/** A start script that runs. */
export interface Started {
  child: ChildProcess;
  /** Once it has said what to do. */
  ready: Promise<void>;
  exited: Promise<number | null>;
  output(): string;
}

/** Runs a start script, that of the Cloudflare example if none is named. */
export function run(options: string[], command: string[] = [script]): Started {
  const child = spawn(process.execPath, [...command, ...options], {
    cwd: fileURLToPath(new URL("../../../", import.meta.url)),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const exited = once(child, "exit").then(([code]) => code as number | null);
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        text += chunk;
        if (text.includes("Ctrl+C")) resolve();
      });
    }
    exited.then(() => reject(new Error(`The example ended before it was ready:\n${text}`)));
  });
  // Whoever does not wait for it must not be told by an unhandled rejection.
  ready.catch(() => undefined);
  return { child, ready, exited, output: () => text };
}

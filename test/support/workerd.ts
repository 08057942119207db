import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** What a start may take, in milliseconds. */
const patience = 20_000;
const binary = fileURLToPath(new URL("../../node_modules/.bin/workerd", import.meta.url));

/** A workerd of its own configuration. */
export interface RunningWorkerd {
  /** Origin of its socket `http`. */
  url: string;
  /** What it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/**
 * Starts the workerd that npm installed, without miniflare, whose configuration knows less.
 *
 * @param config the text of a configuration with one socket, `http`
 * @param files what it embeds, by name
 */
export async function startWorkerd(config: string, files: Record<string, string>): Promise<RunningWorkerd> {
  const folder = await mkdtemp(join(tmpdir(), "workerd-"));
  for (const [name, text] of Object.entries({ ...files, "config.capnp": config })) {
    await writeFile(join(folder, name), text, { mode: 0o600 });
  }
  const child = spawn(binary, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  // Whatever ends this process ends workerd.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    kill();
    await exited;
    process.off("exit", kill);
    await rm(folder, { recursive: true, force: true });
  };
  const listening = portOf(child.stdio[3] as Readable);
  const late = setTimeout(kill, patience);
  const port = await Promise.race([listening, exited.then(() => undefined)]);
  clearTimeout(late);
  if (port !== undefined) return { url: `http://127.0.0.1:${port}`, output: () => output, stop };
  await stop();
  throw new Error(`workerd did not start:\n${output}`);
}

/** workerd writes a line of JSON for each socket it listens on. */
async function portOf(control: Readable): Promise<number> {
  let text = "";
  for await (const chunk of control) {
    text += chunk;
    const line = text.split("\n").find((one) => one.includes('"listen"'));
    if (line) return (JSON.parse(line) as { port: number }).port;
  }
  return await new Promise(() => undefined);
}

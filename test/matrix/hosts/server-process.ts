import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

/** The repository, with a slash at the end. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Milliseconds a runtime may take until it listens. */
const patience = 20_000;

/** A server that runs. */
export interface RunningServer {
  /** What it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** A program to start. */
export interface ServerProgram {
  command: string;
  args: string[];
  /** Its environment, beside `PATH` and the place for temporary files: nothing else comes from here. */
  env: Record<string, string>;
  /** The port it will listen at. */
  port: number;
  /** What it reads from its standard input. */
  input?: string;
}

/**
 * Starts a server and waits until it listens.
 *
 * @throws Error with all it printed, if it ends before or takes too long
 */
export async function startServer({
  command,
  args,
  env,
  port,
  input = "",
}: ServerProgram): Promise<RunningServer> {
  const inherited = Object.fromEntries(
    ["PATH", "HOME", "TMPDIR"].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
  const child = spawn(command, args, { cwd: root, env: { ...inherited, NO_COLOR: "1", ...env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  let ended: string | undefined;
  const exited = new Promise<void>((resolve) => {
    const end = (what: string) => {
      ended ??= what;
      resolve();
    };
    child.once("error", (error) => end(error.message));
    child.once("exit", (code, signal) => end(`It ended with ${signal ?? code}.`));
  });
  // Whatever ends this process ends the server.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    kill();
    await exited;
    process.off("exit", kill);
  };
  const end = Date.now() + patience;
  while (!(await listens(port))) {
    if (ended === undefined && Date.now() < end) continue;
    await stop();
    throw new Error(`${ended ?? `It did not listen within ${patience / 1000} seconds.`}\n${output}`);
  }
  return { output: () => output, stop };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: "localhost" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return false;
  } finally {
    socket.destroy();
  }
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** What a run may take, in milliseconds: it is over in a second or two. */
const patience = 50_000;

/** What a run of Deno printed, and how it ended. */
export interface DenoResult {
  /** `null` where it had to be stopped. */
  exitCode: number | null;
  stdout: string;
  /** All that was printed, for messages. */
  output: string;
}

/** What a run is given beside its arguments. */
export interface DenoInput {
  /** What it reads from its standard input. */
  input?: string;
  env?: Record<string, string>;
  /** Where it runs, relative to this repository. `test/deno` if left out. */
  folder?: string;
}

/**
 * Runs the Deno that npm installed. Packages come from `node_modules`.
 *
 * @param args command, options and files
 */
export async function runDeno(
  args: readonly string[],
  { input = "", env = {}, folder = "test/deno" }: DenoInput = {},
): Promise<DenoResult> {
  const child = spawn(`${root}node_modules/.bin/deno`, args, {
    cwd: root + folder,
    env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    timeout: patience,
    killSignal: "SIGKILL",
  });
  const result = { stdout: "", output: "" };
  child.stdout.on("data", (chunk) => {
    result.stdout += chunk;
    result.output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    result.output += chunk;
  });
  child.stdin.end(input);
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, ...result };
}

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

/**
 * Runs the Deno that npm installed in `test/deno`, without a network of its own: packages come from `node_modules`.
 *
 * @param args command, options and files, relative to `test/deno`
 * @param input what it reads from its standard input
 */
export async function runDeno(args: readonly string[], input = ""): Promise<DenoResult> {
  const [command = "", ...rest] = args;
  const child = spawn(`${root}node_modules/.bin/deno`, [command, "--quiet", "--no-remote", ...rest], {
    cwd: `${root}test/deno`,
    env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
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

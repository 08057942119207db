import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

/** What to do where {@link findChromium} finds nothing. */
export const HOW_TO_GET_CHROMIUM =
  "The browser tests are skipped, Chromium is missing: `apt-get install chromium`, or set CHROMIUM_PATH to one.";

/** Arguments that let it run as root and in small containers. */
export const CHROMIUM_ARGUMENTS: string[] = ["--no-sandbox", "--disable-dev-shm-usage"];

/**
 * The Chromium of this machine: `CHROMIUM_PATH`, or one on `PATH`. `.ci/run` looks for the same ones.
 *
 * @throws {Error} When `CHROMIUM_PATH` is no program: tests must not be skipped because of a slip in it.
 */
export function findChromium(): string | undefined {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    try {
      accessSync(chosen, constants.X_OK);
      return chosen;
    } catch (cause) {
      throw new Error(`CHROMIUM_PATH is "${chosen}", and there is no such program.`, { cause });
    }
  }
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // The next name.
    }
  }
  return undefined;
}

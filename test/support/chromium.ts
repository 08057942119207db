import { execFileSync } from "node:child_process";

/** What to do where {@link findChromium} finds nothing. */
export const HOW_TO_GET_CHROMIUM =
  "The browser tests are skipped, Chromium is missing: `apt-get install chromium`, or set CHROMIUM_PATH to one.";

/** Arguments that let it run as root and in small containers. */
export const CHROMIUM_ARGUMENTS: string[] = ["--no-sandbox", "--disable-dev-shm-usage"];

/** The Chromium of this machine: `CHROMIUM_PATH`, or one on `PATH`. */
export function findChromium(): string | undefined {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // The next name.
    }
  }
  return undefined;
}

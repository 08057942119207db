import type { Row } from "./matrix.ts";
import type { Outcome } from "./suite.ts";

/** A row as `-- --json` prints it. */
export interface Summary {
  runtime: string;
  version: string;
  passed: number;
  failed: number;
  skipped: number;
}

const columns = ["runtime", "version", "passed", "failed", "skipped"] as const;
/** Lines of what a server printed that are shown where something failed. */
const shownLines = 20;

export function summaryOf({ runtime, version, outcomes }: Row): Summary {
  const count = (wanted: Outcome["result"]) => outcomes.filter(({ result }) => result === wanted).length;
  return { runtime, version, passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

/** One line for each runtime, below the names of the columns. */
export function table(summaries: readonly Summary[]): string[] {
  const lines = [[...columns], ...summaries.map((row) => columns.map((name) => `${row[name]}`))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  const pad = (text: string, index: number) =>
    index < 2 ? text.padEnd(widths[index]!) : text.padStart(widths[index]!);
  return lines.map((line) => line.map(pad).join("  "));
}

/** Each case that did not pass, with its reason; where one failed also the end of what the server printed. */
export function reasons({ runtime, outcomes, log }: Row): string[] {
  const lines = outcomes
    .filter(({ result }) => result !== "passed")
    .map(({ name, result, message = "" }) => `${runtime}: ${result}: ${name}\n    ${message.trim()}`);
  const hasFailed = outcomes.some(({ result }) => result === "failed");
  const printed = hasFailed ? log.trim().split("\n").filter(Boolean).slice(-shownLines) : [];
  return [...lines, ...printed.map((line) => `    ${runtime} printed: ${line}`)];
}

/**
 * `npm run conformance`: plays the modules of the OpenID Foundation's relying-party plans against the hostile provider, on
 * workerd, and prints what came of them. `-- --json` prints nothing but JSON.
 */
import { parseArgs } from "node:util";
import { startVitest } from "vitest/node";

const { values: flags } = parseArgs({ options: { json: { type: "boolean" } } });

// Whatever else writes, the results stand alone on stdout.
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

const results = [];
const troubles = [];
const collector = {
  onTestCaseResult(test) {
    const { conformance } = test.meta();
    if (conformance) results.push({ ...conformance, ok: conformance.ok && test.ok() });
  },
  onTestRunEnd(_modules, errors) {
    troubles.push(...errors.map(({ message }) => message));
  },
};

const vitest = await startVitest("test", ["test/conformance/conformance.test.ts"], {
  project: "workerd",
  watch: false,
  reporters: [collector],
});
await vitest.close();

if (flags.json) print(`${JSON.stringify(results, null, 2)}\n`);
else for (const line of [...table(results), "", ...summary(results)]) print(`${line}\n`);
for (const trouble of troubles) process.stderr.write(`${trouble}\n`);
process.exit(results.length && !troubles.length && results.every(({ ok }) => ok) ? 0 : 1);

/** One line for each module. */
function table(rows) {
  const columns = ["plan", "module", "expected", "got", "ok"];
  const lines = [columns, ...rows.map((row) => columns.map((name) => textOf(row[name])))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  const format = (line) =>
    line
      .map((text, index) => text.padEnd(widths[index]))
      .join("  ")
      .trimEnd();
  return [
    format(lines[0]),
    widths.map((width) => "-".repeat(width)).join("  "),
    ...lines.slice(1).map(format),
  ];
}

/** How many of each plan went as they have to. */
function summary(rows) {
  const plans = [...new Set(rows.map(({ plan }) => plan))];
  const of = (plan) => rows.filter((row) => row.plan === plan);
  const lines = plans.map((plan) => `${plan}: ${of(plan).filter(({ ok }) => ok).length}/${of(plan).length}`);
  return [...lines, `All: ${rows.filter(({ ok }) => ok).length}/${rows.length}`];
}

function textOf(value) {
  return typeof value === "boolean" ? (value ? "yes" : "NO") : String(value);
}

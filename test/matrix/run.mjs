/** `npm run matrix`: one suite over HTTP against the same app on every runtime; see the help below. */
import { parseArgs } from "node:util";
import { runtimes } from "./hosts/runtimes.ts";
import { playOn } from "./matrix.ts";
import { reasons, summaryOf, table } from "./report.ts";

const help = `Usage: npm run matrix -- [options]

Starts one app on real runtimes, each with an issuer of its own, and plays the same cases against it over HTTP: login, session,
refresh, logout, back-channel logout, bad cookies and what else has to be the same everywhere.

  --runtime <runtime>  ${Object.keys(runtimes).join(" | ")}; may be given several times, default all
  --json               prints one JSON array and nothing else
  --help               prints this

Exit code: 0 where nothing failed, 1 where something did (a runtime that cannot be started has failed), 2 for options that cannot be.
`;

/** What is wrong with the command line. */
class UsageError extends Error {}

function readOptions() {
  const { values } = parseArgs({
    options: {
      runtime: { type: "string", multiple: true, default: Object.keys(runtimes) },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const unknown = values.runtime.find((name) => !Object.hasOwn(runtimes, name));
  if (unknown !== undefined)
    throw new UsageError(`--runtime '${unknown}' is unknown. Choose of ${Object.keys(runtimes).join(", ")}.`);
  return { ...values, runtimes: [...new Set(values.runtime)] };
}

const progress = (text) => process.stderr.write(`${text}\n`);

/** Most of what a row takes is waiting, so they are played side by side. */
async function playAll(names) {
  return await Promise.all(
    names.map(async (name) => {
      const start = performance.now();
      progress(`${name} …`);
      const row = await playOn(name);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      progress(`${name} done in ${seconds} s: ${summaryOf(row).passed} of ${row.outcomes.length} passed`);
      return row;
    }),
  );
}

try {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(help);
  } else {
    const rows = await playAll(options.runtimes);
    for (const text of rows.flatMap(reasons)) progress(text);
    const summaries = rows.map(summaryOf);
    console.log(options.json ? JSON.stringify(summaries, null, 2) : `\n${table(summaries).join("\n")}`);
    process.exitCode = summaries.some(({ failed }) => failed) ? 1 : 0;
  }
} catch (error) {
  const isUsage = error instanceof UsageError || String(error.code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(isUsage ? `${error.message}\nSee npm run matrix -- --help\n` : `${error.stack}\n`);
  process.exitCode = isUsage ? 2 : 1;
}

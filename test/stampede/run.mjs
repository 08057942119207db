/**
 * `npm run stampede`: many requests of one session want an access token at the same moment, the issuer rotates refresh tokens and
 * takes none twice; see the help below.
 */
import { parseArgs } from "node:util";
import { stores } from "./runtime.ts";
import { storm } from "./storm.ts";

const help = `Usage: npm run stampede -- --store <store> [options]

Logs users in, lets their access tokens expire, and has each session ask for a new one from many requests at once. The issuer
rotates refresh tokens without overlap and ends the whole family when a spent one comes back.

  --store <store>      ${Object.keys(stores).join(" | ")}
                       (stateless-alone has no coordinator: it shows what happens without, and fails)
  --sessions <n>       sessions, default 20
  --callers <n>        requests of each at once, default 50
  --cancel <share>     share of the sessions whose first caller is cut off at a random time, 0 to 1, default 0
  --reset              resets the Durable Objects of every session while its refresh is under way
  --issuer <issuer>    own | oidc-provider, default own
  --delay <ms>         time the issuer takes, default 150
  --parallel <n>       sessions at the same time, default 4
  --seed <n>           makes the random choices repeatable, default 1
  --json               prints one JSON object and nothing else
  --help               prints this

Exit code: 0 where every promise was kept (one token call for each session, a token for every caller that was not cut off, every
session alive, no family revoked), 1 where one was broken, 2 for options that cannot be.
`;

/** What is wrong with the command line. */
class UsageError extends Error {}

function readOptions() {
  const { values } = parseArgs({
    options: {
      store: { type: "string" },
      sessions: { type: "string", default: "20" },
      callers: { type: "string", default: "50" },
      cancel: { type: "string", default: "0" },
      reset: { type: "boolean", default: false },
      issuer: { type: "string", default: "own" },
      delay: { type: "string", default: "150" },
      parallel: { type: "string", default: "4" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return values;
  const store = oneOf(values, "store", Object.keys(stores));
  const reset = values.reset;
  if (reset && !stores[store].objects.length)
    throw new UsageError(`--reset resets Durable Objects, and ${store} has none.`);
  return {
    store,
    reset,
    json: values.json,
    issuer: oneOf(values, "issuer", ["own", "oidc-provider"]),
    sessions: whole(values, "sessions", 1, 10_000),
    callers: whole(values, "callers", 1, 1000),
    delay: whole(values, "delay", 0, 5000),
    parallel: whole(values, "parallel", 1, 100),
    seed: whole(values, "seed", 0, 2 ** 32 - 1),
    cancel: share(values, "cancel"),
  };
}

function oneOf(values, name, known) {
  if (known.includes(values[name])) return values[name];
  const given = values[name] === undefined ? "is missing" : `'${values[name]}' is unknown`;
  throw new UsageError(`--${name} ${given}. Choose one of ${known.join(", ")}.`);
}

function whole(values, name, from, to) {
  const number = Number(values[name]);
  if (/^\d+$/.test(values[name]) && number >= from && number <= to) return number;
  throw new UsageError(`--${name} must be a whole number from ${from} to ${to}, not '${values[name]}'.`);
}

function share(values, name) {
  if (/^(0(\.\d+)?|1(\.0+)?)$/.test(values[name])) return Number(values[name]);
  throw new UsageError(`--${name} must be a share from 0 to 1, such as 0.2, not '${values[name]}'.`);
}

function print(summary) {
  const { broken, failures, ...figures } = summary;
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(width)}  ${value}`);
  for (const [text, count] of Object.entries(failures)) console.log(`${count} times: ${text}`);
  console.log(broken.length ? `\nBroken: ${broken.join("; ")}.` : "\nEvery promise was kept.");
}

try {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(help);
  } else {
    const summary = await storm(
      options,
      options.json ? undefined : (text) => process.stderr.write(`${text}\n`),
    );
    if (options.json) console.log(JSON.stringify(summary));
    else print(summary);
    process.exitCode = summary.broken.length ? 1 : 0;
  }
} catch (error) {
  const isUsage = error instanceof UsageError || String(error.code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(isUsage ? `${error.message}\nSee npm run stampede -- --help\n` : `${error.stack}\n`);
  process.exitCode = isUsage ? 2 : 1;
}

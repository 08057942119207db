/**
 * `npm run bench`: sessions in cookies, ours beside `@auth0/auth0-server-js` and the least it can cost, inside workerd;
 * and what each adds to a bundle. `-- --quick` takes half a minute, `-- --json` prints nothing but JSON.
 */
import { parseArgs } from "node:util";
import { bundle } from "../support/bundle.ts";
import { startIsolates } from "./isolates.mjs";
import { measureFirst, measureInTurn } from "./measure.mjs";
import { printReport, summarize } from "./report.mjs";

const { values: flags } = parseArgs({ options: { quick: { type: "boolean" }, json: { type: "boolean" } } });
const seconds = flags.quick ? { open: 12, seal: 7 } : { open: 90, seal: 60 };
const operations = 1000;
const freshIsolates = flags.quick ? 5 : 9;
const sealing = ["floor", "ours", "peer"];
const opening = ["floor", "ours", "ours, with all tokens", "readSession", "peer"];

const progress = (text) => process.stderr.write(`${text}\n`);

async function bench() {
  progress("bundling …");
  const bundles = {};
  for (const name of ["serverclient", "edgeauth", "reader", "peer"]) {
    const { bytes, gzip } = await bundle(`test/bench/contenders/${name}.ts`);
    bundles[name] = { bytes, gzip };
  }
  const { code } = await bundle("test/bench/worker.ts");

  const fresh = sealing.flatMap((name) => Array.from({ length: freshIsolates }, (_, i) => `${name}-${i}`));
  const workerd = await startIsolates(code, ["sealer", "opener", ...fresh]);
  stop = workerd.stop;
  const sealer = await workerd.isolate("sealer");
  const opener = await workerd.isolate("opener");
  const now = Math.floor(Date.now() / 1000);
  for (const isolate of [sealer, opener]) await isolate({ do: "prepare", count: operations, now });

  const cookies = {};
  for (const contender of sealing) cookies[contender] = await sealer({ do: "cookies", contender });
  const headersOf = (contender) => cookies[ownerOf(contender)].map(cookieHeader);

  progress(`first opening in ${freshIsolates} fresh isolates each …`);
  const first = {};
  for (const name of sealing) {
    const isolates = [];
    for (let i = 0; i < freshIsolates; i++) isolates.push(await workerd.isolate(`${name}-${i}`));
    first[name] = await measureFirst(isolates, name, headersOf(name)[0]);
  }

  for (const contender of opening) {
    await opener({ do: "load", contender, headers: headersOf(contender) });
    const wrong = await opener({ do: "verify", contender });
    if (wrong) throw new Error(`'${contender}' is not fit to be measured: ${wrong}.`);
  }
  progress(`opening, ${seconds.open} s …`);
  const open = await measureInTurn(opener, "open", opening, { operations, seconds: seconds.open });
  progress(`sealing, ${seconds.seal} s …`);
  const seal = await measureInTurn(opener, "seal", sealing, { operations, seconds: seconds.seal });
  return summarize({ open, seal, first, cookies, bundles });
}

/** Whose cookies a contender opens. */
function ownerOf(contender) {
  return sealing.includes(contender) ? contender : "ours";
}

/** A `Cookie` header as browsers send it: other cookies of the site stand in it as well. */
function cookieHeader(cookies) {
  const others = ["theme=dark", "_ga=GA1.1.1837261544.1792000000"];
  return [...others, ...cookies.map((pair) => pair.join("="))].join("; ");
}

let stop = async () => {};
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await stop();
    process.exit(130);
  });
}

try {
  const summary = await bench();
  if (flags.json) console.log(JSON.stringify(summary, null, 2));
  else printReport(summary);
} catch (error) {
  progress(String(error));
  process.exitCode = 1;
} finally {
  await stop();
}

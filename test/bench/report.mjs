import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { median, medianRatio } from "./measure.mjs";

/** What is wanted of each figure. */
const wanted = {
  session_read_vs_floor: { atMost: 1.2, says: "reading: our time / the floor's" },
  session_read_vs_peer: { atLeast: 4, says: "reading: the peer's time / ours" },
  session_write_vs_peer: { atLeast: 3.5, says: "writing: the peer's time / ours" },
  cookie_bytes_vs_peer: { atMost: 0.8, says: "bytes of all cookies: ours / the peer's" },
  cookie_count: { atMost: 1, says: "our cookies" },
  bundle_gzip_serverclient_vs_peer: { atMost: 0.55, says: "bundle with ServerClient / the peer's" },
  bundle_gzip_edgeauth_vs_peer: { atMost: 0.45, says: "bundle with edgeAuth / the peer's" },
  bundle_gzip_reader_vs_peer: { atMost: 0.15, says: "bundle with readSession / the peer's" },
};

/** The figures under the names they are wanted by, and beside them what they were made of. */
export function summarize({ open, seal, first, cookies, bundles }) {
  const bytesOf = (owner) =>
    median(cookies[owner].map((pairs) => pairs.reduce((sum, pair) => sum + pair.join("").length, 0)));
  const countOf = (owner) => Math.max(...cookies[owner].map((pairs) => pairs.length));
  const bundleRatio = (name) => bundles[name].gzip / bundles.peer.gzip;
  const figures = {
    session_read_vs_floor: medianRatio(open.ours, open.floor),
    session_read_vs_peer: medianRatio(open.peer, open.ours),
    session_write_vs_peer: medianRatio(seal.peer, seal.ours),
    cookie_bytes_vs_peer: bytesOf("ours") / bytesOf("peer"),
    cookie_count: countOf("ours"),
    bundle_gzip_serverclient_vs_peer: bundleRatio("serverclient"),
    bundle_gzip_edgeauth_vs_peer: bundleRatio("edgeauth"),
    bundle_gzip_reader_vs_peer: bundleRatio("reader"),
  };
  const owners = Object.keys(cookies);
  return {
    ...mapValues(figures, (value) => round(value, 3)),
    details: {
      date: new Date().toISOString(),
      machine: { cpu: cpus()[0].model, cores: cpus().length },
      versions: {
        node: process.versions.node,
        workerd: versionOf("workerd"),
        "@auth0/auth0-server-js": versionOf("@auth0/auth0-server-js"),
      },
      rounds: { open: open.ours.length, seal: seal.ours.length },
      open_us: mapValues(open, (values) => round(median(values), 2)),
      seal_us: mapValues(seal, (values) => round(median(values), 2)),
      first_open_us: mapValues(first, (values) => round(median(values), 0)),
      cookie_bytes: Object.fromEntries(owners.map((owner) => [owner, bytesOf(owner)])),
      cookie_counts: Object.fromEntries(owners.map((owner) => [owner, countOf(owner)])),
      bundles,
    },
  };
}

/** Prints what {@link summarize} made, for people. */
export function printReport({ details, ...figures }) {
  const { machine, versions, rounds, open_us, seal_us, first_open_us, cookie_bytes, cookie_counts } = details;
  const versionList = Object.entries(versions).map((pair) => pair.join(" "));
  console.log(`\n${details.date} · ${machine.cpu}, ${machine.cores} cores · ${versionList.join(" · ")}`);
  console.log(`Medians of ${rounds.open} (open) and ${rounds.seal} (seal) rounds in workerd, in turn.\n`);
  printTable(
    ["", "open µs", "first open µs", "seal µs", "cookies", "bytes"],
    [
      ...Object.keys(open_us).map((name) => [
        name,
        open_us[name].toFixed(1),
        first_open_us[name] ?? "",
        seal_us[name]?.toFixed(1) ?? "",
        cookie_counts[name] ?? "",
        cookie_bytes[name] ?? "",
      ]),
    ],
  );
  printTable(
    ["bundle", "minified", "gzip"],
    Object.entries(details.bundles).map(([name, { bytes, gzip }]) => [name, bytes, gzip]),
  );
  printTable(
    ["figure", "value", "wanted", ""],
    Object.entries(figures).map(([key, value]) => [
      `${key} (${wanted[key].says})`,
      value,
      wanted[key].atMost === undefined ? `≥ ${wanted[key].atLeast}` : `≤ ${wanted[key].atMost}`,
      isReached(wanted[key], value) ? "ok" : "not reached",
    ]),
  );
}

function isReached({ atMost = Number.POSITIVE_INFINITY, atLeast = 0 }, value) {
  return value <= atMost && value >= atLeast;
}

function printTable(head, rows) {
  const lines = [head, ...rows].map((line) => line.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) {
    const cells = line.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i])));
    console.log(cells.join("  ").trimEnd());
  }
  console.log();
}

function versionOf(name) {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")).version;
}

function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}

function round(value, digits) {
  return Number(value.toFixed(digits));
}

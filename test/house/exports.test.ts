import { existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { modules, type PackedPackage, packPackage, run } from "../support/package.ts";
import { startWorkerd } from "../support/workerd.ts";
import { checkExportMaps, type DenoManifest, entriesOf, type PackageManifest } from "./export-maps.ts";

const root = new URL("../../", import.meta.url);
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, root), "utf8"));
const npm = read<PackageManifest>("package.json");
const deno = read<DenoManifest>("deno.json");
/** Entries that need modules of one host. */
const hosted = ["./cloudflare"];
const portable = entriesOf(npm).filter((entry) => !hosted.includes(entry));

describe("the export maps", () => {
  const isFile = (path: string) => existsSync(new URL(path, root));

  it("of npm and Deno offer the same entries, each with a source and with its types first", () => {
    expect(checkExportMaps(npm, deno, isFile)).toEqual([]);
  });

  it("and the Auth0-Client header name the version of the package", () => {
    const telemetry = readFileSync(new URL("src/context/telemetry.ts", root), "utf8");
    expect(telemetry).toContain(`version = "${npm.version}"`);
  });

  it("belong to an ES module package that can be shaken and needs two packages only", () => {
    expect(npm.type).toBe("module");
    expect(npm.sideEffects).toBe(false);
    expect(Object.keys(npm.dependencies ?? {})).toEqual(["jose", "oauth4webapi"]);
  });

  it("are found wrong when they are", () => {
    const good = { types: "./dist/index.d.ts", default: "./dist/index.js" };
    const manifest = { version: "1.0.0", exports: { ".": good } };
    const map = { version: "1.0.0", exports: { ".": "./src/index.ts" } };
    const check = (a: Partial<PackageManifest>, b: Partial<DenoManifest>, exists = true) =>
      checkExportMaps({ ...manifest, ...a }, { ...map, ...b }, () => exists);

    expect(check({}, {})).toEqual([]);
    expect(check({}, {}, false)).toEqual([". is ./src/index.ts, which is no file"]);
    expect(check({ version: "1.0.1" }, {})).toEqual(["Versions differ: 1.0.1 and 1.0.0"]);
    expect(check({ exports: { ".": good, "./dev": good } }, {})).toEqual(["./dev is missing in deno.json"]);
    expect(check({ exports: {} }, {})).toEqual([". is missing in package.json"]);
    const swapped = { default: good.default, types: good.types };
    expect(check({ exports: { ".": swapped } }, {})).toEqual([
      `. should be ${JSON.stringify(good)} in package.json`,
    ]);
    expect(check({ dependencies: { jose: "6.2.18" } }, { imports: { jose: "npm:jose@6.0.0" } })).toEqual([
      "deno.json should map jose to npm:jose@6.2.18",
    ]);
  });
});

type Host = "workers" | "deno" | "node" | "any";

/** Whose types a piece of the README is written for. */
function hostOf(piece: string): Host {
  if (piece.includes("auth0-edge/cloudflare")) return "workers";
  if (/\bDeno\./.test(piece)) return "deno";
  return /\bprocess\./.test(piece) ? "node" : "any";
}

/** A Worker of two modules, for workerd without miniflare. */
const moduleWorker = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "package.js", esModule = embed "package.js"),
  ],
  compatibilityDate = "2026-10-01",
);`;

describe("the packed package", () => {
  let packed: PackedPackage;

  beforeAll(async () => {
    packed = await packPackage();
  });
  afterAll(() => packed?.remove());

  it("has nothing for publint to say", async () => {
    const { messages, pkg } = await publint({ pkgDir: packed.directory, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it("has types that are right in the eyes of attw", async () => {
    const { succeeded, output } = await run(
      "attw",
      [packed.tarball, "--profile", "esm-only", "--no-emoji", "--no-color"],
      packed.project,
    );
    expect(succeeded, output).toBe(true);
  });

  it.each(portable)("can be imported in plain Node as %s", async (entry) => {
    const specifier = join("auth0-edge", entry);
    const script = `const names = Object.keys(await import("${specifier}")); if (!names.length) throw "nothing";`;
    const { succeeded, output } = await run("node", ["--input-type=module", "-e", script], packed.project);
    expect(succeeded, output).toBe(true);
  });

  it("can be imported in plain workerd, no flag set, as ./cloudflare", async () => {
    const { output } = await run(
      "esbuild",
      [
        "node_modules/auth0-edge/dist/cloudflare/index.js",
        "--bundle",
        "--format=esm",
        "--external:cloudflare:*",
      ],
      packed.project,
    );
    const worker = await startWorkerd(moduleWorker, {
      "package.js": output,
      "worker.js": `import * as names from "package.js";
        export default { fetch: () => Response.json(Object.keys(names)) };`,
    });
    onTestFinished(() => worker.stop());
    expect(await (await fetch(worker.url)).json()).toContain("sessionObject");
  });

  it.each([
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "esnext", moduleResolution: "bundler" },
  ])("compiles in a strict project with $moduleResolution resolution", async (resolution) => {
    const options = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
    const host = { target: "es2023", lib: ["es2023", "dom", "dom.iterable"], types: [] };
    const config = { compilerOptions: { ...options, ...host, ...resolution }, files: ["user.ts"] };
    await writeFile(join(packed.project, "tsconfig.json"), JSON.stringify(config));
    const imports = portable.map((entry, i) => `export * as e${i} from "${join("auth0-edge", entry)}";`);
    await writeFile(join(packed.project, "user.ts"), imports.join("\n"));
    const { succeeded, output } = await run("tsc", ["-p", "."], packed.project);
    expect(succeeded, output).toBe(true);
  });

  it("compiles in a strict project of a Worker as ./cloudflare: its types are those that the Worker has", async () => {
    const options = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
    const host = { target: "es2023", lib: ["es2023"], module: "esnext", moduleResolution: "bundler" };
    const types = join(modules, "@cloudflare/workers-types/index.d.ts");
    const config = { compilerOptions: { ...options, ...host, types: [] }, files: [types, "worker.ts"] };
    await writeFile(join(packed.project, "tsconfig.json"), JSON.stringify(config));
    await writeFile(join(packed.project, "worker.ts"), 'export * from "auth0-edge/cloudflare";');
    const { succeeded, output } = await run("tsc", ["-p", "."], packed.project);
    expect(succeeded, output).toBe(true);
  });

  it("is used by every piece of TypeScript in the README and docs/, which compiles as it stands there", async () => {
    const pages = [
      "README.md",
      "docs/routes.md",
      "docs/server-client.md",
      "docs/next.md",
      "docs/testing.md",
      "docs/diagnostics.md",
    ];
    const texts = await Promise.all(pages.map((page) => readFile(join(packed.directory, page), "utf8")));
    const all = texts.flatMap((text) => [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!));
    // A test that is shown is a file of examples/, and compiled there. Next is not installed here.
    const pieces = all.filter((code) => !/from "(vitest|next\/headers)"/.test(code));
    expect(pieces.length).toBeGreaterThanOrEqual(15);
    const files = pieces.map((_, i) => `readme-${i}.ts`);
    await Promise.all(files.map((file, i) => writeFile(join(packed.project, file), pieces[i]!)));
    const filesOf = (host: Host) => files.filter((_, i) => hostOf(pieces[i]!) === host);
    const types = {
      workers: [join(modules, "@cloudflare/workers-types/index.d.ts")],
      node: [join(modules, "@types/node/index.d.ts")],
      any: [],
    };
    for (const [host, lib] of [
      ["any", ["es2023", "webworker"]],
      ["node", ["es2023", "webworker"]],
      ["workers", ["es2023"]],
    ] as const) {
      const options = { strict: true, noEmit: true, module: "esnext", moduleResolution: "bundler" };
      const platform = { target: "es2023", lib, types: [], skipLibCheck: true };
      const config = {
        compilerOptions: { ...options, ...platform },
        files: [...types[host], ...filesOf(host)],
      };
      expect(filesOf(host)).not.toEqual([]);
      await writeFile(join(packed.project, "tsconfig.json"), JSON.stringify(config));
      const { succeeded, output } = await run("tsc", ["-p", "."], packed.project);
      expect(succeeded, output).toBe(true);
    }
    const config = { nodeModulesDir: "manual", lock: false, unstable: ["kv"] };
    await writeFile(join(packed.project, "deno.json"), JSON.stringify(config));
    const deno = await run("deno", ["check", "--no-remote", ...filesOf("deno")], packed.project);
    expect(deno.succeeded, deno.output).toBe(true);
  });

  it("carries the sources and the licence, and no tests", async () => {
    const { output } = await run("tar", ["-tzf", packed.tarball], packed.project);
    const files = output.trim().split("\n");
    expect(files).toContain("package/LICENSE");
    expect(files).toContain("package/README.md");
    expect(files).toContain("package/src/index.ts");
    expect(files.filter((file) => /\/(test|examples)\/|\.test\.|tsconfig/.test(file))).toEqual([]);
    const map = JSON.parse(await readFile(join(packed.directory, "dist/index.js.map"), "utf8"));
    expect(existsSync(join(packed.directory, "dist", map.sources[0]))).toBe(true);
  });
});

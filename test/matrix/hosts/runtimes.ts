import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BundleOptions, bundle } from "../../support/bundle.ts";
import { startWorkerd } from "../../support/workerd.ts";
import { type RunningServer, root, startServer } from "./server-process.ts";

/** What is to be served. */
export interface Serving {
  /** The file to run, relative to the repository. */
  entry: string;
  port: number;
  /** Origin of the development tenant: requests to its issuer go there. */
  tenantUrl: string;
  /** Settings of the app, as its platform hands them on. */
  settings: Record<string, string>;
}

/** A file that the README begins with. */
export interface QuickStart {
  /** The file itself, or one that does nothing but wrap it in its platform. */
  entry: string;
  /** Path of the page that greets whoever is logged in. */
  page: string;
}

/** A runtime of the matrix. */
export interface Runtime {
  /** The version that is installed. */
  version(): Promise<string>;
  /** What the runtime calls itself, as the app sees it. */
  calledBy(version: string): string;
  /** The file that is the app of the matrix there. */
  app: string;
  /** The files that the README begins with there. */
  quickStarts: QuickStart[];
  start(serving: Serving): Promise<RunningServer>;
}

const bin = (name: string): string => `${root}node_modules/.bin/${name}`;
const hosts = "test/matrix/hosts";
const reroute = `${hosts}/reroute.ts`;

const workerd: Runtime = {
  version: () => versionOf("workerd"),
  calledBy: () => "Cloudflare-Workers",
  app: "test/matrix/app.ts",
  quickStarts: [
    { entry: "examples/cloudflare/quick-start.ts", page: "/" },
    { entry: "examples/cloudflare/quick-start-hono.ts", page: "/profile" },
  ],
  async start({ entry, port, tenantUrl, settings }) {
    const { code } = await bundle(entry);
    const bindings = Object.entries(settings).map(
      ([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`,
    );
    // Without nodejs_compat. What the Worker fetches of the issuer comes from the tenant.
    const config = `
      using Workerd = import "/workerd/workerd.capnp";
      const config :Workerd.Config = (
        sockets = [(name = "http", address = "localhost:${port}", http = (), service = "main")],
        services = [
          (name = "main", worker = .main),
          (name = "outbound", worker = .outbound),
          (name = "tenant", external = (address = "${new URL(tenantUrl).host}", http = ())),
          (name = "machine", network = (allow = ["local"]))
        ]
      );
      const main :Workerd.Worker = (
        modules = [(name = "worker.js", esModule = embed "worker.js")],
        compatibilityDate = "2026-10-01",
        compatibilityFlags = ["no_nodejs_compat", "no_nodejs_compat_v2"],
        bindings = [${bindings.join(", ")}],
        globalOutbound = "outbound"
      );
      const outbound :Workerd.Worker = (
        modules = [(name = "outbound.js", esModule = embed "outbound.js")],
        compatibilityDate = "2026-10-01",
        bindings = [(name = "TENANT", service = "tenant")],
        globalOutbound = "machine"
      );
    `;
    const outbound = `export default {
      fetch: (request, env) => (new URL(request.url).protocol === "https:" ? env.TENANT.fetch(request) : fetch(request)),
    }`;
    return await startWorkerd(config, { "worker.js": code, "outbound.js": outbound });
  },
};

const deno: Runtime = {
  version: async () => (await versionOf("deno")).split(" ")[0]!,
  calledBy: (version) => `Deno/${version}`,
  app: `${hosts}/deno-app.ts`,
  quickStarts: [{ entry: `${hosts}/deno-quick-start.ts`, page: "/" }],
  async start({ entry, port, tenantUrl, settings }) {
    const names = Object.keys(settings);
    // Deno KV is kept there.
    const folder = await mkdtemp(join(tmpdir(), "matrix-deno-"));
    const forget = () => rm(folder, { recursive: true, force: true });
    const server = startServer({
      command: bin("deno"),
      args: [
        "serve",
        "--quiet",
        "--no-check",
        "--no-remote",
        "--config=examples/deno/deno.json",
        // No other permission is needed.
        "--allow-net=localhost",
        `--allow-env=MATRIX_TENANT,${names}`,
        "--host=localhost",
        `--port=${port}`,
        entry,
      ],
      env: { ...settings, MATRIX_TENANT: tenantUrl, DENO_DIR: folder, DENO_NO_UPDATE_CHECK: "1" },
      port,
    });
    try {
      const { output, stop } = await server;
      return { output, stop: () => stop().then(forget) };
    } catch (error) {
      await forget();
      throw error;
    }
  },
};

const edgeRuntime: Runtime = {
  async version() {
    const manifest = await readFile(`${root}node_modules/edge-runtime/package.json`, "utf8");
    return (JSON.parse(manifest) as { version: string }).version;
  },
  calledBy: () => "edge-runtime",
  app: `${hosts}/edge-app.ts`,
  quickStarts: [{ entry: `${hosts}/edge-quick-start.ts`, page: "/" }],
  async start({ entry, port, tenantUrl, settings }) {
    const options: BundleOptions = { format: "iife", conditions: ["edge-light", "worker", "browser"] };
    const bundles = await Promise.all([reroute, entry].map((file) => bundle(file, options)));
    // Vercel puts settings in this place.
    const env = JSON.stringify({ ...settings, MATRIX_TENANT: tenantUrl });
    const input = [`globalThis.process = { env: ${env} };`, ...bundles.map(({ code }) => code)].join("\n");
    const args = [`${hosts}/edge-server.mjs`, `${port}`];
    return await startServer({ command: process.execPath, args, env: {}, port, input });
  },
};

const node: Runtime = {
  version: async () => process.versions.node,
  calledBy: (version) => `Node.js/${version.split(".")[0]}`,
  app: `${hosts}/node-app.ts`,
  quickStarts: [{ entry: "examples/node/quick-start.ts", page: "/" }],
  start({ entry, port, tenantUrl, settings }) {
    return startServer({
      command: process.execPath,
      args: [`--import=./${hosts}/resolve.ts`, `--import=./${reroute}`, entry],
      env: { ...settings, MATRIX_TENANT: tenantUrl, PORT: `${port}` },
      port,
    });
  },
};

const bun: Runtime = {
  version: () => versionOf("bun"),
  calledBy: (version) => `Bun/${version}`,
  app: "test/matrix/app.ts",
  quickStarts: [
    { entry: "examples/node/quick-start.ts", page: "/" },
    { entry: "examples/cloudflare/quick-start.ts", page: "/" },
    { entry: "examples/cloudflare/quick-start-hono.ts", page: "/profile" },
  ],
  start({ entry, port, tenantUrl, settings }) {
    return startServer({
      command: bin("bun"),
      args: ["--tsconfig-override=test/tsconfig.json", `--preload=./${reroute}`, entry],
      env: { ...settings, MATRIX_TENANT: tenantUrl, PORT: `${port}` },
      port,
    });
  },
};

/** Every runtime, in the order of the matrix. */
export const runtimes: Record<string, Runtime> = { workerd, deno, "edge-runtime": edgeRuntime, node, bun };

/** What a program says of itself, without its name: `workerd 2026-10-23` is `2026-10-23`. */
async function versionOf(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(bin(name), ["--version"]);
  return stdout.split("\n")[0]!.replace(`${name} `, "").trim();
}

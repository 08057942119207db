import { rmSync } from "node:fs";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { bundle } from "../support/bundle.ts";

/** Where sessions live: each is a Worker of its own in the folder `worker`. */
export const stores = {
  "durable-object": { objects: ["AUTH_SESSION"] },
  stateless: { objects: ["AUTH_COORDINATOR", "AUTH_REVOCATIONS"] },
  kv: { objects: ["AUTH_COORDINATOR"] },
  "stateless-alone": { objects: [] },
} as const;

export type StoreName = keyof typeof stores;

/** The classes behind the bindings. */
const classNames: Record<string, string> = {
  AUTH_SESSION: "AuthSession",
  AUTH_COORDINATOR: "AuthCoordinator",
  AUTH_REVOCATIONS: "AuthRevocations",
};

/** A workerd with the app in it. */
export interface Runtime {
  url: string;
  /** Kills workerd as a power failure would, and waits until another one runs on the same storage. */
  kill(): Promise<void>;
  /** What workerd has logged. */
  logs: string[];
  close(): Promise<void>;
}

/**
 * Starts the app.
 *
 * @param port of `freePort`: the issuer has to know it before
 * @param settings bindings of the Worker
 */
export async function startRuntime(
  store: StoreName,
  port: number,
  settings: Record<string, string | number>,
): Promise<Runtime> {
  const { code } = await bundle(`test/stampede/worker/${store}.ts`);
  const outer = await readFile(new URL("worker/outer.js", import.meta.url), "utf8");
  const folder = await mkdtemp(join(tmpdir(), "stampede-"));
  // Whatever ends this process, miniflare ends workerd by itself.
  const forget = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", forget);
  const mark = `STAMPEDE=${folder}`;
  const logs: string[] = [];
  let restarted = () => {};
  const compatibilityDate = "2026-10-01";
  const objects = stores[store].objects.map((binding) => [
    binding,
    { className: classNames[binding]!, useSQLite: true },
  ]);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: ({ message }) => void logs.push(message),
      resourcePersistencePath: folder,
      unsafeRuntimeEnv: { STAMPEDE: folder },
      unsafeHandleRuntimeRestart: () => restarted(),
      workers: [
        { name: "outer", modules: true, script: outer, compatibilityDate, serviceBindings: { APP: "app" } },
        {
          name: "app",
          modules: true,
          script: code,
          compatibilityDate,
          bindings: settings,
          durableObjects: Object.fromEntries(objects),
          kvNamespaces: ["SESSIONS"],
        },
      ],
    }),
  );
  await miniflare.ready;
  return {
    url: `http://localhost:${port}`,
    logs,
    async kill() {
      const again = new Promise<void>((resolve) => {
        restarted = resolve;
      });
      process.kill(await processWith(mark), "SIGKILL");
      await again;
    },
    async close() {
      await miniflare.dispose();
      process.off("exit", forget);
      forget();
    },
  };
}

/** The process that was started with that variable in its environment. */
async function processWith(variable: string): Promise<number> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (environment.split("\0").includes(variable)) return Number(pid);
  }
  throw new Error(`No process was started with ${variable}.`);
}

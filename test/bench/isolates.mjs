import { Miniflare } from "miniflare";

/** A running workerd; each name in it is an isolate of its own with the same code. */

/**
 * Starts workerd with one isolate per name.
 *
 * @param {string} code the Worker, one ES module
 * @param {string[]} names
 * @returns an `isolate(name)` to send commands to, and `stop()`
 */
export async function startIsolates(code, names) {
  const miniflare = new Miniflare({
    workers: names.map((name) => ({
      config: {
        name,
        compatibilityDate: "2026-10-01",
        manifest: {
          mainModule: "worker.js",
          modulesRoot: "/",
          modules: { "worker.js": { type: "esm", contents: code } },
        },
        env: {},
        exports: {},
      },
      // A socket of its own: no other Worker stands between the driver and the one it measures.
      dev: { rootPath: "/", unsafeDirectSockets: [{}] },
    })),
  });
  await miniflare.ready;
  return {
    isolate: async (name) => commander(await miniflare.unsafeGetDirectURL(name)),
    stop: () => miniflare.dispose(),
  };
}

function commander(url) {
  return async (command) => {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(command) });
    if (!response.ok) throw new Error(`The Worker answered ${response.status}: ${await response.text()}`);
    return await response.json();
  };
}

import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const fromRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Tests import the public names, and get the sources: no build is needed to run them. */
const alias = [
  { find: /^auth0-edge$/, replacement: fromRoot("src/index.ts") },
  { find: /^auth0-edge\/(.+)$/, replacement: fromRoot("src/$1/index.ts") },
];

/** Node's `fetch` may talk to this machine only. */
const loopbackOnly = fromRoot("test/support/loopback-only.ts");

/**
 * The same for workerd, as a Worker that every outgoing request passes. (Replacing `fetch` in the runner would hide
 * that the real one must not be called as a method of another object; throwing here would fill the log with traces.)
 */
const loopbackOnlyWorker = {
  name: "loopback-only",
  compatibilityDate: "2026-10-01",
  modules: true,
  script: `export default {
    fetch(request) {
      const { hostname, origin } = new URL(request.url);
      if (/^(localhost|127(\\.\\d+){3}|\\[::1\\])$/.test(hostname)) return fetch(request);
      return new Response("Tests run without a network: " + origin + " was asked for", { status: 502 });
    },
  }`,
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        test: {
          name: "house",
          environment: "node",
          include: ["test/house/**/*.test.ts"],
          setupFiles: [loopbackOnly],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        plugins: [
          cloudflareTest({
            wrangler: { configPath: fromRoot("test/workerd/wrangler.toml") },
            miniflare: { outboundService: "loopback-only", workers: [loopbackOnlyWorker] },
          }),
        ],
        test: {
          name: "workerd",
          include: ["test/workerd/**/*.test.ts", "test/conformance/**/*.test.ts"],
          globalSetup: [fromRoot("test/support/oidc-provider.ts"), fromRoot("test/support/api-servers.ts")],
          testTimeout: 15_000,
        },
      },
      {
        resolve: { alias },
        plugins: [
          cloudflareTest({
            wrangler: { configPath: fromRoot("test/cloudflare/wrangler.toml") },
            miniflare: { outboundService: "loopback-only", workers: [loopbackOnlyWorker] },
          }),
        ],
        test: {
          name: "cloudflare",
          include: ["test/cloudflare/**/*.test.ts"],
          testTimeout: 15_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "node",
          environment: "node",
          include: ["test/node/**/*.test.ts", "examples/testing/**/*.test.ts"],
          setupFiles: [loopbackOnly],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Servers and browsers share two cores: one file at a time, after the others have finished.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

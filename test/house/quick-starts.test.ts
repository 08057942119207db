import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { entriesOf, type PackageManifest } from "./export-maps.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

const examples = readdirSync(new URL("examples", root), { recursive: true, encoding: "utf8" });
/** On Vercel the name of the file is given. */
const isQuickStart = (path: string) =>
  /(^|\/)quick-start[\w-]*\.ts$|^vercel-edge\/middleware\.ts$/.test(path);
const quickStarts = examples.filter(isQuickStart).sort();

const manifest = JSON.parse(read("package.json")) as PackageManifest;
const publicNames = entriesOf(manifest).map((entry) => entry.replace(/^\./, "auth0-edge"));
/** What a platform's own people install beside it. */
const hosts = ["hono", "@hono/node-server", "@vercel/functions/middleware"];

describe("the quick starts", () => {
  it("are those of the platforms", () => {
    expect(quickStarts).toEqual([
      "cloudflare/quick-start-development.ts",
      "cloudflare/quick-start-hono.ts",
      "cloudflare/quick-start.ts",
      "deno/quick-start.ts",
      "node/quick-start.ts",
      "vercel-edge/middleware.ts",
    ]);
  });

  describe.each(quickStarts)("%s", (path) => {
    const text = read(`examples/${path}`);

    it("stands in the README to the letter", () => {
      expect(read("README.md")).toContain(`\n\`\`\`ts\n${text}\`\`\`\n`);
    });

    it("has twenty lines at most", () => {
      expect(text.endsWith("\n")).toBe(true);
      expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
    });

    it("imports public names only", () => {
      const imported = [...text.matchAll(/ from "([^"]+)"/g)].map(([, name]) => name!);
      expect(imported.some((name) => publicNames.includes(name))).toBe(true);
      expect(imported.filter((name) => ![...publicNames, ...hosts].includes(name))).toEqual([]);
    });
  });
});

it.each(["deno/main.ts", "node/app.ts", "vercel-edge/middleware.ts"])(
  "the example %s has sixty lines at most",
  (path) => {
    expect(read(`examples/${path}`).trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  },
);

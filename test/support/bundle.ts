import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** One minified file, as a deployment would upload it. */
export interface Bundle {
  bytes: number;
  gzip: number;
  /** The files that contributed at least a byte, relative to the repository: `src/index.ts`, `node_modules/jose/…`. */
  inputs: string[];
  /** What is left for the host to provide, as `cloudflare:workers`. */
  externals: string[];
  code: string;
}

/** What differs from one platform to the next. */
export interface BundleOptions {
  /** Default: `esm`. */
  format?: "esm" | "iife";
  /** Which exports of packages are meant. Default: those of workerd. */
  conditions?: string[];
}

/**
 * Bundles an entry for an edge platform, `auth0-edge` being the sources of this repository.
 *
 * @param entry a path relative to the repository, or the entry's own text as `{ code }`
 */
export async function bundle(
  entry: string | { code: string },
  { format = "esm", conditions = ["workerd", "worker", "browser"] }: BundleOptions = {},
): Promise<Bundle> {
  const start =
    typeof entry === "string"
      ? { entryPoints: [entry] }
      : { stdin: { contents: entry.code, resolveDir: root, loader: "ts" as const } };
  const { outputFiles, metafile } = await build({
    ...start,
    absWorkingDir: root,
    alias: {
      "auth0-edge": `${root}src/index.ts`,
      "auth0-edge/hono": `${root}src/hono/index.ts`,
      "auth0-edge/vercel": `${root}src/vercel/index.ts`,
      "auth0-edge/cloudflare": `${root}src/cloudflare/index.ts`,
      "auth0-edge/dev": `${root}src/dev/index.ts`,
      "auth0-edge/testing": `${root}src/testing/index.ts`,
      "auth0-edge/inspector": `${root}src/inspector/index.ts`,
    },
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    platform: "browser",
    conditions,
    external: ["cloudflare:*", "node:*"],
    outfile: "bundle.js",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const { contents, text } = outputFiles[0]!;
  const output = Object.values(metafile.outputs)[0]!;
  return {
    bytes: contents.byteLength,
    gzip: gzipSync(contents, { level: 9 }).byteLength,
    inputs: Object.keys(output.inputs).filter((path) => output.inputs[path]!.bytesInOutput > 0),
    externals: output.imports.filter(({ external }) => external).map(({ path }) => path),
    code: text,
  };
}

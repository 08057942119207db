/** The parts of package.json that say what the package offers. */
export interface PackageManifest {
  version: string;
  type?: string;
  sideEffects?: boolean;
  exports: Record<string, string | Record<string, string>>;
  dependencies?: Record<string, string>;
}

/** The same for deno.json. */
export interface DenoManifest {
  version: string;
  exports: Record<string, string>;
  imports?: Record<string, string>;
}

/** The entries people import, without `./package.json`. */
export function entriesOf(manifest: PackageManifest): string[] {
  return Object.keys(manifest.exports).filter((entry) => entry !== "./package.json");
}

/** Compares the two manifests with each other and with the sources. One sentence for each disagreement. */
export function checkExportMaps(
  npm: PackageManifest,
  deno: DenoManifest,
  isFile: (path: string) => boolean,
): string[] {
  const problems: string[] = [];
  if (npm.version !== deno.version) problems.push(`Versions differ: ${npm.version} and ${deno.version}`);
  for (const entry of new Set([...entriesOf(npm), ...Object.keys(deno.exports)])) {
    const source = deno.exports[entry];
    const target = npm.exports[entry];
    if (!source) problems.push(`${entry} is missing in deno.json`);
    else if (!isFile(source)) problems.push(`${entry} is ${source}, which is no file`);
    if (!target) problems.push(`${entry} is missing in package.json`);
    if (!source || !target) continue;
    const built = source.replace("./src/", "./dist/").replace(/\.ts$/, "");
    const expected = JSON.stringify({ types: `${built}.d.ts`, default: `${built}.js` });
    // As text, because the order counts: TypeScript takes the first condition that fits.
    if (JSON.stringify(target) !== expected) problems.push(`${entry} should be ${expected} in package.json`);
  }
  for (const [name, version] of Object.entries(npm.dependencies ?? {})) {
    const wanted = `npm:${name}@${version}`;
    if (deno.imports?.[name] !== wanted) problems.push(`deno.json should map ${name} to ${wanted}`);
  }
  return problems;
}

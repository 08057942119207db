import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../../", import.meta.url);

/** The names of all `export { … }` of a file, as they are called outside. */
function exportsOf(path: string): string[] {
  const code = readFileSync(new URL(path, root), "utf8");
  return [...code.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, names]) => names!.split(","))
    .map((name) =>
      name
        .replace(/^\s*type /, "")
        .split(" as ")
        .at(-1)!
        .trim(),
    )
    .filter(Boolean)
    .sort();
}

it("every name @auth0/auth0-server-js exports is among those that are compiled against this package", () => {
  const theirs = exportsOf("node_modules/@auth0/auth0-server-js/dist/index.d.ts");
  expect(theirs.length).toBeGreaterThan(100);
  expect(exportsOf("test/types/peer-names.ts")).toEqual(theirs);
});

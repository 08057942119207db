import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../examples/cloudflare/", import.meta.url);
const routes = readdirSync(new URL("src/routes/", root)).filter((name) => name !== "errors.tsx");
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** The text a page shows as its code. */
const shown = /const code = `([\s\S]*?)(?<!\\)`;/;

/** Lines of a text as they are read: without indentation and what stands at the end of one. */
const linesOf = (text: string) =>
  text
    .replaceAll("\\`", "`")
    .replaceAll("\\$", "$")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** The lines of a shown text that its sources do not have, in the order they are shown in. */
function missing(text: string, file: string, readFile: (path: string) => string): string[] {
  let lines = linesOf(readFile(file).replace(shown, ""));
  return linesOf(text).filter((line) => {
    const named = /^\/\/ (src\/\S+)$/.exec(line);
    if (named) lines = linesOf(readFile(named[1]!).replace(shown, ""));
    if (line.startsWith("//")) return false;
    const found = lines.indexOf(line);
    lines = lines.slice(found + 1);
    return found < 0;
  });
}

describe("the code that the example's pages show", () => {
  it.each(routes)("stands in the sources just like that: %s", (name) => {
    const text = shown.exec(read(`src/routes/${name}`))?.[1] ?? "";
    const lines = linesOf(text).filter((line) => !line.startsWith("//"));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(missing(text, `src/routes/${name}`, read)).toEqual([]);
  });

  it("is found wrong when it is", () => {
    const files: Record<string, string> = {
      "src/a.ts": "const code = `\none();\ntwo();`;\n  two();\n",
      "src/b.ts": "  three();\n  four();\n",
    };
    const look = (text: string) => missing(text, "src/a.ts", (path) => files[path]!);
    expect(look("one();\ntwo();")).toEqual(["one();"]);
    expect(look("two();\n// src/b.ts\nthree();\nfour();")).toEqual([]);
    expect(look("// src/b.ts\nfour();\nthree();")).toEqual(["three();"]);
  });
});

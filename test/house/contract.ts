import { existsSync, readFileSync } from "node:fs";

/** A row of one of the tables of `docs/contract.md`. */
export interface Row {
  cells: string[];
  /** Of the last cell: `file › title`, the file relative to `test/`. */
  tests: { file: string; title: string }[];
}

/** The tables of a page by the heading they stand under. */
export function readTables(page: string): Map<string, Row[]> {
  const tables = new Map<string, Row[]>();
  let heading = "";
  for (const line of page.split("\n")) {
    if (line.startsWith("## ")) heading = line.slice(3).trim();
    if (!line.startsWith("| ") || /^\| (---|section|method|function|number|code)/.test(line)) continue;
    const cells = line
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim());
    const tests = (cells.pop() ?? "").split("<br>").map((text) => {
      const [file = "", ...title] = text.split(" › ");
      return { file: file.trim(), title: title.join(" › ").trim() };
    });
    tables.set(heading, [...(tables.get(heading) ?? []), { cells, tests }]);
  }
  return tables;
}

/** What is wrong with the tests a page names: a file that is not there, or that has no test of that title. */
export function checkTests(tables: Map<string, Row[]>, folder: URL): string[] {
  const problems: string[] = [];
  for (const { cells, tests } of [...tables.values()].flat()) {
    for (const { file, title } of tests) {
      const url = new URL(file, folder);
      const where = `${cells[0]}: ${file} › ${title}`;
      if (!/\.ts$/.test(file) || !existsSync(url)) problems.push(`${where} (no such file)`);
      else if (!hasTitle(readFileSync(url, "utf8"), title)) problems.push(`${where} (no such test)`);
    }
  }
  return problems;
}

/** Whether a file has a string of that text, however it is quoted and escaped. */
function hasTitle(source: string, title: string): boolean {
  return ['"', "'", "`"].some((quote) =>
    source.includes(quote + title.replaceAll(quote, `\\${quote}`) + quote),
  );
}

/** Names in backticks, `mfa.verify` for instance. */
export function namesIn(cell: string | undefined): string[] {
  return [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
}

/**
 * The public methods of an object and of the sub-clients it has: `verify` of its `mfa` is `mfa.verify`.
 *
 * @param skip members that are documented elsewhere
 */
export function methodsOf(object: object, skip: string[] = [], prefix = ""): string[] {
  const names = new Set(Object.keys(object));
  for (
    let type = Object.getPrototypeOf(object);
    type && type !== Object.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    for (const name of Object.getOwnPropertyNames(type)) names.add(name);
  }
  return [...names]
    .filter((name) => name !== "constructor" && !skip.includes(name))
    .flatMap((name) => {
      const member: unknown = object[name as keyof typeof object];
      if (typeof member === "function") return [prefix + name];
      return typeof member === "object" && member !== null
        ? methodsOf(member, skip, `${prefix}${name}.`)
        : [];
    })
    .sort();
}

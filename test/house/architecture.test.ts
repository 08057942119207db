import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkArchitecture, checkTable, type Files } from "./architecture.ts";
import { MAX_LINES, ROOMS, roomTable } from "./rooms.ts";

const root = new URL("../../", import.meta.url);

function filesOf(folder: URL): Files {
  const paths = globSync("**/*.ts", { cwd: folder });
  return Object.fromEntries(paths.map((path) => [path, readFileSync(new URL(path, folder), "utf8")]));
}

describe("the rooms of src/", () => {
  it("import only what the table allows", () => {
    expect(checkArchitecture(filesOf(new URL("src/", root)), ROOMS)).toEqual([]);
  });

  it("see only rooms below them", () => {
    expect(checkTable(ROOMS)).toEqual([]);
  });

  it("stand in ARCHITECTURE.md as they are held here", () => {
    const page = readFileSync(new URL("ARCHITECTURE.md", root), "utf8");
    const shown = /<!-- rooms:begin -->\n([\s\S]*?)\n<!-- rooms:end -->/.exec(page)?.[1]?.trim();
    expect(shown, `between <!-- rooms:begin --> and <!-- rooms:end --> should stand:\n${roomTable()}`).toBe(
      roomTable(),
    );
  });
});

describe("the check of the rooms", () => {
  /** A house without a fault, so that each test below adds exactly one. */
  const sound: Files = Object.fromEntries(
    ROOMS.map(({ name }) => [name.endsWith("/") ? `${name}index.ts` : name, "export const a = 1;"]),
  );
  const check = (files: Files) => checkArchitecture({ ...sound, ...files }, ROOMS);

  it("finds nothing in a sound house", () => {
    expect(
      check({
        "flows/login.ts": 'import { a } from "../protocol/index.ts"; export * from "../store/index.ts";',
        "protocol/token.ts": 'import * as oauth from "oauth4webapi"; import { jwtVerify } from "jose";',
        "hono/middleware.ts": 'import { getCookie } from "hono/cookie";',
        "seal/keys.ts": 'import { a } from "./index.ts";',
      }),
    ).toEqual([]);
  });

  it.each([
    ["a static import", 'import { a } from "../flows/index.ts";'],
    ["an import for its effect", 'import "../flows/index.ts";'],
    ["an import over several lines", 'import {\n  a,\n} from\n  "../flows/index.ts";'],
    ["a type import", 'import type { A } from "../flows/index.ts";'],
    ["a re-export", 'export { a } from "../flows/index.ts";'],
    ["a re-export of everything", 'export * as b from "../flows/index.ts";'],
    ["a re-export of types", 'export type { A } from "../flows/index.ts";'],
    ["a dynamic import", 'const a = () => import("../flows/index.ts");'],
    ["a dynamic import in a template", "const a = `$" + "{await import(`../flows/index.ts`)}`;"],
    ["an import inside a type", 'type A = import("../flows/index.ts").A;'],
    [
      "an import after a regular expression that looks like a comment",
      'const r = /\\/*/; import "../flows/index.ts";',
    ],
    ["an import after a string that looks like a comment", 'const s = "/*"; import "../flows/index.ts";'],
    ["a longer way to the same file", 'import "../session/../flows/index.ts";'],
  ])("reports %s that runs back up", (_name, code) => {
    expect(check({ "seal/keys.ts": code })).toEqual([
      "seal/keys.ts imports flows/index.ts, which seal/ may not",
    ]);
  });

  it("is not fooled by imports that are only text", () => {
    const code = `
      // import "../flows/index.ts";
      /* import "../flows/index.ts"; */
      export const a = 'import "../flows/index.ts"';
      export const b = \`import "../flows/index.ts"; process.env\`;
      export const c = { process: 1 }.process;
    `;
    expect(check({ "seal/keys.ts": code })).toEqual([]);
  });

  it.each([
    ["flows/login.ts", "oauth4webapi"],
    ["web/routes.ts", "jose"],
    ["session/rules.ts", "jose/jwt/verify"],
    ["web/routes.ts", "hono"],
    ["store/memory.ts", "cloudflare:workers"],
    ["seal/keys.ts", "node:crypto"],
    ["seal/keys.ts", "crypto"],
    ["dev/tenant.ts", "oauth4webapi"],
    ["loopback.ts", "@scope/errors"],
    ["web/routes.ts", "auth0-edge"],
  ])("reports %s when it imports %s", (file, specifier) => {
    const room = file.includes("/") ? file.replace(/\/.*/, "/") : file;
    expect(check({ [file]: `import "${specifier}";` })).toEqual([
      `${file} imports ${specifier}, which ${room} may not`,
    ]);
  });

  it.each([
    ["process", "export const a = process.env;"],
    ["Buffer", 'export const a = Buffer.from("");'],
    ["Deno", "export const a = Deno.env;"],
    ["globalThis.process", "export const a = globalThis.process?.env;"],
    ["globalThis.Buffer", 'export const a = (globalThis as any)["Buffer"];'],
    ["globalThis.process", "const { process: p } = globalThis as any;"],
  ])("reports %s in code that should run on every host", (name, code) => {
    expect(check({ "session/rules.ts": code })).toEqual([`session/rules.ts uses ${name}`]);
  });

  it("lets the environment file, and only in that way, read settings", () => {
    const file = "web/setup/environment.ts";
    expect(check({ [file]: "export const a = globalThis.process?.env;" })).toEqual([]);
    expect(check({ [file]: "export const a = process.env;" })).toEqual([`${file} uses process`]);
    expect(check({ [file]: "export const a = globalThis.Buffer;" })).toEqual([
      `${file} uses globalThis.Buffer`,
    ]);
  });

  it.each(['types="node"', 'lib="dom"', 'path="host.d.ts"'])(
    "reports host types that are pulled in by a comment: %s",
    (what) => {
      expect(check({ "web/a.ts": `/// <reference ${what} />\nexport {};` })).toEqual([
        "web/a.ts refers to types of one host",
      ]);
    },
  );

  it("lets a file refer to a part of the language's own library", () => {
    expect(check({ "web/a.ts": '/// <reference lib="esnext.disposable" preserve="true" />' })).toEqual([]);
  });

  it("reports a file that grew too long, and counts neither comments nor blank lines", () => {
    const statements = Array.from(
      { length: MAX_LINES / 2 },
      (_, i) => `export const a${i} = \`\n// text\`;\n`,
    );
    const commented = `/**\n * A docstring\n */\n\n// A word\n${statements.join("\n")}`;
    expect(check({ "web/a.ts": commented })).toEqual([]);
    expect(check({ "web/a.ts": `${commented}export {};` })).toEqual([
      `web/a.ts has ${MAX_LINES + 1} lines of code, at most ${MAX_LINES} are wanted`,
    ]);
  });

  it("reports files that import each other in a circle, types included", () => {
    const files = {
      "web/a.ts": 'import "./b.ts";',
      "web/b.ts": 'import "./c.ts";',
      "web/c.ts": 'import type { A } from "./a.ts";',
    };
    expect(check(files)).toEqual([
      "Files import each other in a circle: web/a.ts > web/b.ts > web/c.ts > web/a.ts",
    ]);
  });

  it("reports a file that stands in no room, and a room without files", () => {
    expect(check({ "helpers/a.ts": "", "utils.ts": "" })).toEqual([
      "helpers/a.ts stands in no room of the table",
      "utils.ts stands in no room of the table",
    ]);
    const { "context/index.ts": _, ...files } = sound;
    expect(checkArchitecture(files, ROOMS)).toEqual(["The room context/ is empty"]);
  });

  it("reports imports it cannot follow", () => {
    expect(check({ "web/a.ts": 'import "./missing.ts";' })).toEqual([
      "web/a.ts imports ./missing.ts, which is no file of src/",
    ]);
    expect(check({ "web/a.ts": 'import "../../package.json";' })).toHaveLength(1);
    expect(check({ "web/a.ts": "export const a = (b: string) => import(b);" })).toEqual([
      "web/a.ts imports something that only running it would tell",
    ]);
  });

  it("reports a table in which a room may see one above it", () => {
    const table = [
      { name: "a/", purpose: "", mayImport: ["b/"] },
      { name: "b/", purpose: "", mayImport: ["a/", "c/"] },
    ];
    expect(checkTable(table)).toEqual([
      "b/ may import a/, which does not stand below it",
      "b/ may import c/, which does not stand below it",
    ]);
  });
});

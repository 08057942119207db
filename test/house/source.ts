import { parseAst } from "vitest/node";

/** What the architecture rules want to know of one source file. */
export interface Source {
  /** Every module it names, be it for values or for types; `undefined` for one that only running the code would tell. */
  imports: (string | undefined)[];
  /** Names used as variables, and properties of `globalThis` (as `globalThis.process`). */
  names: Set<string>;
  /** Lines that are neither blank nor only comment. */
  lines: number;
  /** Whether it pulls in host types by `/// <reference …>`: anything but a part of the language's own library. */
  hasTypeReference: boolean;
}

interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

/** Reads one TypeScript file. Works on its syntax tree, so comments, strings and regular expressions cannot fool it. */
export function readSource(code: string): Source {
  const source: Source = { imports: [], names: new Set(), lines: 0, hasTypeReference: false };
  const literals: Node[] = [];
  const visit = (node: Node, parent: Node | undefined, key: string): void => {
    if (node.type === "Literal" || node.type === "TemplateElement") literals.push(node);
    if (namesModule(node)) source.imports.push(moduleOf(node));
    for (const name of namesUsed(node, parent, key)) source.names.add(name);
    for (const [childKey, value] of Object.entries(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) visit(child, node, childKey);
      }
    }
  };
  visit(parseAst(code, { lang: "ts", astType: "ts" }) as unknown as Node, undefined, "");
  source.lines = countLines(code, literals);
  source.hasTypeReference = /^\s*\/\/\/\s*<reference\b(?!\s+lib="es)/m.test(code);
  return source;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function namesModule(node: Node): boolean {
  switch (node.type) {
    case "ImportDeclaration":
    case "ImportExpression":
    case "ExportAllDeclaration":
    case "TSImportType":
    case "TSExternalModuleReference":
      return true;
    case "ExportNamedDeclaration":
      return isNode(node.source);
    default:
      return false;
  }
}

function moduleOf(node: Node): string | undefined {
  const source = (node.source ?? node.expression) as Node;
  if (source.type === "Literal") return String(source.value);
  const [text, ...more] = (source.quasis ?? []) as { value: { cooked: string } }[];
  return text && more.length === 0 ? text.value.cooked : undefined;
}

/** Keys under which an identifier is a label and not a variable, unless it is `[computed]`. */
const LABEL_KEYS = new Set(["property", "key", "imported", "exported", "label", "meta"]);

function namesUsed(node: Node, parent: Node | undefined, key: string): string[] {
  if (node.type === "Identifier") {
    const isLabel = LABEL_KEYS.has(key) && parent?.computed !== true;
    return isLabel ? [] : [String(node.name)];
  }
  if (node.type === "MemberExpression" && isGlobalThis(node.object))
    return [`globalThis.${nameOf(node.property)}`];
  if (node.type === "VariableDeclarator" && isGlobalThis(node.init)) {
    const { properties = [] } = node.id as { properties?: Node[] };
    return properties.map(({ key: name }) => `globalThis.${nameOf(name)}`);
  }
  return [];
}

/** Looks through `(globalThis as Host)` and `globalThis!`. */
function isGlobalThis(node: unknown): boolean {
  if (!isNode(node)) return false;
  return node.name === "globalThis" || isGlobalThis(node.expression);
}

function nameOf(node: unknown): unknown {
  const { name, value } = node as { name?: string; value?: string };
  return name ?? value;
}

/** With every literal masked, what still looks like a comment is one. */
function countLines(code: string, literals: Node[]): number {
  let masked = code;
  for (const { start, end } of literals) {
    masked = masked.slice(0, start) + masked.slice(start, end).replace(/[^\n]/g, "x") + masked.slice(end);
  }
  const withoutComments = masked.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (c) => c.replace(/[^\n]/g, ""));
  return withoutComments.split("\n").filter((line) => line.trim() !== "").length;
}

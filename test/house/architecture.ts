import { posix } from "node:path";
import { EXCEPTIONS, HOST_GLOBALS, MAX_LINES, type Room } from "./rooms.ts";
import { readSource } from "./source.ts";

/** Files of `src/` by their path in it, as `seal/keys.ts`. */
export type Files = Record<string, string>;

/** Checks files against the table of rooms. Returns one sentence for every rule that is broken. */
export function checkArchitecture(files: Files, rooms: Room[]): string[] {
  const problems: string[] = [];
  const edges = new Map<string, string[]>();
  const seen = new Set<string>();

  for (const [file, code] of Object.entries(files)) {
    const room = roomOf(file, rooms);
    if (!room) {
      problems.push(`${file} stands in no room of the table`);
      continue;
    }
    seen.add(room.name);
    const source = readSource(code);
    const targets: string[] = [];
    for (const specifier of source.imports) {
      const { problem, target } = checkImport(file, room, specifier, files, rooms);
      if (problem) problems.push(`${file} ${problem}`);
      if (target) targets.push(target);
    }
    edges.set(file, targets);
    for (const name of forbiddenNames(file, room, source.names)) problems.push(`${file} uses ${name}`);
    if (source.hasTypeReference) problems.push(`${file} refers to types of one host`);
    if (source.lines > MAX_LINES)
      problems.push(`${file} has ${source.lines} lines of code, at most ${MAX_LINES} are wanted`);
  }

  for (const room of rooms) if (!seen.has(room.name)) problems.push(`The room ${room.name} is empty`);
  return [...problems, ...cycles(edges)];
}

/** Checks the table itself: a room may see only rooms that stand further down, and only rooms that exist. */
export function checkTable(rooms: Room[]): string[] {
  const names = rooms.map(({ name }) => name);
  return rooms.flatMap(({ name, mayImport }, floor) =>
    mayImport
      .filter((other) => names.indexOf(other) <= floor)
      .map((other) => `${name} may import ${other}, which does not stand below it`),
  );
}

function roomOf(file: string, rooms: Room[]): Room | undefined {
  return rooms.find(({ name }) => (name.endsWith("/") ? file.startsWith(name) : file === name));
}

interface ImportCheck {
  problem?: string;
  /** The file of `src/` that is imported. */
  target?: string;
}

function checkImport(
  file: string,
  room: Room,
  specifier: string | undefined,
  files: Files,
  rooms: Room[],
): ImportCheck {
  if (specifier === undefined) return { problem: "imports something that only running it would tell" };
  if (!specifier.startsWith(".")) {
    const name = packageOf(specifier);
    return room.packages?.includes(name)
      ? {}
      : { problem: `imports ${specifier}, which ${room.name} may not` };
  }
  const target = posix.join(posix.dirname(file), specifier);
  if (!(target in files)) return { problem: `imports ${specifier}, which is no file of src/` };
  const other = roomOf(target, rooms);
  const isAllowed = other === undefined || other === room || room.mayImport.includes(other.name);
  return isAllowed ? { target } : { target, problem: `imports ${target}, which ${room.name} may not` };
}

/** `hono/cookie` belongs to `hono`, `@scope/name/part` to `@scope/name`, `node:fs` to `node:*`. */
function packageOf(specifier: string): string {
  const scheme = /^([a-z]+):/.exec(specifier)?.[1];
  if (scheme) return `${scheme}:*`;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0]!;
}

function forbiddenNames(file: string, room: Room, names: Set<string>): string[] {
  const isHostGlobal = (name: string) => HOST_GLOBALS.includes(name.replace("globalThis.", ""));
  const isAllowed = (name: string) =>
    room.globals?.includes(name.replace("globalThis.", "")) || EXCEPTIONS[file]?.includes(name);
  return [...names].filter((name) => isHostGlobal(name) && !isAllowed(name));
}

/** Import cycles between files, each reported once. */
function cycles(edges: Map<string, string[]>): string[] {
  const problems: string[] = [];
  const finished = new Set<string>();
  const walk = (file: string, path: string[]): void => {
    if (finished.has(file)) return;
    const start = path.indexOf(file);
    if (start >= 0) {
      problems.push(`Files import each other in a circle: ${[...path.slice(start), file].join(" > ")}`);
      return;
    }
    for (const next of edges.get(file) ?? []) walk(next, [...path, file]);
    finished.add(file);
  };
  for (const file of edges.keys()) walk(file, []);
  return problems;
}

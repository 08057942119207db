import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/diagnostics.md");
const source = read("src/context/events.ts");

/** The first cells of the rows of all tables, as they stand in code. */
const rows = new Map(
  [...page.matchAll(/^\| `(\w+)` \|.*?\| (.*) \|$/gm)].map(([, name, rest]) => [name!, rest!]),
);
/** The interfaces of the source with their bases and bodies. */
const interfaces = new Map(
  [...source.matchAll(/interface (\w+)(?: extends ([\w, ]+))? \{([^}]*)\}/g)].map(([, name, bases, body]) => [
    name!,
    { bases: bases?.split(", ") ?? [], body: body! },
  ]),
);
function membersOf(name: string): string[] {
  const { bases, body } = interfaces.get(name)!;
  const own = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member]) => member!);
  return [...bases.flatMap(membersOf), ...own];
}
const everyEvent = ["at", "domain", "requestId", "type"];

describe("docs/diagnostics.md", () => {
  it("tells of every event, with the members that it has", () => {
    const events = [...interfaces].filter(([, { body }]) => /^ {2}type:/m.test(body));
    expect(events.length).toBeGreaterThan(10);
    for (const [name, { body }] of events) {
      const type = /type: "(\w+)"/.exec(body)![1]!;
      const told = [...(rows.get(type) ?? "").matchAll(/`(\w+)`/g)].map(([, member]) => member);
      const members = membersOf(name).filter((member) => !everyEvent.includes(member));
      expect(told.sort(), type).toEqual(members.sort());
    }
  });

  it("explains every member", () => {
    const members = new Set([...interfaces.keys()].flatMap(membersOf));
    members.delete("type");
    for (const member of members) expect(page, member).toMatch(new RegExp(`^\\| \`${member}\` \\|`, "m"));
  });
});

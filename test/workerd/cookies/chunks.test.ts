import { describe, expect, it } from "vitest";
import { chunkNames, joinChunks, splitChunks } from "../../../src/cookies/chunks.ts";
import { seededRandom } from "../../support/random.ts";

type Jar = Record<string, string>;

const NAME = "__a0_session";
/** Sequences of the everyday run; a long run takes more. */
const SEQUENCES = 400;

const text = (length: number, mark = "x"): string =>
  mark.repeat(Math.ceil(length / mark.length)).slice(0, length);

/** What a browser does with a response: all of its lines or none. It drops what is larger than 4,096 bytes. */
function receive(
  jar: Jar,
  { set, remove }: { set: { name: string; value: string }[]; remove: string[] },
): void {
  for (const { name, value } of set) {
    expect(name.length + value.length, "bytes of a cookie").toBeLessThanOrEqual(4096);
    jar[name] = value;
  }
  for (const name of remove) delete jar[name];
}

const bytesOf = (jar: Jar): number =>
  Object.entries(jar).reduce((sum, [name, value]) => sum + name.length + value.length, 0);

describe("a text in cookies", () => {
  it("stands in one cookie of its own name as long as it fits", () => {
    const longest = text(4096 - NAME.length);
    expect(splitChunks(NAME, longest, {}).set).toEqual([{ name: NAME, value: longest }]);
    expect(joinChunks(NAME, { [NAME]: longest })).toBe(longest);
  });

  it("is divided when it is one byte longer, and deletes the single cookie even where it saw none", () => {
    const longer = text(4096 - NAME.length + 1);
    const { set, remove } = splitChunks(NAME, longer, {});
    expect(set.map(({ name }) => name)).toEqual([`${NAME}.0`, `${NAME}.1`]);
    expect(set[0]!.value).toMatch(/^2~x/);
    expect(remove).toEqual([NAME]);
    expect(joinChunks(NAME, Object.fromEntries(set.map(({ name, value }) => [name, value])))).toBe(longer);
  });

  it("of any length comes back, or is refused for its 7,744 bytes", () => {
    let longest = 0;
    const step = (length: number): number => ((length > 4050 && length < 4150) || length > 7600 ? 1 : 89);
    for (let length = 1; length < 8250; length += step(length)) {
      const jar: Jar = {};
      try {
        receive(jar, splitChunks(NAME, text(length, "abcdefg"), jar));
      } catch (error) {
        expect(error).toMatchObject({ code: "session_too_large" });
        expect(longest).toBeGreaterThan(7700);
        continue;
      }
      expect(joinChunks(NAME, jar)).toBe(text(length, "abcdefg"));
      expect(bytesOf(jar)).toBeLessThanOrEqual(8192);
      longest = length;
    }
    expect(longest).toBeLessThan(7744);
  });

  it("takes the place of parts, or of a single cookie, that a parallel response has set", () => {
    const jar: Jar = {};
    const [short, long] = [splitChunks(NAME, text(4000), {}), splitChunks(NAME, text(7600), {})];
    receive(jar, long);
    receive(jar, short);
    expect(joinChunks(NAME, jar)).toBe(text(4000));
    expect(bytesOf(jar)).toBeLessThanOrEqual(8192);
    receive(jar, long);
    expect(joinChunks(NAME, jar)).toBe(text(7600));
    expect(Object.keys(jar).sort()).toEqual([`${NAME}.0`, `${NAME}.1`]);
  });

  it("that grows and shrinks leaves no cookie of before behind", () => {
    const jar: Jar = {};
    for (const length of [10, 5000, 7600, 4050, 4500, 1]) {
      receive(jar, splitChunks(NAME, text(length), jar));
      expect(Object.keys(jar)).toEqual(length > 4084 ? [`${NAME}.0`, `${NAME}.1`] : [NAME]);
      expect(joinChunks(NAME, jar)).toBe(text(length));
    }
  });

  it.each([
    ["a second part", { [`${NAME}.0`]: "2~x" }],
    ["a first part", { [`${NAME}.1`]: "x" }],
    ["the mark of how many parts there are", { [`${NAME}.0`]: "x", [`${NAME}.1`]: "x" }],
    ["a number in that mark", { [`${NAME}.0`]: "a~x", [`${NAME}.1`]: "x" }],
    ["a whole number in it", { [`${NAME}.0`]: "~x", [`${NAME}.1`]: "x" }],
    ["more than one part", { [`${NAME}.0`]: "1~x" }],
    ["a number of parts that we would write", { [`${NAME}.0`]: "9~x", [`${NAME}.1`]: "x" }],
    ["a text in its second part", { [`${NAME}.0`]: "2~x", [`${NAME}.1`]: "" }],
  ])("is none without %s", (_, jar) => {
    expect(joinChunks(NAME, jar as Jar)).toBeUndefined();
  });

  it("is none where it is larger than any of ours", () => {
    expect(joinChunks(NAME, { [NAME]: text(4097) })).toBeUndefined();
    expect(joinChunks(NAME, { [`${NAME}.0`]: `2~${text(9000)}`, [`${NAME}.1`]: "x" })).toBeUndefined();
  });

  it("never takes in a part that is left over from a longer one", () => {
    const jar = { [`${NAME}.0`]: "2~a", [`${NAME}.1`]: "b", [`${NAME}.2`]: "old", [`${NAME}.3`]: "old" };
    expect(joinChunks(NAME, jar)).toBe("ab");
  });

  it("leaves cookies alone whose names begin alike (fault 7)", () => {
    const foreign = {
      [`${NAME}_legacy`]: "1",
      [`${NAME}.x`]: "2",
      [`${NAME}.ended`]: "3",
      [`${NAME}.10`]: "4",
      [`${NAME}..0`]: "5",
      [`${NAME}.0.0`]: "6",
      [`x${NAME}`]: "7",
      [`${NAME}0`]: "8",
    };
    expect(chunkNames(NAME, { ...foreign, [NAME]: "a", [`${NAME}.0`]: "b" })).toEqual([NAME, `${NAME}.0`]);
    expect(joinChunks(NAME, foreign)).toBeUndefined();
    for (const length of [10, 5000]) {
      expect(splitChunks(NAME, text(length), foreign).remove.filter((name) => name in foreign)).toEqual([]);
    }
  });

  it("may have a name with dots and the characters of a pattern (fault 7)", () => {
    for (const name of ["my.app.session", "a.b.0", "s+*$^|", "x".repeat(200)]) {
      const jar: Jar = { [`${name}x`]: "foreign" };
      for (const length of [3000, 7000, 10]) {
        receive(jar, splitChunks(name, text(length), jar));
        expect(joinChunks(name, jar)).toBe(text(length));
        expect(bytesOf(jar)).toBeLessThanOrEqual(7744 + 210);
        expect(jar[`${name}x`]).toBe("foreign");
      }
    }
  });
});

describe("in a browser that sends requests in parallel and gets responses in any order", () => {
  it("the text read back is the whole text of the response that arrived last", () => {
    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      const random = seededRandom(sequence);
      const jar: Jar = { [`${NAME}_legacy`]: "foreign" };
      const onTheirWay: { write: ReturnType<typeof splitChunks>; text: string }[] = [];
      for (let step = 0; step < 25; step++) {
        if (random.next() < 0.5 && onTheirWay.length < 5) {
          const length = random.pick([
            random.between(1, 4000),
            random.between(4000, 4200),
            random.between(4085, 7650),
          ]);
          const content = `${sequence}/${step}:${text(length, String(step))}`;
          onTheirWay.push({ write: splitChunks(NAME, content, { ...jar }), text: content });
        } else if (onTheirWay.length) {
          const [arrived] = onTheirWay.splice(random.between(0, onTheirWay.length), 1);
          receive(jar, arrived!.write);
          expect(joinChunks(NAME, jar), `sequence ${sequence}, step ${step}`).toBe(arrived!.text);
          const { [`${NAME}_legacy`]: _, ...ours } = jar;
          expect(bytesOf(ours)).toBeLessThanOrEqual(8192);
        }
      }
      expect(jar[`${NAME}_legacy`]).toBe("foreign");
    }
  });

  it("also with deletions among them it is whole or none", () => {
    let [whole, none] = [0, 0];
    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      const random = seededRandom(50_000 + sequence);
      const jar: Jar = {};
      const written = new Set<string>();
      const onTheirWay: { set: { name: string; value: string }[]; remove: string[] }[] = [];
      for (let step = 0; step < 25; step++) {
        const kind = random.next();
        if (kind < 0.4) {
          const content = `${sequence}/${step}:${text(random.between(1, 7650), String(step))}`;
          written.add(content);
          onTheirWay.push(splitChunks(NAME, content, { ...jar }));
        } else if (kind < 0.5) {
          onTheirWay.push({ set: [], remove: chunkNames(NAME, jar) });
        } else if (onTheirWay.length) {
          receive(jar, onTheirWay.splice(random.between(0, onTheirWay.length), 1)[0]!);
          const read = joinChunks(NAME, jar);
          expect(bytesOf(jar)).toBeLessThanOrEqual(8192);
          if (read === undefined) none++;
          else {
            whole++;
            expect(written.has(read), `sequence ${sequence}, step ${step}`).toBe(true);
          }
        }
      }
    }
    expect(whole).toBeGreaterThan(SEQUENCES);
    expect(none).toBeGreaterThan(0);
  });
});

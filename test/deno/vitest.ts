// The few names of Vitest that shared suites use, for Deno's own runner: `import-map.json` puts this file in its place.
import { expect } from "npm:vitest@5.1.1";

export { expect };

type Body = () => unknown;

/** A `describe` around tests: its name, and what is done before and after each of them. */
interface Suite {
  name: string;
  before: Body[];
  after: Body[];
  parent: Suite | undefined;
}

let current: Suite | undefined;

export function describe(name: string, body: () => void): void {
  current = { name, before: [], after: [], parent: current };
  body();
  current = current.parent;
}

export function beforeEach(body: Body): void {
  current!.before.push(body);
}

export function afterEach(body: Body): void {
  current!.after.push(body);
}

/** @param _timeout milliseconds Vitest gives it; Deno has no such limit */
export function it(name: string, body: Body, _timeout?: number): void {
  const suites: Suite[] = [];
  for (let suite = current; suite; suite = suite.parent) suites.unshift(suite);
  Deno.test([...suites.map((suite) => suite.name), name].join(" › "), async () => {
    for (const suite of suites) for (const prepare of suite.before) await prepare();
    try {
      await body();
    } finally {
      for (const suite of suites.toReversed()) for (const cleanUp of suite.after) await cleanUp();
    }
  });
}

// biome-ignore lint/suspicious/noExplicitAny: a row of a table may hold anything
type Row = any;

it.each =
  <_ = Row>(rows: readonly Row[]) =>
  (name: string, body: (...given: Row[]) => unknown) => {
    for (const row of rows) {
      const given = Array.isArray(row) ? row : [row];
      let next = 0;
      const title = name.replace(/%[so]/g, () => String(given[next++]));
      it(title, () => body(...given));
    }
  };

const RealDate = Date;

/** The clock stands still, as it does with Vitest, until somebody moves it. */
export const vi = {
  useFakeTimers({ now }: { toFake: ["Date"]; now: Date }): void {
    vi.setSystemTime(now);
  },
  setSystemTime(now: Date | number): void {
    const time = Number(now);
    globalThis.Date = class extends RealDate {
      // biome-ignore lint/suspicious/noExplicitAny: every way to make a date
      constructor(...given: any[]) {
        super(...((given.length ? given : [time]) as [number]));
      }
      static override now(): number {
        return time;
      }
    } as DateConstructor;
  },
  useRealTimers(): void {
    globalThis.Date = RealDate;
  },
};

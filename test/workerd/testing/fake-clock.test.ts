import { fakeClock } from "auth0-edge/testing";
import { afterEach, describe, expect, it } from "vitest";

const RealDate = Date;
afterEach(() => {
  globalThis.Date = RealDate;
});

describe("fakeClock", () => {
  it("stands still where it was started, and goes on when it is told to", async () => {
    using clock = fakeClock(new Date("2030-01-02T03:04:05Z"));
    const before = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(Date.now()).toBe(before);
    expect(new Date().toISOString()).toBe("2030-01-02T03:04:05.000Z");
    clock.advance(90.5);
    expect(new Date().toISOString()).toBe("2030-01-02T03:05:35.500Z");
    expect(Date()).toBe(new Date().toString());
  });

  it("begins now if nothing else is said", () => {
    const now = Date.now();
    using _clock = fakeClock();
    expect(Math.abs(Date.now() - now)).toBeLessThan(1000);
  });

  it("leaves everything else of Date as it is", () => {
    using _clock = fakeClock(0);
    expect(new Date(2020, 0, 2).getFullYear()).toBe(2020);
    expect(new Date("2021-05-06T00:00:00Z").getTime()).toBe(Date.UTC(2021, 4, 6));
    expect(Date.parse("1970-01-01T00:00:01Z")).toBe(1000);
    expect(new Date()).toBeInstanceOf(Date);
    expect(new RealDate()).toBeInstanceOf(Date);
    class Day extends Date {}
    expect(new Day().getTime()).toBe(0);
    expect(new Day()).toBeInstanceOf(Day);
  });

  it("puts the real clock back at the end of its block, or by restore", () => {
    {
      using _clock = fakeClock(0);
      expect(Date).not.toBe(RealDate);
    }
    expect(Date).toBe(RealDate);
    const clock = fakeClock(0);
    clock.restore();
    clock.restore();
    expect(Date).toBe(RealDate);
    expect(Date.now()).toBeGreaterThan(1_700_000_000_000);
  });

  it("is one at a time, so that none is left behind", () => {
    const clock = fakeClock(0);
    expect(() => fakeClock(1000)).toThrow("There is a fake clock already");
    expect(Date.now()).toBe(0);
    clock.restore();
    fakeClock(1000).restore();
    expect(Date).toBe(RealDate);
  });

  it("leaves a clock alone that somebody else put in its place", () => {
    const clock = fakeClock(0);
    class OtherDate extends RealDate {}
    globalThis.Date = OtherDate as DateConstructor;
    clock.restore();
    expect(Date).toBe(OtherDate);
  });

  it.each([Number.NaN, new Date("no date")])("does not start at %s", (start) => {
    expect(() => fakeClock(start)).toThrow(RangeError);
    expect(Date).toBe(RealDate);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("does not go on by %s seconds", (seconds) => {
    using clock = fakeClock(5000);
    expect(() => clock.advance(seconds)).toThrow(RangeError);
    expect(Date.now()).toBe(5000);
  });
});

/// <reference lib="esnext.disposable" preserve="true" />

/** A clock that stands still until it is told to go on. */
export interface FakeClock {
  /**
   * Moves the time on.
   *
   * @throws RangeError for what is no number of seconds, and for a way back
   */
  advance(seconds: number): void;
  /** Puts the real clock back. */
  restore(): void;
  /** The same as {@link FakeClock.restore}, for `using`. */
  [Symbol.dispose](): void;
}

const fakes = new WeakSet<object>();

/**
 * Replaces `Date` by one that stands still, so that a test decides when sessions and tokens end. Timers stay real: what waits
 * for `setTimeout` waits. Not together with another clock, such as `vi.useFakeTimers()`.
 *
 * @param start where it stands: a date, or milliseconds since the epoch. Default: now.
 * @throws RangeError for a start that is no time
 * @throws Error where there is a fake clock already
 *
 * @example
 * using clock = fakeClock();
 * clock.advance(24 * 3600);
 */
export function fakeClock(start: Date | number = Date.now()): FakeClock {
  const RealDate = globalThis.Date;
  if (fakes.has(RealDate))
    throw new Error("There is a fake clock already. Restore it before you set another.");
  let now = Number(start);
  if (!Number.isFinite(now)) throw new RangeError("The clock must start at a time.");
  const FakeDate = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length ? given : [now], newTarget),
    apply: () => new RealDate(now).toString(),
    get: (target, key) => (key === "now" ? () => now : Reflect.get(target, key)),
  });
  fakes.add(FakeDate);
  globalThis.Date = FakeDate;
  const restore = (): void => {
    if (globalThis.Date === FakeDate) globalThis.Date = RealDate;
  };
  return {
    advance(seconds) {
      if (!(seconds >= 0 && seconds < Number.POSITIVE_INFINITY)) {
        throw new RangeError("A clock goes forward, by a number of seconds.");
      }
      now += seconds * 1000;
    },
    restore,
    [Symbol.dispose]: restore,
  };
}

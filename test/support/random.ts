/** Random numbers that a seed makes repeatable, for tests that try many inputs. */
export interface SeededRandom {
  /** At least 0, less than 1. */
  next(): number;
  /** An integer: at least `from`, less than `to`. */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

/** The generator "mulberry32": small, and good enough to choose test inputs. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from));
  return {
    next,
    between,
    pick: (items) => items[between(0, items.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => between(0, 256)),
  };
}

import { onTestFinished, vi } from "vitest";

/** Until the test is over nothing waits longer than 50 ms. Answers how long everything was meant to wait, in milliseconds. */
export function impatience(): number[] {
  const { setTimeout: wait } = globalThis;
  const waits: number[] = [];
  const impatient = (work: () => void, milliseconds = 0) => {
    waits.push(milliseconds);
    return wait(work, Math.min(milliseconds, 50));
  };
  const spy = vi.spyOn(globalThis, "setTimeout").mockImplementation(impatient as typeof setTimeout);
  onTestFinished(() => spy.mockRestore());
  return waits;
}

import { onTestFinished, vi } from "vitest";

/** Moves the date, and nothing else of time, on by so many seconds until the test is over. */
export function later(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + seconds * 1000);
  onTestFinished(() => void vi.useRealTimers());
}

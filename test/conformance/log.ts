import { afterEach, beforeEach, type MockInstance, vi } from "vitest";

/** What the operator was told during a test. */
export let logged: MockInstance;

/** Keeps the log out of the test's output: what goes wrong at a hostile provider is meant to. */
export function listenToLog(): void {
  beforeEach(() => {
    logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    logged.mockRestore();
  });
}

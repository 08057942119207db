import type { DevTenantStorage } from "./storage.ts";

/** Entries kept at most: logins of a very busy afternoon, and a few MB. */
const MAX_ENTRIES = 10_000;

/**
 * A {@link DevTenantStorage} in the memory of the process. Everything is forgotten with the process, and on
 * workerd with every reload of the Worker: logins made before are then unknown to the tenant.
 */
export class MemoryDevTenantStorage implements DevTenantStorage {
  readonly #entries: Map<string, { value: unknown; expiresAt: number }> = new Map();
  readonly #clock: () => number;

  /** @param clock Seconds since the epoch; for tests. Default: the system's clock. */
  constructor(clock: () => number = () => Date.now() / 1000) {
    this.#clock = clock;
  }

  async get(key: string): Promise<unknown> {
    return this.#live(key)?.value;
  }

  async put(key: string, value: unknown, expiresIn: number): Promise<void> {
    this.#write(key, value, expiresIn);
  }

  async add(key: string, value: unknown, expiresIn: number): Promise<boolean> {
    // No `await` between the look and the write: that is what makes it atomic here.
    if (this.#live(key) !== undefined) return false;
    this.#write(key, value, expiresIn);
    return true;
  }

  async delete(key: string): Promise<void> {
    this.#entries.delete(key);
  }

  #live(key: string): { value: unknown } | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresAt > this.#clock()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #write(key: string, value: unknown, expiresIn: number): void {
    if (this.#entries.size >= MAX_ENTRIES) this.#shrink();
    // A clone, as any storage outside the process would keep: later changes by the caller must not show.
    this.#entries.set(key, { value: structuredClone(value), expiresAt: this.#clock() + expiresIn });
  }

  /** Drops a tenth, those that would expire soonest first: the signing key and refresh tokens stay longest. */
  #shrink(): void {
    const soonest = [...this.#entries].sort(([, a], [, b]) => a.expiresAt - b.expiresAt);
    for (const [key] of soonest.slice(0, MAX_ENTRIES / 10)) this.#entries.delete(key);
  }
}

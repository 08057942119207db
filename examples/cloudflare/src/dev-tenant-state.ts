import { DurableObject } from "cloudflare:workers";
import type { DevTenantStorage } from "auth0-edge/dev";

interface Entry {
  value: unknown;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** Writes after which expired entries are removed. */
const SWEEP_EVERY = 200;

/**
 * What the development tenant remembers, in the storage of a Durable Object: a reload of the Worker forgets no login,
 * and no code that was used. The storage answers at once, so no call can come between a look and the write after it.
 */
export class DevTenantState extends DurableObject implements DevTenantStorage {
  #writes = 0;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as Cloudflare.Env);
    this.#sweep();
  }

  async get(key: string): Promise<unknown> {
    return this.#live(key)?.value;
  }

  async put(key: string, value: unknown, expiresIn: number): Promise<void> {
    this.ctx.storage.kv.put<Entry>(key, { value, expiresAt: Date.now() + expiresIn * 1000 });
    // Now and then, since an object may live as long as its process.
    if (++this.#writes % SWEEP_EVERY === 0) this.#sweep();
  }

  async add(key: string, value: unknown, expiresIn: number): Promise<boolean> {
    if (this.#live(key)) return false;
    await this.put(key, value, expiresIn);
    return true;
  }

  async delete(key: string): Promise<void> {
    this.ctx.storage.kv.delete(key);
  }

  /** Removes what has expired. The list is taken whole first: it must not change while it is read. */
  #sweep(): void {
    const { kv } = this.ctx.storage;
    const expired = [...kv.list<Entry>()].filter(([, entry]) => entry.expiresAt <= Date.now());
    for (const [key] of expired) kv.delete(key);
  }

  #live(key: string): Entry | undefined {
    const entry = this.ctx.storage.kv.get<Entry>(key);
    if (!entry || entry.expiresAt > Date.now()) return entry;
    this.ctx.storage.kv.delete(key);
    return undefined;
  }
}

/** The storage as the tenant wants it. A stub belongs to one request, so every call gets its own. */
export function durableStorage(namespace: DurableObjectNamespace<DevTenantState>): DevTenantStorage {
  const state = () => namespace.getByName("dev-tenant") as unknown as DevTenantStorage;
  return {
    get: (key) => state().get(key),
    put: (key, value, expiresIn) => state().put(key, value, expiresIn),
    add: (key, value, expiresIn) => state().add(key, value, expiresIn),
    delete: (key) => state().delete(key),
  };
}

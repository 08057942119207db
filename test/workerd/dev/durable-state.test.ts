import { afterEach, expect, it, vi } from "vitest";
import type { DevTenantStorage } from "../../../src/dev/index.ts";

/** In place of workerd's own base class, which takes no storage but workerd's own. */
class Base {
  readonly ctx: unknown;

  constructor(ctx: unknown) {
    this.ctx = ctx;
  }
}

/** What the tests see of the class. Its file has the types of one host, which the tests are kept free of. */
type StateClass = new (ctx: unknown, env: unknown) => DevTenantStorage;

async function stateOf(kept: Map<string, unknown>): Promise<DevTenantStorage> {
  const file = "../../../examples/cloudflare/src/dev-tenant-state.ts";
  const { DevTenantState } = (await import(file)) as { DevTenantState: StateClass };
  Object.setPrototypeOf(DevTenantState, Base);
  const kv = {
    get: (key: string) => kept.get(key),
    put: (key: string, value: unknown) => void kept.set(key, value),
    delete: (key: string) => kept.delete(key),
    list: () => kept.entries(),
  };
  return new DevTenantState({ storage: { kv } }, {});
}

afterEach(() => {
  vi.useRealTimers();
});

it("the example's Durable Object removes expired entries when it starts", async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const kept = new Map<string, unknown>();
  await (await stateOf(kept)).put("old", 1, 10);
  await (await stateOf(kept)).put("young", 2, 11);
  vi.setSystemTime(1_010_000);
  const state = await stateOf(kept);
  expect([...kept.keys()]).toEqual(["young"]);
  expect(await state.get("young")).toBe(2);
});

it("the example's Durable Object removes expired entries while it runs", async () => {
  vi.useFakeTimers({ now: 1_000_000 });
  const kept = new Map<string, unknown>();
  const state = await stateOf(kept);
  for (let index = 0; index < 150; index++) await state.put(`code:${index}`, index, 60);
  vi.setSystemTime(1_100_000);
  for (let index = 0; index < 50; index++) expect(await state.add(`spent:${index}`, true, 60)).toBe(true);
  expect(kept.size).toBe(50);
  expect([...kept.keys()].some((key) => key.startsWith("code:"))).toBe(false);
});

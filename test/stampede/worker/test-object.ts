import type { AdminRoute } from "./app.ts";

/** Objects by their ids, with the binding that leads to them. They live in the isolate of the Worker, and so does this. */
const made = new Map<string, string>();
let operations = 0;
/** Those that fail or hang, by their binding. */
const faults = new Map<string, string>();

/**
 * A class of Durable Objects that a test can reset, let fail and let hang, and that counts what it asks of its storage.
 *
 * @param binding the binding that leads to the objects
 */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript wants it of every class that extends one it does not know
export function testable<T extends new (...given: any[]) => object>(Base: T, binding: string) {
  return class extends Base {
    readonly #state: DurableObjectState;

    // biome-ignore lint/suspicious/noExplicitAny: as above
    constructor(...given: any[]) {
      const [state] = given as [DurableObjectState];
      if (faults.get(binding) === "throws") throw new Error("This object is to fail.");
      count(state.storage);
      super(...given);
      this.#state = state;
      made.set(state.id.toString(), binding);
      if (faults.get(binding) === "hangs") void state.blockConcurrencyWhile(() => untilMended(binding));
    }

    resetForTest(): void {
      this.#state.abort("reset by the test");
    }
  };
}

async function untilMended(binding: string): Promise<void> {
  while (faults.get(binding) === "hangs") await scheduler.wait(20);
}

/** Counts every call of an object's storage. */
function count(storage: DurableObjectStorage): void {
  const { kv, sql } = storage;
  countCalls(kv, ["get", "put", "delete", "list"]);
  countCalls(sql, ["exec"]);
  countCalls(storage, ["get", "put", "delete", "list", "getAlarm", "setAlarm", "deleteAlarm", "deleteAll"]);
}

/** A KV namespace that counts what is asked of it. */
export function countedKV(kv: KVNamespace): KVNamespace {
  const names = ["get", "put", "delete", "list"] as const;
  const calls = names.map((name) => [name, countedCall(kv, name)]);
  return Object.fromEntries(calls) as unknown as KVNamespace;
}

function countCalls<T extends object>(target: T, names: (keyof T)[]): void {
  for (const name of names) Object.defineProperty(target, name, { value: countedCall(target, name) });
}

function countedCall<T extends object>(target: T, name: keyof T): (...given: unknown[]) => unknown {
  const call = target[name] as (...given: unknown[]) => unknown;
  return (...given) => {
    operations++;
    return call.apply(target, given);
  };
}

/** What only tests ask of a Worker with such objects, by path. */
export const objectRoutes: Record<string, AdminRoute<object>> = {
  /** Resets every object that is in memory, as Cloudflare does when it moves one. */
  async "/admin/reset"(_request, env) {
    const ids = [...made];
    made.clear();
    await Promise.all(ids.map(([id, binding]) => reset(env, binding, id)));
    return Response.json({ reset: ids.length });
  },
  /** Answers how many operations of storage there were since the last time. */
  async "/admin/operations"() {
    const counted = operations;
    operations = 0;
    return Response.json({ operations: counted });
  },
  /** From now on the objects of `?binding=` fail or hang, as `?mode=` says; without it they are well. */
  async "/admin/fault"(request, env) {
    const { searchParams } = new URL(request.url);
    faults.set(searchParams.get("binding") ?? "", searchParams.get("mode") ?? "");
    return await objectRoutes["/admin/reset"]!(request, env);
  },
};

/** Whoever is reset cannot answer. */
async function reset(env: object, binding: string, id: string): Promise<void> {
  const namespace = (env as Record<string, DurableObjectNamespace>)[binding]!;
  const object = namespace.get(namespace.idFromString(id)) as unknown as { resetForTest(): Promise<void> };
  await object.resetForTest().catch(() => undefined);
}

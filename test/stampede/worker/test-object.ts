import type { AdminRoute } from "./app.ts";

/** Objects by their ids, with the binding that leads to them. They live in the isolate of the Worker, and so does this. */
const made = new Map<string, string>();
let operations = 0;
let fault: string | null = null;

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
      if (fault === "throws") throw new Error("This object is to fail.");
      count(state.storage);
      super(...given);
      this.#state = state;
      made.set(state.id.toString(), binding);
      if (fault === "hangs") void state.blockConcurrencyWhile(untilMended);
    }

    resetForTest(): void {
      this.#state.abort("reset by the test");
    }
  };
}

async function untilMended(): Promise<void> {
  while (fault === "hangs") await scheduler.wait(20);
}

/** Counts every call of an object's storage. */
function count(storage: DurableObjectStorage): void {
  const { kv, sql } = storage;
  countCalls(kv, ["get", "put", "delete", "list"]);
  countCalls(sql, ["exec"]);
  countCalls(storage, ["get", "put", "delete", "list", "getAlarm", "setAlarm", "deleteAlarm", "deleteAll"]);
}

function countCalls<T extends object>(target: T, names: (keyof T)[]): void {
  for (const name of names) {
    const call = target[name] as (...given: unknown[]) => unknown;
    const value = (...given: unknown[]) => {
      operations++;
      return call.apply(target, given);
    };
    Object.defineProperty(target, name, { value });
  }
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
  /** From now on objects fail, hang, or do neither. */
  async "/admin/fault"(request, env) {
    const { searchParams } = new URL(request.url);
    fault = searchParams.get("mode");
    return await objectRoutes["/admin/reset"]!(request, env);
  },
};

/** Whoever is reset cannot answer. */
async function reset(env: object, binding: string, id: string): Promise<void> {
  const namespace = (env as Record<string, DurableObjectNamespace>)[binding]!;
  const object = namespace.get(namespace.idFromString(id)) as unknown as { resetForTest(): Promise<void> };
  await object.resetForTest().catch(() => undefined);
}

import { WorkerEntrypoint } from "cloudflare:workers";
import type { CarrierCalls, ErrandTask, RefreshTask } from "./calls.ts";
import { carryErrand } from "./carry-errand.ts";
import { carryRefresh } from "./carry-refresh.ts";
import { type Anchor, configurationOf, type ObjectConfiguration, type ObjectOptions } from "./options.ts";

/**
 * The entrypoint that calls the issuer for the objects, as a class to extend:
 * `export class AuthRefresh extends refreshCarrier(options) {}`. It has no state, and its work is kept alive by `waitUntil`: a
 * reset of the object in the middle of a call loses nothing.
 *
 * @param options what `edgeAuth` is given, or `{ client, secret }` with a client of one's own; a function of `env`, as a rule
 */
export function refreshCarrier<Env = unknown>(
  options: ObjectOptions<Env>,
): new (
  ctx: ExecutionContext,
  env: Env,
) => WorkerEntrypoint<Env> & CarrierCalls {
  const configure = configurationOf(options);
  return class extends WorkerEntrypoint<Env> implements CarrierCalls {
    async run(task: RefreshTask): Promise<void> {
      this.#anchor(carryRefresh, task);
    }

    async carry(task: ErrandTask): Promise<void> {
      this.#anchor(carryErrand, task);
    }

    #anchor<TTask>(
      work: (
        configure: () => ObjectConfiguration,
        env: Env,
        task: TTask,
        waitUntil: Anchor["waitUntil"],
      ) => Promise<void>,
      task: TTask,
    ): void {
      const { ctx, env } = this;
      const waitUntil: Anchor["waitUntil"] = (promise) => ctx.waitUntil(promise);
      waitUntil(work(() => configure(env), env, task, waitUntil));
    }
  };
}

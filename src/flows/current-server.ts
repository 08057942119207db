import type { Context } from "../context/context.ts";
import type { Server } from "../protocol/server.ts";

/** The way to the server of whichever domain a request belongs to. */
export function currentServer<T>(context: Context<T>): (storeOptions: T | undefined) => Promise<Server> {
  return async (storeOptions) => context.server(await context.resolveDomain(storeOptions), storeOptions);
}

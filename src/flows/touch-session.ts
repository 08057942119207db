import type { Context } from "../context/context.ts";
import { loadSession } from "./load-session.ts";
import { serialize } from "./serialize.ts";

/** Extends a rolling session now, where reading would wait until it is worth a cookie. Answers whether there is one. */
export async function touchSession<T>(context: Context<T>, storeOptions: T | undefined): Promise<boolean> {
  const { stateStore, stateIdentifier } = context;
  return await serialize(context, storeOptions, async (own) => {
    const state = await loadSession(own, storeOptions);
    if (!state) return false;
    if (stateStore.touch) await stateStore.touch(stateIdentifier, state, storeOptions);
    else await stateStore.set(stateIdentifier, state, false, storeOptions);
    return true;
  });
}

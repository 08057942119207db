import type { Context } from "../context/context.ts";
import { MissingSessionError } from "../errors/index.ts";
import { customData } from "../session/custom-data.ts";
import type { SessionOf, SessionUpdate, StateData } from "../session/state-data.ts";
import { withoutDeadTokens } from "../session/token-sets.ts";
import { changeSession } from "./change-session.ts";
import { loadSession } from "./load-session.ts";
import { serialize } from "./serialize.ts";

/** Keeps data of the app in the session. What is not named stays; `undefined` removes. */
export async function updateSession<T, TClaims extends object, TData extends object>(
  context: Context<T>,
  update: SessionUpdate<TClaims, TData>,
  storeOptions: T | undefined,
): Promise<void> {
  const given = typeof update === "function" ? undefined : customData(update);
  await serialize(context, storeOptions, async (own) => {
    const state = await loadSession(own, storeOptions);
    if (!state) throw new MissingSessionError("There is no session to keep data in. Log in first.");
    const write = async (current: StateData): Promise<void> => {
      const { internal, ...session } = withoutDeadTokens(current, context.now());
      // A copy: whatever the function does to it, only what it returns counts.
      const copy = structuredClone(session) as SessionOf<TClaims, TData>;
      const data = given ?? customData((update as (session: SessionOf<TClaims, TData>) => unknown)(copy));
      const next = { ...session, ...data, internal };
      const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
      await context.stateStore.set(context.stateIdentifier, kept as typeof next, false, storeOptions);
    };
    await changeSession(own, state, write, storeOptions);
  });
}

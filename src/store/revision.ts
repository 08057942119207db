import type { InternalStateData, StateData } from "../session/state-data.ts";

/**
 * Which writing of a session a reading found. It belongs to the `internal` of what was read, which changes of a session carry
 * along, and stands in no data: a store that compares keeps it by {@link rememberRevision} in `get` and after `set`, and asks
 * for it in `set`.
 */
const revisions = new WeakMap<InternalStateData, unknown>();

/** Notes which writing of a session this is. Answers the session. */
export function rememberRevision(state: StateData, revision: unknown): StateData {
  revisions.set(state.internal, revision);
  return state;
}

/** Which writing of the session this was made of; `undefined` where nobody knows, and nothing is to be compared. */
export function revisionOf<T>({ internal }: StateData): T | undefined {
  return revisions.get(internal) as T | undefined;
}

import type { StateData } from "./state-data.ts";

/** What tells one session from another one of the same browser. */
export type SessionIdentity = Pick<StateData["internal"], "id" | "createdAt">;

/** The identity of a session. Sessions without an id of their own are told apart by when they began. */
export function identityOf({ internal: { id, createdAt } }: StateData): SessionIdentity {
  return { id, createdAt };
}

/** Whether a session is still the one that was there before. */
export function isSameSession(state: StateData | undefined, identity: SessionIdentity): state is StateData {
  return state?.internal.id === identity.id && state?.internal.createdAt === identity.createdAt;
}

import { cookieSessions, type EdgeAuthOptions, InvalidConfigurationError } from "auth0-edge";
import {
  DurableObjectRevocationList,
  durableObjectCoordinator,
  durableObjectSessions,
  kvSessions,
} from "auth0-edge/cloudflare";
import type { Env } from "./env.ts";

/** Where sessions may live. */
export type SessionPlace = "cookies" | "kv" | "durable-object";

/** The one line that says where they do: the setting `SESSION_STORE`. */
export function sessionPlace({ SESSION_STORE = "cookies" }: Env): SessionPlace {
  if (Object.hasOwn(places, SESSION_STORE)) return SESSION_STORE as SessionPlace;
  const known = Object.keys(places).join(", ");
  throw new InvalidConfigurationError(`SESSION_STORE must be one of ${known}, not '${SESSION_STORE}'.`);
}

/** The store of that place, as `edgeAuth` takes it. */
export function stateStore(env: Env): EdgeAuthOptions["stateStore"] {
  return places[sessionPlace(env)](env);
}

const places: Record<SessionPlace, (env: Env) => EdgeAuthOptions["stateStore"]> = {
  // Refreshed once however many requests want it, and ended from outside, though the browser keeps them.
  cookies: (env) =>
    cookieSessions({
      coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR),
      revocations: new DurableObjectRevocationList(env.AUTH_REVOCATIONS, { onUnavailable: "deny" }),
    }),
  kv: (env) => kvSessions(env.SESSIONS, { coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR) }),
  "durable-object": (env) => durableObjectSessions(env.AUTH_SESSION),
};

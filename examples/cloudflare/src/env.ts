import type { AuthCoordinator, AuthRevocations, AuthSession } from "./index.ts";

/** The settings of the Worker that its own code reads. The others are read by the SDK. */
export interface Env {
  AUTH0_DOMAIN?: string;
  /** Where people reach the app. */
  APP_BASE_URL: string;
  /** Identifier of the API of `orders-api.ts`. Left out: the app only logs people in. */
  API_AUDIENCE?: string;
  /** Where sessions live: see `sessions.ts`. */
  SESSION_STORE?: string;
  AUTH_SESSION: DurableObjectNamespace<AuthSession>;
  AUTH_COORDINATOR: DurableObjectNamespace<AuthCoordinator>;
  AUTH_REVOCATIONS: DurableObjectNamespace<AuthRevocations>;
  SESSIONS: KVNamespace;
}

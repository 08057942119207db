import type { HeadersStoreOptions, ServerClient } from "auth0-edge";
import type { AuthEnv } from "auth0-edge/hono";
import type { Context, Hono } from "hono";
import type { ApiEnv } from "./apis/bearer.ts";
import type { Development } from "./development.ts";
import type { AuthCoordinator, AuthRevocations, AuthSession } from "./index.ts";

/** The settings of the Worker that its own code reads. The others are read by the SDK. */
export interface Env {
  AUTH0_DOMAIN?: string;
  /** Where people reach the app. */
  APP_BASE_URL: string;
  /** Identifier of the orders API. Left out: the app only logs people in. */
  API_AUDIENCE?: string;
  /** Identifier of the invoices API. */
  INVOICES_AUDIENCE?: string;
  /** Name of the organization whose members have a page of their own. */
  ORGANIZATION?: string;
  /** Where sessions live, unless a browser has chosen otherwise: see `sessions.ts`. */
  SESSION_STORE?: string;
  AUTH_SESSION: DurableObjectNamespace<AuthSession>;
  AUTH_COORDINATOR: DurableObjectNamespace<AuthCoordinator>;
  AUTH_REVOCATIONS: DurableObjectNamespace<AuthRevocations>;
  SESSIONS: KVNamespace;
}

/** Every call there is, not only those that logging in takes. */
export type Client = ServerClient<HeadersStoreOptions>;

/** What the routes find in their context. */
export interface AppEnv {
  Bindings: Env;
  Variables: AuthEnv<Env, object, Client>["Variables"] & {
    /** There only with the development tenant. */
    development: Development | undefined;
    /** The APIs of `apis/`, which this Worker brings along. */
    apis: Hono<ApiEnv>;
  };
}

export type AppContext = Context<AppEnv>;

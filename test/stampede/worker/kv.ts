import {
  durableObjectCoordinator,
  kvSessions,
  refreshCarrier,
  refreshCoordinator,
} from "auth0-edge/cloudflare";
import { appOf, optionsOf, type Settings } from "./app.ts";
import { seedRoute } from "./seed.ts";
import { countedKV, objectRoutes, testable } from "./test-object.ts";

interface Env extends Settings {
  SESSIONS: KVNamespace;
  AUTH_COORDINATOR: DurableObjectNamespace;
}

const sessions = (env: Env) =>
  kvSessions(countedKV(env.SESSIONS), { coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR) });

const options = (env: Env) => ({ ...optionsOf(env), stateStore: sessions(env) });

export class AuthCoordinator extends testable(refreshCoordinator(options), "AUTH_COORDINATOR") {}
export class AuthRefresh extends refreshCarrier(options) {}
export default appOf(options, { ...objectRoutes, "/admin/seed": seedRoute(sessions) });

import { cookieSessions } from "auth0-edge";
import {
  DurableObjectRevocationList,
  durableObjectCoordinator,
  refreshCarrier,
  refreshCoordinator,
  revocationList,
} from "auth0-edge/cloudflare";
import { appOf, optionsOf, type Settings } from "./app.ts";
import { seedRoute } from "./seed.ts";
import { objectRoutes, testable } from "./test-object.ts";

interface Env extends Settings {
  AUTH_COORDINATOR: DurableObjectNamespace;
  AUTH_REVOCATIONS: DurableObjectNamespace;
}

const sessions = (env: Env) =>
  cookieSessions({
    coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR),
    revocations: new DurableObjectRevocationList(env.AUTH_REVOCATIONS, { onUnavailable: "deny" }),
  });

const options = (env: Env) => ({ ...optionsOf(env), stateStore: sessions(env) });

export class AuthCoordinator extends testable(refreshCoordinator(options), "AUTH_COORDINATOR") {}
export class AuthRevocations extends testable(revocationList(), "AUTH_REVOCATIONS") {}
export class AuthRefresh extends refreshCarrier(options) {}
export default appOf(options, { ...objectRoutes, "/admin/seed": seedRoute(sessions) });

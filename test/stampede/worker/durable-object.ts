import { durableObjectSessions, refreshCarrier, sessionObject } from "auth0-edge/cloudflare";
import { appOf, optionsOf, type Settings } from "./app.ts";
import { seedRoute } from "./seed.ts";
import { objectRoutes, testable } from "./test-object.ts";

interface Env extends Settings {
  AUTH_SESSION: DurableObjectNamespace;
}

const sessions = (env: Env) =>
  durableObjectSessions(env.AUTH_SESSION, {
    storeTimeout: env.STORE_TIMEOUT,
    onStoreError: env.ON_STORE_ERROR,
  });

const options = (env: Env) => ({ ...optionsOf(env), stateStore: sessions(env) });

export class AuthSession extends testable(sessionObject(options), "AUTH_SESSION") {}
export class AuthRefresh extends refreshCarrier(options) {}
export default appOf(options, { ...objectRoutes, "/admin/seed": seedRoute(sessions) });

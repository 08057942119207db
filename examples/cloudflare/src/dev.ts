/**
 * The example with the development tenant, as `npm start` runs it. Nothing else knows of the tenant: without this file
 * the example is the one of `index.ts`.
 */
import { env } from "cloudflare:workers";
import { refreshCarrier, refreshCoordinator, revocationList, sessionObject } from "auth0-edge/cloudflare";
import { devTenant } from "auth0-edge/dev";
import { createApp } from "./app.tsx";
import { authOptions } from "./auth-options.ts";
import { type DevTenantState, durableStorage } from "./dev-tenant-state.ts";
import type { Env } from "./env.ts";

export { DevTenantState } from "./dev-tenant-state.ts";

interface DevEnv extends Env {
  DEV_TENANT: DurableObjectNamespace<DevTenantState>;
}

const devEnv = env as unknown as DevEnv;
const { APP_BASE_URL, DEV_TENANT } = devEnv;

const tenant = devTenant({
  appBaseUrl: APP_BASE_URL,
  appName: "auth0-edge Example",
  storage: durableStorage(DEV_TENANT),
  clients: [{ clientId: "example", clientSecret: "known-to-this-process-only", backchannelLogoutUri: true }],
  // Logout tokens go straight to the app: a Worker does not reach itself by its own address.
  appFetch: (request) => app.fetch(request, devEnv),
});

const { domain, clientId, clientSecret, customFetch } = tenant;
const options = (settings: Env) => ({
  ...authOptions(settings),
  domain,
  clientId,
  clientSecret,
  customFetch,
});

export class AuthSession extends sessionObject(options) {}
export class AuthCoordinator extends refreshCoordinator(options) {}
export class AuthRefresh extends refreshCarrier(options) {}
export class AuthRevocations extends revocationList() {}

const app = createApp({
  options,
  issuer: { domain, customFetch },
  note: "You need no account: a development tenant lets you choose who to be.",
});

export default {
  fetch: async (request, env, ctx) => (await tenant.fetch(request, ctx)) ?? app.fetch(request, env, ctx),
} satisfies ExportedHandler<DevEnv>;

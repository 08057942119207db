/**
 * The example with the development tenant, as `npm start` runs it. Nothing else knows of the tenant: without this file
 * the example is the one of `index.ts`.
 */
import { env } from "cloudflare:workers";
import { devTenant } from "auth0-edge/dev";
import { createApp } from "./app.tsx";
import { type DevTenantState, durableStorage } from "./dev-tenant-state.ts";
import type { Env } from "./env.ts";

export { DevTenantState } from "./dev-tenant-state.ts";

interface DevEnv extends Env {
  APP_BASE_URL: string;
  DEV_TENANT: DurableObjectNamespace<DevTenantState>;
}

const { APP_BASE_URL, DEV_TENANT } = env as unknown as DevEnv;

const tenant = devTenant({
  appBaseUrl: APP_BASE_URL,
  appName: "auth0-edge Example",
  storage: durableStorage(DEV_TENANT),
});

const app = createApp({
  auth: {
    domain: tenant.domain,
    clientId: tenant.clientId,
    clientSecret: tenant.clientSecret,
    customFetch: tenant.customFetch,
  },
  note: "You need no account: a development tenant lets you choose who to be.",
});

export default {
  fetch: async (request, env, ctx) => (await tenant.fetch(request)) ?? app.fetch(request, env, ctx),
} satisfies ExportedHandler<DevEnv>;

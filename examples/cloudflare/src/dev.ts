/**
 * The example with the development tenant, as `npm start` runs it. Nothing else knows of the tenant: without this file
 * the example is the one of `index.ts`.
 */
import { env } from "cloudflare:workers";
import type { EdgeAuthOptions } from "auth0-edge";
import { refreshCarrier, refreshCoordinator, revocationList, sessionObject } from "auth0-edge/cloudflare";
import { DEV_TENANT_GRANT_TYPES, devTenant } from "auth0-edge/dev";
import { sessionInspector } from "auth0-edge/inspector";
import { createApp } from "./app.tsx";
import { authOptions } from "./auth-options.ts";
import { type DevTenantState, durableStorage } from "./dev-tenant-state.ts";
import type { Client, Env } from "./env.ts";
import { places } from "./pages/places.ts";
import { defaultPlace, type SessionPlace } from "./sessions.ts";

export { DevTenantState } from "./dev-tenant-state.ts";

interface DevEnv extends Env {
  DEV_TENANT: DurableObjectNamespace<DevTenantState>;
}

const devEnv = env as unknown as DevEnv;
const { APP_BASE_URL, DEV_TENANT } = devEnv;

const INVOICES = "https://invoices.example.com/";
const tenant = devTenant({
  appBaseUrl: APP_BASE_URL,
  appName: "auth0-edge Example",
  storage: durableStorage(DEV_TENANT),
  apis: [
    { audience: "https://api.example.com/", name: "Orders API", scopes: ["read:orders"] },
    { audience: INVOICES, name: "Invoices API", scopes: ["read:invoices", "pay:invoices"] },
  ],
  clients: [
    {
      clientId: "example",
      clientSecret: "known-to-this-process-only",
      backchannelLogoutUri: true,
      grantTypes: DEV_TENANT_GRANT_TYPES,
      refreshTokenPolicies: [{ audience: INVOICES, scopes: ["read:invoices", "pay:invoices"] }],
    },
  ],
  // Nobody likes to wait for what they have just approved.
  backchannelPollInterval: 1,
  // Logout tokens go straight to the app: a Worker does not reach itself by its own address.
  appFetch: (request) => app.fetch(request, devEnv),
});

const options = (settings: Env, place?: SessionPlace): EdgeAuthOptions<Client> => {
  const { moreRoutes = [], ...others } = authOptions(settings, place);
  const inspector = sessionInspector({ tenant, store: places[place ?? defaultPlace(settings)].name });
  return { ...others, ...tenant.clientOptions, moreRoutes: [...moreRoutes, inspector] };
};

export class AuthSession extends sessionObject(options) {}
export class AuthCoordinator extends refreshCoordinator(options) {}
export class AuthRefresh extends refreshCarrier(options) {}
export class AuthRevocations extends revocationList() {}

const app = createApp({
  options,
  issuer: tenant.clientOptions,
  development: {
    people: [
      { sub: "auth0|66a1f0c27d3be90012c40a01", name: "Mira Solberg" },
      { sub: "auth0|66a1f0c27d3be90012c40a02", name: "Jonas Adeyemi" },
      { sub: "auth0|66a1f0c27d3be90012c40a03", name: "Zoë Tanabe" },
    ],
    organizations: [
      { name: "nordlicht", displayName: "Nordlicht Studio", id: "org_Nf7Qw2LrXc4TzB8k" },
      { name: "harbour", displayName: "Harbour Supplies", id: "org_Hd3Vk9PsYm6JgR1a" },
    ].map(({ id, ...organization }) => ({ ...organization, page: `/dev-tenant/organizations/${id}` })),
    identitiesOf: (sub) => tenant.identities(sub),
    approvePage: "/dev-tenant/approve",
    mailbox: "/dev-tenant/mailbox",
    inspector: "/auth/inspector",
  },
});

export default {
  fetch: async (request, env, ctx) => (await tenant.fetch(request, ctx)) ?? app.fetch(request, env, ctx),
} satisfies ExportedHandler<DevEnv>;

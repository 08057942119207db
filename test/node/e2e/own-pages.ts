import { serve } from "@hono/node-server";
import { devTenant } from "../../../src/dev/index.ts";
import { type EdgeAuthOptions, edgeAuth } from "../../../src/index.ts";
import { sessionInspector } from "../../../src/inspector/index.ts";
import { pageTheme } from "../../../src/web/pages/page-theme.ts";

/** An app that is served on this machine. */
export interface ServedApp {
  origin: string;
  close(): void;
}

/** Apps whose pages are all that matters of them. */
export interface OwnPages {
  /** Logs in at a development tenant, and has the session inspector. */
  app: ServedApp;
  /** The same with a session that takes several cookies. */
  large: ServedApp;
  /** The same with a theme and long words. */
  themed: ServedApp;
  /** Its login service is away. */
  alone: ServedApp;
  /** No setting is there. */
  unset: ServedApp;
  close(): void;
}

const secret = "a-secret-for-tests-that-has-more-than-32-characters";
const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="40"><rect width="96" height="40" rx="8" fill="#7a1f5c"/><circle cx="20" cy="20" r="9" fill="#fff"/><rect x="38" y="13" width="46" height="14" rx="4" fill="#fff"/></svg>';

export async function startOwnPages(): Promise<OwnPages> {
  const large = "A long claim about somebody, repeated. ".repeat(80);
  const theme = pageTheme({
    appName: "Donaudampfschifffahrtsgesellschaftskapitänskajüte & Co",
    logoUrl: "/logo.svg",
    accentColor: "#7a1f5c",
    supportUrl: "mailto:help@example.com",
  });
  const apps = {
    app: await serveApp(() => ({})),
    large: await serveApp(() => ({ filterClaims: (claims) => ({ ...claims, large }) })),
    themed: await serveApp(() => ({ theme })),
    alone: await serveApp(() => ({ customFetch: () => Promise.reject(new TypeError("away")) })),
    unset: await served(edgeAuth().handler(() => new Response("app"))),
  };
  return {
    ...apps,
    close() {
      for (const app of Object.values(apps)) app.close();
    },
  };
}

/** An app that logs in at a tenant of its own. */
async function serveApp(options: () => Partial<EdgeAuthOptions>): Promise<ServedApp> {
  let answer: (request: Request) => Promise<Response> = () => Promise.resolve(new Response());
  const app = await served({ fetch: (request) => answer(request) });
  const tenant = devTenant({
    appBaseUrl: app.origin,
    clients: [{ clientId: "app", clientSecret: "app-secret", backchannelLogoutUri: true }],
    appFetch: (request) => answer(request),
  });
  const handler = edgeAuth({
    ...tenant.clientOptions,
    secret,
    appBaseUrl: app.origin,
    authorizationParams: {
      audience: "https://api.example.com/",
      scope: "openid profile email offline_access read:orders",
    },
    moreRoutes: [sessionInspector({ tenant })],
    ...options(),
  }).handler(() => new Response("app"));
  answer = async (request) => {
    if (new URL(request.url).pathname === "/logo.svg")
      return new Response(logo, { headers: { "content-type": "image/svg+xml" } });
    return (await tenant.fetch(request)) ?? (await handler.fetch(request));
  };
  return app;
}

async function served(app: { fetch(request: Request): Promise<Response> }): Promise<ServedApp> {
  return await new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve({ origin: `http://localhost:${port}`, close: () => server.close() }),
    );
  });
}

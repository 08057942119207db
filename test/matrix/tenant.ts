import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { type DevTenant, devTenant } from "auth0-edge/dev";

/** Seconds an access token lives: cases that want one to end wait for it. */
export const tokenLifetime = 2;

/** The app, at every issuer. */
export const credentials = { clientId: "matrix", clientSecret: "the-secret-of-the-matrix" };

/** A development tenant that is served, with all that reached it. */
export interface ServedTenant {
  tenant: DevTenant;
  /** Its origin: people find its pages there, and hosts send there what the app asks the issuer. */
  url: string;
  /** How often the issuer was asked for that path, by the app's server. */
  asked(path: string): number;
  close(): Promise<void>;
}

/**
 * Serves a development tenant on a port of its own, as an issuer in another place would be.
 *
 * @param appUrl where the app will be
 * @param mounts paths at which the app has a login of its own
 */
export async function serveTenant(appUrl: string, mounts: readonly string[]): Promise<ServedTenant> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const tenant = devTenant({
    appBaseUrl: url,
    accessTokenLifetime: tokenLifetime,
    clients: [
      {
        ...credentials,
        callbacks: mounts.map((path) => `${appUrl}${path}/auth/callback`),
        allowedLogoutUrls: mounts.flatMap((path) => ["", "/", "/bye"].map((end) => appUrl + path + end)),
        backchannelLogoutUri: `${appUrl}/stateful/auth/backchannel-logout`,
      },
    ],
  });
  const paths: string[] = [];
  const listener = getRequestListener(async (request) => {
    const { pathname, search } = new URL(request.url);
    const page = await tenant.fetch(request);
    if (page) return page;
    paths.push(pathname);
    return await tenant.customFetch(new URL(pathname + search, tenant.issuer), {
      method: request.method,
      headers: request.headers,
      ...(request.body && { body: await request.text() }),
    });
  });
  server.on("request", listener);
  return {
    tenant,
    url,
    asked: (path) => paths.filter((one) => one === path).length,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

import { getRequestListener } from "@hono/node-server";
import { type DevTenant, devTenant } from "auth0-edge/dev";
import { audience } from "./audience.ts";
import { type Served, serve } from "./served.ts";

/** Seconds an access token lives: cases that want one to end wait for it. */
export const tokenLifetime = 2;

/** The app, at every issuer. */
export const credentials = { clientId: "matrix", clientSecret: "the-secret-of-the-matrix" };

/** A development tenant that is served, with all that reached it. */
export interface ServedTenant extends Served {
  tenant: DevTenant;
  /** How often the issuer was asked for that path, by the app's server. */
  asked(path: string): number;
}

/**
 * Serves a development tenant on a port of its own, as an issuer in another place would be: people find its pages there, and hosts
 * send there what the app asks the issuer.
 *
 * @param appUrl where the app will be
 * @param mounts paths at which the app has a login of its own
 */
export async function serveTenant(appUrl: string, mounts: readonly string[]): Promise<ServedTenant> {
  const paths: string[] = [];
  let tenant: DevTenant | undefined;
  const served = await serve((url) => {
    const here = devTenant({
      appBaseUrl: url,
      accessTokenLifetime: tokenLifetime,
      clients: [
        {
          ...credentials,
          callbacks: mounts.map((path) => `${appUrl}${path}/auth/callback`),
          allowedLogoutUrls: mounts.flatMap((path) => ["", "/", "/bye"].map((end) => appUrl + path + end)),
          backchannelLogoutUri: `${appUrl}/stateful/auth/backchannel-logout`,
          refreshTokenPolicies: [{ audience, scopes: ["read:orders"] }],
        },
      ],
    });
    tenant = here;
    return getRequestListener(async (request) => {
      const page = await here.fetch(request);
      if (page) return page;
      const { pathname, search } = new URL(request.url);
      paths.push(pathname);
      return await here.customFetch(new URL(pathname + search, here.issuer), {
        method: request.method,
        headers: request.headers,
        ...(request.body && { body: await request.text() }),
      });
    });
  });
  return { ...served, tenant: tenant!, asked: (path) => paths.filter((one) => one === path).length };
}

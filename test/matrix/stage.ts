import { freePort } from "../support/free-port.ts";
import type { Runtime } from "./hosts/runtimes.ts";
import type { RunningServer } from "./hosts/server-process.ts";
import { type ServedTenant, serveTenant } from "./tenant.ts";
import { Visitor } from "./visitor.ts";

/** An app that is served by a runtime, and its tenant. */
export interface Stage {
  /** Origin of the app. */
  url: string;
  tenant: ServedTenant;
  server: RunningServer;
  /** A browser with nobody in it. */
  visitor(): Visitor;
}

/**
 * Serves an app while it is used.
 *
 * @param entry the file to run, relative to the repository
 * @param mounts paths at which the app has a login of its own
 * @throws Error where the runtime does not start
 */
export async function onStage<T>(
  runtime: Runtime,
  entry: string,
  mounts: readonly string[],
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const served = await serveTenant(url, mounts);
  try {
    const { domain, clientId, clientSecret } = served.tenant;
    const settings = {
      AUTH0_DOMAIN: domain,
      AUTH0_CLIENT_ID: clientId,
      AUTH0_CLIENT_SECRET: clientSecret,
      AUTH0_SECRET: "a secret of more than thirty-two characters",
      APP_BASE_URL: url,
    };
    const server = await runtime.start({ entry, port, tenantUrl: served.url, settings });
    try {
      return await use({ url, tenant: served, server, visitor: () => new Visitor(url, served) });
    } finally {
      await server.stop();
    }
  } finally {
    await served.close();
  }
}

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

/** What is put on a stage. */
export interface Play {
  runtime: Runtime;
  /** The file to run, relative to the repository. */
  entry: string;
  /** Default: one that is free. */
  port?: number;
  /** Paths at which the app has a login of its own, by the tenant. Default: at the root. */
  mounts?: readonly string[];
  /** Settings beside those of `edgeAuth`. */
  settings?: Record<string, string>;
}

/**
 * Serves an app while it is used.
 *
 * @throws Error where the runtime does not start
 */
export async function onStage<T>(play: Play, use: (stage: Stage) => Promise<T>): Promise<T> {
  const { runtime, entry, port = await freePort(), mounts = [""] } = play;
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
      ...play.settings,
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

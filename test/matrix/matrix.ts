import { freePort } from "../support/free-port.ts";
import { type Runtime, runtimes } from "./hosts/runtimes.ts";
import type { RunningServer } from "./hosts/server-process.ts";
import { type Outcome, play, suite } from "./suite.ts";
import { type ServedTenant, serveTenant } from "./tenant.ts";
import { Visitor } from "./visitor.ts";

/** What the suite came to on one runtime. */
export interface Row {
  runtime: string;
  version: string;
  outcomes: Outcome[];
  /** What the server has printed. */
  log: string;
}

/** Paths at which the app of the matrix has a login. */
const mounts = ["", "/stateful", "/brief"];

/** Plays the whole suite on a runtime. One that cannot be started has failed. */
export async function playOn(name: string, runtime: Runtime = runtimes[name]!): Promise<Row> {
  const version = await runtime.version().catch(() => "unknown");
  try {
    return { runtime: name, version, ...(await serveAndPlay(runtime, version)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { runtime: name, version, outcomes: [{ name: "it starts", result: "failed", message }], log: "" };
  }
}

async function serveAndPlay(runtime: Runtime, version: string): Promise<Pick<Row, "outcomes" | "log">> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const tenant = await serveTenant(url, mounts);
  let server: RunningServer | undefined;
  try {
    const settings = settingsOf(url, tenant);
    server = await runtime.start({ entry: runtime.app, port, tenantUrl: tenant.url, settings });
    const visitor = () => new Visitor(url, tenant);
    const world = { url, tenant, runtimeName: runtime.calledBy(version), visitor };
    return { outcomes: await play(suite, world), log: server.output() };
  } finally {
    await server?.stop();
    await tenant.close();
  }
}

function settingsOf(url: string, { tenant }: ServedTenant): Record<string, string> {
  return {
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_CLIENT_ID: tenant.clientId,
    AUTH0_CLIENT_SECRET: tenant.clientSecret,
    AUTH0_SECRET: "a secret of more than thirty-two characters",
    APP_BASE_URL: url,
  };
}

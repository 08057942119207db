import { freePort } from "../support/free-port.ts";
import { serveApi } from "./api.ts";
import { type Runtime, runtimes } from "./hosts/runtimes.ts";
import { serveProvider } from "./provider.ts";
import { onStage } from "./stage.ts";
import { type Outcome, play, suite } from "./suite.ts";

/** What the suite came to on one runtime. */
export interface Row {
  runtime: string;
  version: string;
  outcomes: Outcome[];
  /** What the server has printed. */
  log: string;
}

/** Paths at which the app of the matrix has a login by the tenant. */
const mounts = ["", "/stateful", "/brief"];

/** Plays the whole suite on a runtime. One that cannot be started has failed. */
export async function playOn(name: string, runtime: Runtime = runtimes[name]!): Promise<Row> {
  const version = await runtime.version().catch(() => "unknown");
  try {
    return { runtime: name, version, ...(await stageAndPlay(runtime, runtime.calledBy(version))) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { runtime: name, version, outcomes: [{ name: "it starts", result: "failed", message }], log: "" };
  }
}

async function stageAndPlay(runtime: Runtime, runtimeName: string): Promise<Pick<Row, "outcomes" | "log">> {
  const port = await freePort();
  const provider = await serveProvider(`http://localhost:${port}/oidc`);
  const elsewhere = await serveApi();
  const api = await serveApi(elsewhere.url);
  try {
    const settings = { OIDC_ISSUER: provider.url, API_URL: api.url };
    return await onStage({ runtime, entry: runtime.app, port, mounts, settings }, async (stage) => {
      const outcomes = await play(suite, { ...stage, provider, api, runtime, runtimeName });
      return { outcomes, log: stage.server.output() };
    });
  } finally {
    await Promise.all([provider, elsewhere, api].map((server) => server.close()));
  }
}

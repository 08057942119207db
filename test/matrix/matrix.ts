import { type Runtime, runtimes } from "./hosts/runtimes.ts";
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

/** Paths at which the app of the matrix has a login. */
const mounts = ["", "/stateful", "/brief"];

/** Plays the whole suite on a runtime. One that cannot be started has failed. */
export async function playOn(name: string, runtime: Runtime = runtimes[name]!): Promise<Row> {
  const version = await runtime.version().catch(() => "unknown");
  try {
    return await onStage(runtime, runtime.app, mounts, async (stage) => {
      const world = { ...stage, runtime, runtimeName: runtime.calledBy(version) };
      return { runtime: name, version, outcomes: await play(suite, world), log: stage.server.output() };
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { runtime: name, version, outcomes: [{ name: "it starts", result: "failed", message }], log: "" };
  }
}

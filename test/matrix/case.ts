import type { Runtime } from "./hosts/runtimes.ts";
import type { Served } from "./served.ts";
import type { Stage } from "./stage.ts";

/** What a case plays with: the app of the matrix, served by a runtime. */
export interface World extends Omit<Stage, "server"> {
  /** The app's other issuer, at `/oidc`. */
  provider: Served;
  /** The API the app may call. */
  api: Served;
  runtime: Runtime;
  /** What the runtime has to call itself. */
  runtimeName: string;
}

/** One thing that has to hold on every runtime. */
export interface Case {
  /** A sentence about it. */
  name: string;
  /** Rejects where it does not hold, with {@link NotHere} where it cannot be tried. */
  run(world: World): Promise<void>;
}

/** A case that cannot be tried on a runtime. It is skipped, and its reason is printed. */
export class NotHere extends Error {}

export const wait = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

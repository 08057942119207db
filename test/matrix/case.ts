import type { Runtime } from "./hosts/runtimes.ts";
import type { ServedProvider } from "./provider.ts";
import type { Stage } from "./stage.ts";

/** What a case plays with: the app of the matrix, served by a runtime. */
export interface World extends Omit<Stage, "server"> {
  /** The app's other issuer, at `/oidc`. */
  provider: ServedProvider;
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

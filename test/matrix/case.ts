import type { ServedTenant } from "./tenant.ts";
import type { Visitor } from "./visitor.ts";

/** What a case plays with: an app that is served by a runtime, and its tenant. */
export interface World {
  /** Origin of the app. */
  url: string;
  tenant: ServedTenant;
  /** What the runtime has to call itself. */
  runtimeName: string;
  /** A browser with nobody in it. */
  visitor(): Visitor;
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

import { describe, expect, it } from "vitest";

/** What a relying party does in a module's situation: whether it accepts, or the HTTP status it answers with. */
export type Outcome = "accept" | "reject" | "200" | "400";

/** One module of a test plan. */
export interface Case {
  /** Its name, as the OpenID Foundation's suite has it. */
  module: string;
  /** What it has to come to; several where the suite leaves the choice. */
  expected: Outcome | readonly Outcome[];
  /** Plays the module and answers what happened. Throws where it did not happen for the right reason. */
  run(): Promise<Outcome>;
}

/** A test plan: modules in the order of the suite. */
export interface Plan {
  plan: string;
  cases: readonly Case[];
}

/** A line of the table that `npm run conformance` prints. */
export interface Result {
  plan: string;
  module: string;
  expected: string;
  got: string;
  ok: boolean;
}

declare module "vitest" {
  interface TaskMeta {
    conformance?: Result;
  }
}

/** Makes a test of each module of a plan, and leaves what happened for the table. */
export function conformance({ plan, cases }: Plan): void {
  describe(plan, () => {
    for (const { module, expected, run } of cases) {
      const allowed = [expected].flat();
      it(module, async ({ task }) => {
        const result = { plan, module, expected: allowed.join(" or "), got: "nothing", ok: false };
        task.meta.conformance = result;
        try {
          const got = await run();
          result.got = got;
          result.ok = allowed.includes(got);
        } catch (error) {
          result.got = `failed: ${(error as Error).message.split("\n")[0]}`;
          throw error;
        }
        expect(allowed).toContain(result.got);
      });
    }
  });
}

import { type Case, NotHere, type World } from "./case.ts";
import { badInputCases } from "./cases/bad-input.ts";
import { loginCases } from "./cases/login.ts";
import { logoutCases } from "./cases/logout.ts";
import { pageCases } from "./cases/pages.ts";
import { providerCases } from "./cases/provider.ts";
import { quickStartCases } from "./cases/quick-start.ts";
import { sessionCases } from "./cases/session.ts";

/** What has to hold on every runtime. The first case comes before all others: it counts what a fresh app asks the issuer. */
export const suite: Case[] = [
  ...loginCases,
  ...sessionCases,
  ...logoutCases,
  ...providerCases,
  ...badInputCases,
  ...pageCases,
  ...quickStartCases,
];

/** Cases at the same time: most of what they take is waiting. */
const parallel = 4;
/** Milliseconds a case may take. */
const patience = 40_000;

/** What came of a case. */
export interface Outcome {
  name: string;
  result: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped. */
  message?: string;
}

/** Plays cases, the first one alone; answers what came of each, in their order. */
export async function play(cases: Case[], world: World): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const playNext = async () => {
    const index = next++;
    outcomes[index] = await playOne(cases[index]!, world);
  };
  if (cases.length) await playNext();
  const worker = async () => {
    while (next < cases.length) await playNext();
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return outcomes;
}

async function playOne({ name, run }: Case, world: World): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No end within ${patience / 1000} seconds`)), patience);
  });
  try {
    await Promise.race([run(world), late]);
    return { name, result: "passed" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name, result: error instanceof NotHere ? "skipped" : "failed", message };
  } finally {
    clearTimeout(timer);
  }
}

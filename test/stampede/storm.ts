import { setTimeout as sleep } from "node:timers/promises";
import { type SeededRandom, seededRandom } from "../support/random.ts";
import { loginTokenLifetime, type Phase } from "./issuer/issuer.ts";
import type { StoreName } from "./runtime.ts";
import { type Answer, type Browser, createWorld, createWorldOfOidcProvider, type World } from "./world.ts";

/** What happens in a storm. */
export interface StormOptions {
  store: StoreName;
  sessions: number;
  /** Requests of one session, all at the same time. */
  callers: number;
  seed?: number | undefined;
  /** Share of the sessions whose first caller is cut off at a random time, 0 to 1. */
  cancel?: number | undefined;
  /** Whether the objects that a session touched are reset while its refresh is under way. */
  reset?: boolean | undefined;
  issuer?: "own" | "oidc-provider" | undefined;
  /** Milliseconds the issuer takes for a refresh, after the rotation. */
  delay?: number | undefined;
  /** Sessions at the same time. */
  parallel?: number | undefined;
}

/** What became of it. */
export interface StormSummary {
  store: StoreName;
  sessions: number;
  callers: number;
  /** Refresh requests at the issuer. */
  tokenCalls: number;
  /** Callers that got the session's new access token. */
  answersOk: number;
  /** Callers that got anything else, and were not cut off. */
  answersFailed: number;
  /** Sessions that can refresh once more when all is over. */
  sessionsAlive: number;
  /** Refresh token families that the issuer ended because a spent token came back. */
  familiesRevoked: number;
  /** Callers that were cut off; they count as neither. */
  answersCancelled: number;
  /** Sessions whose objects were reset in the middle. */
  sessionsReset: number;
  /** Milliseconds a caller waited, half of them at most. */
  medianWait: number;
  /** What the callers that failed were told, and how many of them. */
  failures: Record<string, number>;
  issuer: string;
  seed: number;
  /** What was promised and did not happen: each a sentence. */
  broken: string[];
}

interface Plan {
  user: string;
  browser: Browser;
  callers: number;
  /** Milliseconds after which the first caller is cut off. */
  cancelAfter: number | undefined;
  /** When its objects are reset. */
  reset: Reset | undefined;
}

/** Where the refresh stands then, and milliseconds after it was let go on. */
interface Reset {
  phase: Phase;
  after: number | undefined;
}

type Kind = "ok" | "failed" | "cancelled";

type Outcome = Record<Kind, number> & { wasReset: boolean; waits: number[]; failures: string[] };

/** A refresh under way takes this long, by default. */
const usualDelay = 150;
/** Storms at the same time. */
const usualParallel = 4;
/** Logins at the same time. */
const parallelLogins = 8;

/**
 * Logs users in, lets their access tokens expire and has every session call for one from many requests at once.
 *
 * @param progress is told how far it is
 */
export async function storm(
  options: StormOptions,
  progress = (_text: string): void => {},
): Promise<StormSummary> {
  const { store, sessions, callers, seed = 1, cancel = 0, reset = false, issuer = "own" } = options;
  const { delay = usualDelay } = options;
  // The objects to be reset are those that were touched last, so sessions that are reset go one by one.
  const parallel = reset ? 1 : (options.parallel ?? usualParallel);
  const create = issuer === "own" ? createWorld : createWorldOfOidcProvider;
  const world = await create({ store, delay });
  try {
    const { record } = world.issuer;
    progress(`logging in ${sessions} users …`);
    const users = Array.from({ length: sessions }, (_, index) => `user-${index}`);
    const browsers = await inTurn(users, parallelLogins, (user) => world.logIn(user));
    await sleep((loginTokenLifetime + 0.2) * 1000);

    const random = seededRandom(seed);
    const plans: Plan[] = users.map((user, index) => ({
      user,
      browser: browsers[index]!,
      callers,
      cancelAfter: random.next() < cancel ? random.between(1, delay + 50) : undefined,
      reset: reset ? chooseReset(random, delay) : undefined,
    }));
    let done = 0;
    const outcomes = await inTurn(plans, parallel, async (plan) => {
      const outcome = await stormOf(world, plan);
      progress(`${++done} of ${sessions} sessions, ${record.tokenCalls} token calls`);
      return outcome;
    });
    const { tokenCalls, familiesRevoked } = record;
    progress("looking which sessions are alive …");
    const alive = await inTurn(plans, parallel, (plan) => isAlive(world, plan));
    const total = (kind: Kind) => outcomes.reduce((sum, outcome) => sum + outcome[kind], 0);
    const summary = {
      store,
      sessions,
      callers,
      tokenCalls,
      answersOk: total("ok"),
      answersFailed: total("failed"),
      sessionsAlive: alive.filter(Boolean).length,
      familiesRevoked,
      answersCancelled: total("cancelled"),
      sessionsReset: outcomes.filter(({ wasReset }) => wasReset).length,
      medianWait: median(outcomes.flatMap(({ waits }) => waits)),
      failures: countEach(outcomes.flatMap(({ failures }) => failures)),
      issuer,
      seed,
    };
    return { ...summary, broken: brokenPromises(summary) };
  } finally {
    await world.close();
  }
}

/** While the issuer is asked, or when its answer is about to be kept: that takes longer than the delay by a little. */
function chooseReset(random: SeededRandom, delay: number): Reset {
  const phase = random.pick(["arrived", "rotated"] as const);
  const isLate = random.next() < 0.5;
  return { phase, after: isLate ? random.between(delay - 5, delay + 45) : undefined };
}

/** The storm of one session. */
async function stormOf(world: World, plan: Plan): Promise<Outcome> {
  const { user, browser, callers, cancelAfter, reset } = plan;
  const hold = reset && world.issuer.holds.hold(reset.phase);
  const cookie = browser.jar.header();
  const failures: string[] = [];
  let wasReset = false;
  const calls = Array.from({ length: callers }, async (_, index) => {
    const isCut = index === 0 && cancelAfter !== undefined;
    const headers = isCut ? { cookie, "x-cancel-after": `${cancelAfter}` } : { cookie };
    const start = performance.now();
    const answer = await browser.ask("/token", headers);
    const kind = kindOf(world, user, answer);
    if (kind === "failed")
      failures.push(`${answer.status} ${answer.body.message ?? "a token that is not the session's"}`);
    return { kind, wait: performance.now() - start };
  });
  if (hold) {
    // Where no refresh comes there is none to be reset.
    await Promise.race([hold.reached, Promise.all(calls)]);
    if (reset.after !== undefined) {
      hold.release();
      await sleep(reset.after);
    }
    const { body } = await world.browser().ask("/admin/reset");
    wasReset = Number(body.reset) > 0;
    hold.release();
  }
  const ended = await Promise.all(calls);
  const count = (kind: Kind) => ended.filter((call) => call.kind === kind).length;
  const waits = ended.map(({ wait }) => wait);
  return {
    ok: count("ok"),
    failed: count("failed"),
    cancelled: count("cancelled"),
    wasReset,
    waits,
    failures,
  };
}

function kindOf({ issuer }: World, user: string, { status, body }: Answer): Kind {
  if (status === 499) return "cancelled";
  return status === 200 && issuer.record.ownerOf(body.digest!) === user ? "ok" : "failed";
}

/** Whether a session can refresh: nobody has asked for a token of that audience yet. */
async function isAlive(world: World, { browser, user }: Plan): Promise<boolean> {
  return kindOf(world, user, await browser.ask("/token?audience=https://again.example/")) === "ok";
}

/** Runs `work` for all items, so many at the same time. */
export async function inTurn<T, R>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const runner = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: parallel }, runner));
  return results;
}

function brokenPromises(summary: Omit<StormSummary, "broken">): string[] {
  const { sessions, tokenCalls, answersFailed, sessionsAlive, familiesRevoked } = summary;
  const checks: [boolean, string][] = [
    [tokenCalls === sessions, `${tokenCalls} token calls instead of ${sessions}`],
    [answersFailed === 0, `${answersFailed} callers got no token`],
    [sessionsAlive === sessions, `${sessions - sessionsAlive} sessions did not survive`],
    [familiesRevoked === 0, `${familiesRevoked} refresh token families were revoked`],
  ];
  return checks.flatMap(([isKept, sentence]) => (isKept ? [] : [sentence]));
}

function countEach(texts: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}

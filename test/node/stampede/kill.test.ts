import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { loginTokenLifetime, type Phase } from "../../stampede/issuer/issuer.ts";
import { type Answer, createWorld } from "../../stampede/world.ts";

const stores = ["durable-object", "stateless"] as const;
const phases: { phase: Phase; when: string; isLost: boolean }[] = [
  { phase: "sending", when: "before the issuer was asked", isLost: false },
  { phase: "arrived", when: "while the issuer was being asked", isLost: false },
  { phase: "rotated", when: "after the rotation, before the answer came", isLost: true },
  { phase: "received", when: "after the answer, before it was kept", isLost: true },
];

/** Requests of each session that are under way when the machine dies. */
const callers = 5;

/** What became of one session. */
interface Aftermath {
  atTheTime: unknown[];
  /** Who is logged in, right afterwards and in the end. */
  users: Answer[];
  /** Three attempts to get an access token. */
  tokens: Answer[];
  /** Refresh requests that it took. */
  tokenCalls: number;
}

describe.each(stores)("workerd is killed during a refresh (%s)", (store) => {
  let aftermaths: Record<string, Aftermath>;
  // One death for all phases: there is a session in each of them.
  beforeAll(async () => {
    aftermaths = await killDuringRefreshes(store);
  });

  it.each(phases)("$when: whoever waited hears of it", ({ phase }) => {
    expect(aftermaths[phase]!.atTheTime).toEqual(Array(callers).fill("cut off"));
  });

  it.each(phases)("$when: the user is still there", ({ phase }) => {
    const user = { status: 200, body: { sub: phase } };
    expect(aftermaths[phase]!.users).toMatchObject([user, user]);
  });

  it.each(phases.filter(({ isLost }) => !isLost))("$when: the session goes on", ({ phase }) => {
    const { tokens, tokenCalls } = aftermaths[phase]!;
    expect(tokens.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(tokenCalls).toBe(1);
  });

  it.each(phases.filter(({ isLost }) => isLost))(
    "$when: it ends with the issuer's no, which is asked for once",
    ({ phase }) => {
      const { tokens, tokenCalls } = aftermaths[phase]!;
      const no = { status: 401, body: { code: "token_by_refresh_token_error", reason: "invalid_grant" } };
      expect(tokens).toMatchObject([no, no, no]);
      expect(tokenCalls).toBe(1);
    },
  );
});

async function killDuringRefreshes(store: (typeof stores)[number]): Promise<Record<string, Aftermath>> {
  const world = await createWorld({ store, settings: { HOLDS: "yes" } });
  try {
    const { holds, record } = world.issuer;
    const sessions = await Promise.all(
      phases.map(async ({ phase }) => ({
        phase,
        browser: await world.logIn(phase),
        hold: holds.hold(phase, phase),
      })),
    );
    await sleep((loginTokenLifetime + 0.2) * 1000);
    const calls = sessions.map(({ browser }) =>
      Promise.all(Array.from({ length: callers }, () => browser.ask("/token").catch(() => "cut off"))),
    );
    await Promise.all(sessions.map(({ hold }) => hold.reached));
    await world.runtime.kill();
    for (const { hold } of sessions) hold.release();

    const ended = sessions.map(async ({ phase, browser }, index) => {
      const atTheTime = await calls[index]!;
      const callsBefore = record.tokenCallsOf.get(phase) ?? 0;
      const users = [await browser.ask("/user")];
      const tokens = [];
      for (let attempt = 0; attempt < 3; attempt++) tokens.push(await browser.ask("/token"));
      users.push(await browser.ask("/user"));
      const tokenCalls = (record.tokenCallsOf.get(phase) ?? 0) - callsBefore;
      return [phase, { atTheTime, users, tokens, tokenCalls }];
    });
    return Object.fromEntries(await Promise.all(ended));
  } finally {
    await world.close();
  }
}

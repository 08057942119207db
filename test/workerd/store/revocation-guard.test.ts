import type { StateData } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { RevocationGuard } from "../../../src/store/revocation-guard.ts";
import { later } from "../../support/clock.ts";
import { aSession, mira, now } from "../../support/sessions.ts";

let guard: RevocationGuard;
beforeEach(() => {
  guard = new RevocationGuard({ onUnavailable: "deny", cacheFor: 10 }, {}, 0);
});

const sessionOf = (sub: string, id: string): StateData =>
  aSession({ user: { ...mira, sub }, internal: { sid: `sid of ${id}`, createdAt: now(), id } });
const ask = (state: StateData, answer: boolean, request?: object) =>
  guard.isRevoked(state, request && { request }, async () => answer);

describe("what an isolate remembers of sessions that were looked up", () => {
  it("is that one was not ended, for so many seconds, and never that one that was ended lives", async () => {
    const state = sessionOf("a", "1");
    expect([await ask(state, true), await ask(state, true)]).toEqual([true, true]);
    expect([await ask(state, false), await ask(state, true)]).toEqual([false, false]);
    later(10);
    expect(await ask(state, true)).toBe(true);
  });

  it("says nothing of another session of the same user", async () => {
    expect(await ask(sessionOf("a", "1"), false)).toBe(false);
    expect(await ask(sessionOf("a", "2"), true)).toBe(true);
  });

  it("counts from when it was asked, not from when the answer came", async () => {
    const state = sessionOf("a", "1");
    await guard.isRevoked(state, undefined, async () => {
      later(8);
      return false;
    });
    later(3);
    expect(await ask(state, true)).toBe(true);
  });

  it("and what a request was told are of each session by itself", async () => {
    const request = {};
    expect(await ask(sessionOf("a", "1"), false, request)).toBe(false);
    expect(await ask(sessionOf("a", "2"), true, request)).toBe(true);
  });
});

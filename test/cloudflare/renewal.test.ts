import { abortAllDurableObjects, evictDurableObject, reset, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { later } from "../support/clock.ts";
import { type RotatingIssuer, rotatingIssuer } from "../support/rotating-issuer.ts";
import { type ClientBench, logInAt, visit } from "../support/server-client.ts";
import { objectBench, theSession } from "./bench.ts";
import { current } from "./worker.ts";

let issuer: RotatingIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await rotatingIssuer();
  bench = objectBench(issuer);
  await logInAt(issuer, bench);
});
afterEach(reset);

const ask = (audience?: string) => bench.client.getAccessToken(audience ? { audience } : {}, bench.request());
const session = () => bench.client.getSession(bench.request());
const bad = (status: number, error: string) => Response.json({ error }, { status });

/** Holds the issuer up before it looks at a refresh token, or after it has spent it, until it is told to go on. */
function holdBack(when: "before" | "after" = "after"): { asked: Promise<void>; release(): void } {
  let isHeld = true;
  let isAsked = false;
  // Looking again and again, since no request may be woken up by another one's promise.
  const until = async (is: () => boolean): Promise<void> => {
    while (!is()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  issuer[when] = async () => {
    isAsked = true;
    await until(() => !isHeld);
    return undefined;
  };
  return {
    asked: until(() => isAsked),
    release: () => {
      isHeld = false;
      issuer[when] = undefined;
    },
  };
}

describe("a session in a Durable Object whose access token has expired", () => {
  it("is refreshed by one call for fifty requests at once, and each gets the same token", async () => {
    later(3700);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 0]);
    later(3700);
    await ask();
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([2, 0]);
  });

  it("gets tokens of several audiences one after the other, and keeps them all", async () => {
    later(3700);
    const audiences = ["https://a.example/", "https://b.example/", undefined];
    const tokens = await Promise.all([...audiences, ...audiences].map((audience) => ask(audience)));
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(3);
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([3, 0]);
    expect((await session())?.tokenSets).toHaveLength(3);
  });

  it("keeps what updateSession writes while it is being refreshed, and the new refresh token as well", async () => {
    later(3700);
    const { asked, release } = holdBack();
    const token = ask();
    await asked;
    await bench.client.updateSession({ theme: "dark" }, bench.request());
    release();
    await token;
    expect(await session()).toMatchObject({ theme: "dark" });
    later(3700);
    await ask();
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([2, 0]);
  });

  it("stays dead where it is logged out meanwhile, nobody waits any longer, and the successor is revoked", async () => {
    later(3700);
    const { asked, release } = holdBack();
    const thief = new Map(bench.jar);
    const outcomes = Promise.allSettled([ask(), ask("https://a.example/")]);
    await asked;
    await visit(bench, (options) => bench.client.logout({}, options));
    const gone = { status: "rejected", reason: { code: "missing_session_error" } };
    expect(await outcomes).toMatchObject([gone, gone]);
    release();
    await expect.poll(() => issuer.revoked.length).toBe(2);
    expect(issuer.revoked[0]).toBe(issuer.spent[0]);
    expect(issuer.revoked[1]).not.toBe(issuer.spent[0]);
    for (const [name, value] of thief) bench.jar.set(name, value);
    expect(await session()).toBeUndefined();
  });

  it("stays as it is where the issuer is down, and all who waited hear of it by one call", async () => {
    later(3700);
    const before = await session();
    issuer.before = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return bad(503, "temporarily_unavailable");
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => ask()));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        reason: { name: "TokenByRefreshTokenError", cause: { error: "request_failed" } },
      });
    }
    expect(issuer.spent).toHaveLength(1);
    expect(await session()).toEqual(before);
    issuer.before = undefined;
    await ask();
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([2, 0]);
  });

  it("keeps what came though its object fails to at first: nobody has it a second time", async () => {
    later(3700);
    current.commitsThatFail = 3;
    await ask();
    later(3700);
    await ask();
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([2, 0]);
  });

  it("is refreshed by one call though what comes is over at once", async () => {
    later(3700);
    issuer.after = (body) => Response.json({ ...body, expires_in: 0 });
    await ask();
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 0]);
  });

  it("serves a token that is still valid where its early refresh fails", async () => {
    later(3595);
    const { tokenSets } = (await session())!;
    issuer.before = () => bad(503, "temporarily_unavailable");
    expect((await ask()).accessToken).toBe(tokenSets[0]?.accessToken);
    expect(issuer.spent).toHaveLength(1);
  });

  it("that the issuer refuses keeps its user, says so to all, and never asks again", async () => {
    later(3700);
    issuer.before = () => bad(403, "invalid_grant");
    const refused = { reason: { name: "TokenByRefreshTokenError", cause: { error: "invalid_grant" } } };
    for (const outcome of await Promise.allSettled([ask(), ask(), ask("https://a.example/")])) {
      expect(outcome).toMatchObject(refused);
    }
    issuer.before = undefined;
    expect(await Promise.allSettled([ask()])).toMatchObject([refused]);
    expect(issuer.spent).toHaveLength(1);
    expect((await session())?.user?.sub).toBe("user-1");
  });

  it("keeps what updateSession writes while the issuer refuses the refresh token", async () => {
    later(3700);
    const { asked, release } = holdBack("before");
    const outcome = ask().catch((error: unknown) => error);
    await asked;
    await bench.client.updateSession({ theme: "dark" }, bench.request());
    issuer.before = () => bad(403, "invalid_grant");
    release();
    await outcome;
    expect(await session()).toMatchObject({ theme: "dark" });
  });
});

describe("an object that is reset in the middle of a refresh", () => {
  it.each([
    ["before the issuer looks at the token", "before"],
    ["after it was spent", "after"],
  ] as const)("loses nothing, %s: the session lives, by one call", async (_, when) => {
    later(3700);
    const { asked, release } = holdBack(when);
    const tokens = Promise.all(Array.from({ length: 10 }, () => ask()));
    await asked;
    await abortAllDurableObjects();
    await new Promise((resolve) => setTimeout(resolve, 100));
    release();
    expect(new Set((await tokens).map(({ accessToken }) => accessToken)).size).toBe(1);
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 0]);
    later(3700);
    await ask();
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([2, 0]);
  });

  it("is brought the result although nobody waits for it any more", async () => {
    later(3700);
    const { asked, release } = holdBack();
    const outcome = ask().catch(() => undefined);
    await asked;
    await abortAllDurableObjects();
    await abortAllDurableObjects();
    await abortAllDurableObjects();
    release();
    await outcome;
    await expect.poll(async () => (await session())?.refreshToken).not.toBe(issuer.spent[0]);
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 0]);
  });

  it("knows a session and its revision again after it was put to sleep", async () => {
    await evictDurableObject(await theSession());
    await bench.client.updateSession({ theme: "dark" }, bench.request());
    expect(await session()).toMatchObject({ theme: "dark" });
  });
});

describe("a carrier that is never heard of again", () => {
  /** As an instance of before left it. */
  const keepIntent = async (attempt: string, seconds: number): Promise<void> => {
    await runInDurableObject(await theSession(), (_, { storage: { kv } }) => {
      const intent = { attempt, until: Date.now() / 1000 + seconds };
      kv.put("session", { ...kv.get<object>("session"), intent });
    });
  };

  it("is waited for until its time is over; then the next one asks", async () => {
    later(3700);
    await keepIntent("of an instance before", 0.5);
    const started = performance.now();
    // The clock of the objects, which only moves by hand here, has to get there as well.
    setTimeout(() => vi.setSystemTime(Date.now() + 600), 450);
    const tokens = await Promise.all([ask(), ask(), ask()]);
    expect(performance.now() - started).toBeGreaterThan(400);
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 0]);
  });

  it("makes its own caller's attempt fail, in bounded time, and the session stays", async () => {
    const object = await theSession();
    const revision = (await object.read())!.revision;
    await keepIntent("a try", 0.3);
    const answer = await object.renew({ revision, renewal: {}, attempt: "a try" });
    expect(answer).toMatchObject({ failure: { code: "session_store_error" } });
    later(3700);
    await ask();
    expect([issuer.spent.length, issuer.familiesRevoked]).toEqual([1, 0]);
  });
});

describe("what a session's object keeps", () => {
  it("shows neither token nor claim", async () => {
    later(3700);
    await ask();
    const { refreshToken, idToken, tokenSets } = (await session())!;
    for (const id of ["session", "sub"] as const) {
      const kept = await runInDurableObject(await theSession(id), (_, state) =>
        JSON.stringify([...state.storage.kv.list()]),
      );
      expect(kept.length).toBeGreaterThan(100);
      for (const secret of [refreshToken, idToken, tokenSets[0]?.accessToken, "user-1", "hostile"]) {
        expect(kept).not.toContain(secret);
      }
    }
  });
});

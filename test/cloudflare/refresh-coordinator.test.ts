import { abortAllDurableObjects, reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { cookieSessions, type HeadersStoreOptions, type StateData } from "auth0-edge";
import {
  DurableObjectRefreshCoordinator,
  DurableObjectRevocationList,
  durableObjectCoordinator,
  type ObjectNamespace,
  refreshCoordinator,
} from "auth0-edge/cloudflare";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sealerFor } from "../../src/seal/sealer.ts";
import { tokenBox } from "../../src/seal/token-box.ts";
import { secret } from "../support/browser.ts";
import { later } from "../support/clock.ts";
import { edgeApp } from "../support/edge-app.ts";
import { type RotatingIssuer, rotatingIssuer } from "../support/rotating-issuer.ts";
import { type ClientBench, logInAt, visit } from "../support/server-client.ts";
import { watchedObjects } from "../support/watched-objects.ts";
import { coordinatedBench } from "./bench.ts";
import { current } from "./worker.ts";

let issuer: RotatingIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await rotatingIssuer();
  bench = coordinatedBench(issuer);
  await logInAt(issuer, bench);
  later(3700);
});
afterEach(reset);

type Request = ReturnType<ClientBench["request"]>;
const ask = (options: Request = bench.request(), audience?: string) =>
  bench.client.getAccessToken(audience ? { audience } : {}, options);
/** A request whose response reaches the browser. */
const askAndKeep = (audience?: string) => visit(bench, (options) => ask(options, audience));
const refreshToken = async () => (await bench.client.getSession(bench.request()))!.refreshToken!;
const bad = (status: number, error: string) => Response.json({ error }, { status });
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const objectOf = async (token: string) => env.AUTH_COORDINATOR.getByName((await tokenBox(token)).name);
const keptOf = async (token: string) =>
  await runInDurableObject(await objectOf(token), (_, { storage }) => [...storage.kv.list()]);
const superseded = { name: "TokenByRefreshTokenError", cause: { error: "superseded" } };
const facts = () => [issuer.spent.length, issuer.familiesRevoked];

/** Lets two minutes pass after the browser has brought a successor: what came for the token before goes then. */
async function graceOver(token: string): Promise<void> {
  await expect.poll(async () => JSON.stringify(await keptOf(token))).toContain("supersededAt");
  later(121);
  await runDurableObjectAlarm(await objectOf(token));
}

describe("a session in cookies whose refreshes are coordinated", () => {
  it("is refreshed by one call for fifty requests at once, and the next request goes on", async () => {
    const requests = Array.from({ length: 50 }, () => bench.request());
    const tokens = await Promise.all(requests.map((options) => ask(options)));
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(facts()).toEqual([1, 0]);
    bench.keep(requests[31]!);
    later(3700);
    await askAndKeep();
    expect(facts()).toEqual([2, 0]);
  });

  it("loses nothing where the answer of the one that won never arrives: whoever comes later gets the same", async () => {
    const lost = await ask();
    later(60);
    expect((await askAndKeep()).accessToken).toBe(lost.accessToken);
    expect(facts()).toEqual([1, 0]);
  });

  it("loses nothing where the object fails at first to keep what came", async () => {
    current.commitsThatFail = 3;
    await askAndKeep();
    later(3700);
    await askAndKeep();
    expect(facts()).toEqual([2, 0]);
  });

  it("loses nothing where that happens several times, with hours between", async () => {
    for (let time = 0; time < 3; time++) {
      await ask();
      later(3700);
    }
    await askAndKeep();
    expect(facts()).toEqual([4, 0]);
    later(3700);
    await askAndKeep();
    expect(facts()).toEqual([5, 0]);
  });

  it("gets tokens of several audiences at once, one after the other, and each request keeps what it needs", async () => {
    const audiences = ["https://a.example/", "https://b.example/", "https://c.example/", undefined];
    const requests = [...audiences, ...audiences].map((audience) => ({ audience, options: bench.request() }));
    const tokens = await Promise.all(requests.map(({ audience, options }) => ask(options, audience)));
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(4);
    expect(facts()).toEqual([4, 0]);
    for (const { options } of requests) bench.keep(options);
    later(3700);
    await askAndKeep();
    expect(facts()).toEqual([5, 0]);
  });

  it("goes on with the last of several tokens where another audience was asked for while the answer was lost", async () => {
    await ask();
    await ask(bench.request(), "https://a.example/");
    await ask(bench.request(), "https://b.example/");
    expect(facts()).toEqual([3, 0]);
    const token = await askAndKeep("https://b.example/");
    expect(token.audience).toBe("https://b.example/");
    expect(facts()).toEqual([3, 0]);
    await askAndKeep("https://c.example/");
    expect(facts()).toEqual([4, 0]);
  });

  it("gets tokens of a connection by it as well", async () => {
    const options = Array.from({ length: 10 }, () => bench.request());
    const connection = "google-oauth2";
    const tokens = await Promise.all(
      options.map((one) => bench.client.getAccessTokenForConnection({ connection }, one)),
    );
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(facts()).toEqual([1, 0]);
    bench.keep(options[3]!);
    await askAndKeep();
    expect(facts()).toEqual([2, 0]);
  });

  it("is refreshed once where the issuer does not rotate, each time it is due", async () => {
    issuer.misbehave.token = (body, form) => {
      issuer.spent.push(form.get("refresh_token")!);
      return Response.json({ ...body, refresh_token: undefined });
    };
    for (let hour = 1; hour <= 3; hour++) {
      const requests = Array.from({ length: 10 }, () => bench.request());
      await Promise.all(requests.map((options) => ask(options)));
      expect(issuer.spent).toHaveLength(hour);
      bench.keep(requests[0]!);
      later(3700);
    }
    expect(new Set(issuer.spent).size).toBe(1);
  });
});

describe("an app on edgeAuth with coordinated refreshes and a list of revocations", () => {
  it("answers fifty requests at once by one call, and a logout from outside stays", async () => {
    const app = edgeApp(
      issuer,
      {
        stateStore: cookieSessions<HeadersStoreOptions>({
          coordinator: durableObjectCoordinator(env.AUTH_COORDINATOR),
          revocations: new DurableObjectRevocationList(env.AUTH_REVOCATIONS, { onUnavailable: "deny" }),
        }),
      },
      async (auth) => new Response((await auth.getAccessToken()).accessToken),
    );
    const browser = await app.logIn();
    later(3700);
    const responses = await Promise.all(Array.from({ length: 50 }, () => browser.send("/", {}, false)));
    const tokens = await Promise.all(responses.map((response) => response.text()));
    expect([new Set(responses.map(({ status }) => status)), new Set(tokens).size]).toEqual([
      new Set([200]),
      1,
    ]);
    expect(facts()).toEqual([1, 0]);
    for (const response of responses) browser.keep(response);
    later(3700);
    expect((await browser.send("/")).status).toBe(200);
    expect(facts()).toEqual([2, 0]);

    expect((await app.sendLogoutToken({ sub: "user-1" })).status).toBe(200);
    later(3700);
    await expect(browser.send("/")).rejects.toMatchObject({ code: "token_by_refresh_token_error" });
    expect(facts(), "a session that was ended asks for nothing").toEqual([2, 0]);
  });
});

describe("a request with a refresh token whose successor is in use", () => {
  it("gets what came for it for two minutes more, then hears that it is superseded, without any call", async () => {
    const [first, late, later1, later2] = Array.from({ length: 4 }, () => bench.request());
    const old = await refreshToken();
    const won = await ask(first);
    bench.keep(first!);
    later(3700);
    await askAndKeep();
    expect(facts()).toEqual([2, 0]);
    await expect.poll(async () => JSON.stringify(await keptOf(old))).toContain("supersededAt");
    later(60);
    await ask(late);
    expect(facts(), "a straggler").toEqual([2, 0]);

    later(61);
    await expect(ask(later1)).rejects.toMatchObject(superseded);
    await runDurableObjectAlarm(await objectOf(old));
    await expect(ask(later2)).rejects.toMatchObject(superseded);
    expect(later2!.headers.getSetCookie(), "the cookies are left alone").toEqual([]);
    expect(facts()).toEqual([2, 0]);
    expect(JSON.stringify(await keptOf(old))).not.toContain(won.accessToken);

    later(3700);
    await askAndKeep();
    expect(facts(), "the session is well").toEqual([3, 0]);
  });

  it("is superseded by a later one as well, where the browser never brought the one between", async () => {
    const old = bench.request();
    const first = await refreshToken();
    await ask(bench.request(), "https://a.example/");
    await askAndKeep("https://b.example/");
    const [, between] = issuer.spent;
    await graceNotBegun(first);
    await askAndKeep("https://c.example/");
    await graceOver(between!);
    await runDurableObjectAlarm(await objectOf(first));
    await expect(ask(old)).rejects.toMatchObject(superseded);
    expect(facts()).toEqual([3, 0]);
  });

  it("is superseded also where its object hears of the successor only after a browser has brought that", async () => {
    const old = await refreshToken();
    await askAndKeep();
    later(3700);
    const successor = await refreshToken();
    // As if the carrier had been slow to say whom the successor follows.
    await runInDurableObject(await objectOf(successor), (_, { storage }) => {
      storage.kv.delete("links");
    });
    await askAndKeep();
    expect(JSON.stringify(await keptOf(old))).not.toContain("supersededAt");
    const end = Math.floor(Date.now() / 1000) + 600;
    await (await objectOf(successor)).follow((await tokenBox(old)).name, end);
    await graceOver(old);
    expect(JSON.stringify(await keptOf(old))).toContain('"ended":true');
  });

  it("is not superseded by a request that merely went on to the next token", async () => {
    const old = bench.request();
    await ask(bench.request(), "https://a.example/");
    issuer.before = () => bad(503, "temporarily_unavailable");
    await expect(ask(bench.request(), "https://b.example/")).rejects.toMatchObject({
      name: "TokenByRefreshTokenError",
    });
    issuer.before = undefined;
    later(3000);
    await ask(old, "https://b.example/");
    expect(issuer.familiesRevoked).toBe(0);
  });

  async function graceNotBegun(token: string): Promise<void> {
    await pause(50);
    expect(JSON.stringify(await keptOf(token))).not.toContain("supersededAt");
  }
});

describe("a refresh that fails", () => {
  it("by the issuer's final no is not tried again with that token, and everybody hears it", async () => {
    issuer.before = async () => {
      await pause(20);
      return bad(403, "invalid_grant");
    };
    const refused = { name: "TokenByRefreshTokenError", cause: { error: "invalid_grant" } };
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => ask()));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: refused });
    issuer.before = undefined;
    await expect(ask()).rejects.toMatchObject(refused);
    await expect(ask(bench.request(), "https://a.example/")).rejects.toMatchObject(refused);
    expect(facts()).toEqual([1, 0]);
    expect((await bench.client.getUser(bench.request()))?.sub).toBe("user-1");
  });

  it("for any other reason keeps nothing: all who waited hear of it, and the next one tries anew", async () => {
    issuer.before = async () => {
      await pause(20);
      return bad(503, "temporarily_unavailable");
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => ask()));
    for (const { status } of outcomes) expect(status).toBe("rejected");
    expect(issuer.spent).toHaveLength(1);
    issuer.before = () => {
      throw new TypeError("No network.");
    };
    await expect(ask()).rejects.toMatchObject({ name: "TokenByRefreshTokenError" });
    issuer.before = undefined;
    await askAndKeep();
    expect(facts()).toEqual([3, 0]);
  });

  it("serves a token that is still valid where it was to be replaced early", async () => {
    await askAndKeep();
    later(3595);
    const { tokenSets } = (await bench.client.getSession(bench.request()))!;
    issuer.before = () => bad(503, "temporarily_unavailable");
    expect((await ask()).accessToken).toBe(tokenSets[0]!.accessToken);
  });
});

describe("an object that is reset in the middle of a refresh", () => {
  it.each(["before", "after"] as const)("loses nothing, %s the token is spent", async (when) => {
    let [isHeld, isAsked] = [true, false];
    const until = async (is: () => boolean) => {
      while (!is()) await pause(5);
    };
    issuer[when] = async () => {
      isAsked = true;
      await until(() => !isHeld);
      return undefined;
    };
    const requests = Array.from({ length: 10 }, () => bench.request());
    const tokens = Promise.all(requests.map((options) => ask(options)));
    await until(() => isAsked);
    await abortAllDurableObjects();
    await pause(100);
    isHeld = false;
    expect(new Set((await tokens).map(({ accessToken }) => accessToken)).size).toBe(1);
    bench.keep(requests[0]!);
    later(3700);
    await askAndKeep();
    expect(facts()).toEqual([2, 0]);
  });
});

describe("what is kept of a refresh", () => {
  it("shows nothing without the token, also to whoever has the secret, and opens with the token alone", async () => {
    const old = await refreshToken();
    const { accessToken } = await ask();
    const kept = JSON.stringify(await keptOf(old));
    expect(kept.length).toBeGreaterThan(200);
    for (const text of [old, accessToken, "user-1", "hostile", "audience"]) expect(kept).not.toContain(text);
    const { text } = new Map(await keptOf(old)).get("session") as { text: string };
    for (const purpose of ["receipt", "errand", "session", "stored-session"] as const) {
      expect(
        await sealerFor(secret, purpose, "", 400 * 86_400).open(text, Date.now() / 1000),
      ).toBeUndefined();
    }
    expect(await (await tokenBox("another token")).open(text)).toBeUndefined();
    expect(await (await tokenBox(old)).open(text)).toMatchObject({ receipt: { tokens: { accessToken } } });
  });

  it("is gone when the session is over, the mark and the name of the token before as well", async () => {
    const short = coordinatedBench(issuer, { absoluteDuration: 8000 });
    await logInAt(issuer, short);
    const old = (await short.client.getSession(short.request()))!.refreshToken!;
    later(3700);
    await visit(short, (options) => short.client.getAccessToken(options));
    later(3700);
    await visit(short, (options) => short.client.getAccessToken(options));
    const current = (await short.client.getSession(short.request()))!.refreshToken!;
    await graceOver(old);
    expect(JSON.stringify(await keptOf(old))).toContain('"ended":true');
    for (const token of [old, issuer.spent[1]!, current]) expect(await keptOf(token)).not.toEqual([]);
    later(1000);
    const tokens = [old, issuer.spent[1]!, current];
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) {
      const object = await objectOf(token);
      await runDurableObjectAlarm(object);
      expect(await runInDurableObject(object, (_, { storage }) => [...storage.kv.list()])).toEqual([]);
      expect(await runDurableObjectAlarm(object), "another alarm").toBe(false);
    }
  });
});

describe("an errand that is not ours", () => {
  const request = { revision: 1, renewal: {}, attempt: "attempt", isOwn: true };
  const run = async (token: string, errand: string) => {
    const answer = await (await objectOf(token)).renew({
      ...request,
      errand,
      expiresAt: Math.floor(Date.now() / 1000) + 600,
    });
    return answer as { failure?: { name: string } };
  };
  const errand = async (token: string, name: string, withSecret = secret) => {
    const now = Date.now() / 1000;
    const body = { refreshToken: token, domain: issuer.domain, user: {}, renewal: {} };
    return await sealerFor(withSecret, "errand", "", 120).seal([name, body], now + 60, now);
  };

  it.each([
    ["is no sealed text", () => "anything"],
    ["is empty", () => ""],
    [
      "is sealed with another secret",
      async (token: string, name: string) =>
        await errand(token, name, "another secret that has more than 32 characters"),
    ],
    [
      "is for the object of another token",
      async (token: string) => await errand(token, (await tokenBox("another token")).name),
    ],
    [
      "was changed",
      async (token: string, name: string) => {
        const text = await errand(token, name);
        return `${text.slice(0, -1)}${text.endsWith("A") ? "B" : "A"}`;
      },
    ],
  ])("and %s asks nobody, and spoils nothing", async (_, make) => {
    const token = await refreshToken();
    const { name } = await tokenBox(token);
    const answer = await run(token, await make(token, name));
    expect(answer.failure?.name).toBe("SessionStoreError");
    expect(issuer.spent).toEqual([]);
    await askAndKeep();
    expect(facts()).toEqual([1, 0]);
  });
});

describe("DurableObjectRefreshCoordinator", () => {
  const coordinate = async (namespace: unknown, state: StateData, withSecret: string | string[] = secret) =>
    await new DurableObjectRefreshCoordinator(namespace as ObjectNamespace, {
      secret: withSecret,
    }).coordinate(
      state,
      {
        renewal: {},
        serves: () => true,
        ask: () => Promise.reject(new Error("The carrier asks, not this.")),
      },
      { expiresIn: 3600, storeOptions: undefined },
    );
  const state = async () => (await bench.stateStore.get("__a0_session", bench.request()))!;

  it("finds what came also while a new secret is rolled out", async () => {
    const before = await coordinate(env.AUTH_COORDINATOR, await state());
    const secrets = ["a newer secret that has more than 32 characters", secret];
    const [receipt] = await coordinate(env.AUTH_COORDINATOR, await state(), secrets);
    expect(receipt).toEqual(before[0]);
  });

  it("has to have its binding", async () => {
    expect(() => new DurableObjectRefreshCoordinator(undefined as never, { secret })).toThrow(
      expect.objectContaining({
        code: "invalid_configuration_error",
        message: expect.stringContaining("AUTH_COORDINATOR"),
      }),
    );
  });

  it.each([
    [{ carrier: "NoSuchExport" }, "export class NoSuchExport extends refreshCarrier(options) {}"],
    [{ binding: "NO_SUCH_BINDING" }, "There is no Durable Object binding 'NO_SUCH_BINDING'"],
  ])("says which line the Worker lacks, with %o", async (names, line) => {
    const Lost = refreshCoordinator({}, names);
    const request = { revision: 1, renewal: {}, attempt: "a", errand: "", isOwn: true };
    const expiresAt = Math.floor(Date.now() / 1000) + 600;
    const answer = await runInDurableObject(await objectOf("any token"), (_, ctx) =>
      new Lost(ctx, env).renew({ ...request, expiresAt }),
    );
    expect(answer).toMatchObject({
      failure: { code: "invalid_configuration_error", message: expect.stringContaining(line) },
    });
  });

  it("that cannot reach its objects says so, and asks nobody", async () => {
    const objects = watchedObjects(env.AUTH_COORDINATOR);
    objects.mode = "throws";
    await expect(coordinate(objects, await state())).rejects.toMatchObject({ code: "session_store_error" });
    expect(issuer.spent).toEqual([]);
  });
});

import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { HeadersCookieHandler, InvalidConfigurationError } from "auth0-edge";
import { durableObjectSessions } from "auth0-edge/cloudflare";
import { afterEach, describe, expect, it } from "vitest";
import { secret } from "../support/browser.ts";
import { later } from "../support/clock.ts";
import { hostileIssuer } from "../support/hostile-issuer.ts";
import { logInAt } from "../support/server-client.ts";
import { objectBench } from "./bench.ts";

afterEach(reset);

describe("a Worker in which something is missing", () => {
  it.each([
    [
      "the class that carries refreshes",
      "LONELY_SESSION",
      /export class Nobody extends refreshCarrier\(options\)/,
    ],
    ["the binding that objects are to find each other under", "STRAY_SESSION", /binding 'NO_SUCH_BINDING'/],
  ] as const)(
    "is told of %s at the first login, not at a refresh or a logout",
    async (_, binding, message) => {
      const issuer = await hostileIssuer();
      const bench = objectBench(issuer, env[binding]);
      const error: unknown = await logInAt(issuer, bench).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InvalidConfigurationError);
      expect(error).toMatchObject({ message });
      expect(await bench.client.getUser(bench.request())).toBeUndefined();
    },
  );

  it("is told that the carrier has another secret", async () => {
    const issuer = await hostileIssuer();
    const bench = objectBench(issuer, env.AUTH_SESSION, "another-secret-that-has-more-than-32-characters");
    await logInAt(issuer, bench);
    later(3700);
    const token = bench.client.getAccessToken(bench.request());
    const error: unknown = await token.catch((reason: unknown) => reason);
    // Nothing was spent, and nobody has to wait until an attempt counts as lost.
    expect(issuer.calls.filter(({ path }) => path === "/token")).toHaveLength(1);
    expect(error).toMatchObject({ code: "session_store_error", message: /refreshCarrier.*secret/ });
  });

  it.each([undefined, {}, env.SESSIONS])(
    "is told of the binding when its store is made of %o",
    (namespace) => {
      const make = () => durableObjectSessions(namespace as never)({ secret }, new HeadersCookieHandler());
      expect(make).toThrow(/AUTH_SESSION/);
      expect(make).toThrow(InvalidConfigurationError);
    },
  );
});

const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;

describe("the object of a session", () => {
  it("keeps what was written, and a change only of what it was made of", async () => {
    const object = env.AUTH_SESSION.getByName("session:1");
    expect(await object.write({ text: "one", expiresAt: inAnHour(), create: [] })).toBe(1);
    expect(await object.read()).toEqual({ text: "one", revision: 1 });
    expect(await object.write({ text: "two", expiresAt: inAnHour(), revision: 1 })).toBe(2);
    expect(await object.write({ text: "late", expiresAt: inAnHour(), revision: 1 })).toBe("changed");
    expect(await object.read()).toEqual({ text: "two", revision: 2 });
  });

  it("leaves no trace of a look at what was never there", async () => {
    const object = env.AUTH_SESSION.getByName("session:2");
    expect(await object.read()).toBeUndefined();
    expect(await object.write({ text: "x", expiresAt: inAnHour() })).toBe("gone");
    await object.end();
    expect(await runDurableObjectAlarm(object)).toBe(false);
    const kept = await runInDurableObject(object, (_, state) => [...state.storage.kv.list()]);
    expect(kept).toEqual([]);
  });

  it("that a logout token ended before it began is refused for as long as it would have lived", async () => {
    const object = env.AUTH_SESSION.getByName("session:3");
    await object.end(inAnHour());
    expect(await object.write({ text: "x", expiresAt: inAnHour(), create: [] })).toBe("gone");
    expect(await object.read()).toBeUndefined();
    later(3601);
    expect(await runDurableObjectAlarm(object)).toBe(true);
    const kept = await runInDurableObject(object, (_, state) => [...state.storage.kv.list()]);
    expect(kept).toEqual([]);
  });
});

describe("what a carrier brings to the object of a session", () => {
  const begin = async (name: string) => {
    const object = env.AUTH_SESSION.getByName(`session:${name}`);
    await object.write({ text: "sealed", expiresAt: inAnHour(), create: [] });
    return object;
  };

  it("is kept once, though it may not hear so the first time", async () => {
    const object = await begin("twice");
    const commit = { attempt: "a", revision: 1, text: "renewed" };
    expect(await object.commit(commit)).toBe("kept");
    expect(await object.commit(commit)).toBe("kept");
    expect(await object.read()).toEqual({ text: "renewed", revision: 2 });
  });

  it("is known again as what came for its attempt, also by an instance that did not see it begin", async () => {
    const object = await begin("again");
    await object.commit({ attempt: "a", revision: 1, text: "renewed" });
    const request = { revision: 1, renewal: {} };
    const answer = { text: "renewed", revision: 2 };
    expect(await object.renew({ ...request, attempt: "a" })).toEqual({ ...answer, renewed: true });
    expect(await object.renew({ ...request, attempt: "another" })).toEqual({ ...answer, renewed: false });
  });

  it("is to be made anew of what the session is now, where that has changed", async () => {
    const object = await begin("changed");
    await object.write({ text: "changed", expiresAt: inAnHour(), revision: 1 });
    const commit = { attempt: "a", text: "renewed" };
    expect(await object.commit({ ...commit, revision: 1 })).toEqual({ text: "changed", revision: 2 });
    expect(await object.commit({ ...commit, revision: 2, text: "both" })).toBe("kept");
    expect(await object.read()).toEqual({ text: "both", revision: 3 });
  });

  it("is kept although it counts as lost, since a refresh token that was spent has no other successor", async () => {
    const object = await begin("late");
    await runInDurableObject(object, (_, { storage: { kv } }) => {
      const intent = { attempt: "another one", until: Date.now() / 1000 + 20 };
      kv.put("session", { ...kv.get<object>("session"), intent });
    });
    expect(await object.commit({ attempt: "late", revision: 1, text: "renewed" })).toBe("kept");
    await object.abandon("late", { name: "", code: "", message: "" });
    const kept = await runInDurableObject(object, (_, { storage }) => storage.kv.get("session"));
    expect(kept).toMatchObject({ text: "renewed", intent: { attempt: "another one" } });
  });

  it("is refused where the session has ended, or was never there", async () => {
    const object = await begin("ended");
    await object.end();
    const commit = { attempt: "a", revision: 1, text: "renewed" };
    expect(await object.commit(commit)).toBe("gone");
    expect(await object.write({ text: "again", expiresAt: inAnHour(), create: [] })).toBe("gone");
    expect(await env.AUTH_SESSION.getByName("session:never").commit(commit)).toBe("gone");
    expect(await object.read()).toBeUndefined();
  });
});

import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { EdgeAuthError, HeadersCookieHandler, InvalidConfigurationError } from "auth0-edge";
import { durableObjectSessions, type ObjectNamespace } from "auth0-edge/cloudflare";
import { afterEach, describe, expect, it } from "vitest";
import { secret } from "../support/browser.ts";
import { later } from "../support/clock.ts";
import { hostileIssuer } from "../support/hostile-issuer.ts";
import { logInAt } from "../support/server-client.ts";
import { objectBench } from "./bench.ts";

afterEach(reset);

describe("a Worker in which something is missing", () => {
  const refresh = async (namespace: ObjectNamespace, secret?: string): Promise<unknown> => {
    const issuer = await hostileIssuer();
    const bench = objectBench(issuer, namespace, secret);
    await logInAt(issuer, bench);
    later(3700);
    const token = bench.client.getAccessToken(bench.request());
    await expect(token).rejects.toBeInstanceOf(EdgeAuthError);
    // Nothing was spent, and nobody has to wait until an attempt counts as lost.
    expect(issuer.calls.filter(({ path }) => path === "/token")).toHaveLength(1);
    return await token.catch((error: unknown) => error);
  };

  it("is told of the class that carries refreshes", async () => {
    const error = await refresh(env.LONELY_SESSION);
    expect(error).toBeInstanceOf(InvalidConfigurationError);
    expect(error).toMatchObject({ message: /export class Nobody extends refreshCarrier\(options\)/ });
  });

  it("is told of the binding that the object was to be found under", async () => {
    const error = await refresh(env.STRAY_SESSION);
    expect(error).toBeInstanceOf(InvalidConfigurationError);
    expect(error).toMatchObject({ message: /binding 'NO_SUCH_BINDING'/ });
  });

  it("is told that the carrier has another secret", async () => {
    const error = await refresh(env.AUTH_SESSION, "another-secret-that-has-more-than-32-characters");
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
});

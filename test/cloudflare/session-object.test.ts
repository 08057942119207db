import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";

afterEach(reset);

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

import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it } from "vitest";
import { RevocationRecord } from "../../src/cloudflare/revocation-record.ts";

afterEach(reset);

it("what was revoked stays so for the longest time that was told", async () => {
  await runInDurableObject(env.AUTH_REVOCATIONS.getByName("user:a"), (_, { storage }) => {
    const clock = { now: 1_000_000 };
    const record = new RevocationRecord(storage.kv, () => clock.now);
    record.revoke({ name: "a session" }, clock.now + 200);
    record.revoke({ name: "a session" }, clock.now + 100);
    clock.now += 150;
    expect(record.isRevoked({ sub: "a", sid: "a session", createdAt: 0 })).toBe(true);
    clock.now += 50;
    expect(record.isRevoked({ sub: "a", sid: "a session", createdAt: 0 })).toBe(false);
  });
});

it("an object with several entries wakes up for the first of them that expires", async () => {
  const object = env.AUTH_REVOCATIONS.getByName("user:b");
  const now = Math.floor(Date.now() / 1000);
  await object.revoke({ name: "one" }, now + 1000);
  await object.revoke({ name: "another" }, now + 2000);
  const alarm = () => runInDurableObject(object, (_, { storage }) => storage.getAlarm());
  expect(await alarm()).toBe((now + 1000) * 1000);
  await object.revoke({ name: "a short one" }, now + 500);
  expect(await alarm()).toBe((now + 500) * 1000);
});

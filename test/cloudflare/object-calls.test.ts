import { InvalidConfigurationError } from "auth0-edge";
import { DurableObjectSessionStore, type ObjectNamespace, type ObjectPlace } from "auth0-edge/cloudflare";
import { describe, expect, it } from "vitest";
import { secret } from "../support/browser.ts";
import { aSession, filler } from "../support/sessions.ts";

/** A namespace whose objects fail in these ways, one call after the other, and then know of no session. */
function failing(...failures: object[]) {
  const calls = { made: 0, stubs: 0, places: [] as unknown[] };
  const namespace: ObjectNamespace = {
    getByName: (_name, options) => {
      calls.stubs++;
      if (options) calls.places.push(options);
      const answer = async () => {
        calls.made++;
        const failure = failures.shift();
        if (failure) throw Object.assign(new Error("The platform says no."), failure);
      };
      return { read: answer, write: answer, end: answer };
    },
    jurisdiction: (name) => {
      calls.places.push(name);
      return namespace;
    },
  };
  const store = (place: ObjectPlace = {}) => new DurableObjectSessionStore(namespace, { secret, ...place });
  return { calls, store };
}

describe("a call of an object", () => {
  it.each([
    ["was reset", { durableObjectReset: true, remote: true }],
    ["could not be reached", { retryable: true }],
  ])("is made again, with a new stub, where it %s", async (_, failure) => {
    const { calls, store } = failing(failure, failure);
    expect(await store().get("1")).toBeUndefined();
    expect(calls).toMatchObject({ made: 3, stubs: 3 });
  });

  it("is not made again for ever", async () => {
    const { calls, store } = failing(...Array(9).fill({ durableObjectReset: true }));
    await expect(store().get("1")).rejects.toMatchObject({
      name: "SessionStoreError",
      cause: { message: "The platform says no." },
    });
    expect(calls.made).toBe(3);
  });

  it.each([
    ["is overloaded", { overloaded: true, retryable: true }],
    ["itself threw", { remote: true }],
  ])("is made once where it %s", async (_, failure) => {
    const { calls, store } = failing(failure);
    await expect(store().delete("1")).rejects.toMatchObject({ code: "session_store_error" });
    expect(calls.made).toBe(1);
  });

  it.each([
    ["with its name", { name: "InvalidConfigurationError", message: "Export the class." }],
    ["as text, by older compatibility dates", { message: "InvalidConfigurationError: Export the class." }],
  ])("says what is missing in the Worker where that comes back %s", async (_, failure) => {
    const { store } = failing({ ...failure, remote: true });
    const error: unknown = await store()
      .get("1")
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidConfigurationError);
    expect(error).toMatchObject({ message: "Export the class." });
  });

  it("goes to the jurisdiction and place that were asked for", async () => {
    const { calls, store } = failing();
    await store({ jurisdiction: "eu", locationHint: "weur" }).get("1");
    expect(calls.places).toEqual(["eu", { locationHint: "weur" }]);
  });
});

it("a session that an object could not keep is refused before it is sent", async () => {
  const { calls, store } = failing();
  const write = { create: false, expiresIn: 60, storeOptions: undefined };
  const set = store().set("1", aSession({ about: filler(1_500_000) }), write);
  await expect(set).rejects.toMatchObject({ code: "session_too_large" });
  expect(calls.made).toBe(0);
});

it("a session that no logout token could find does not begin", async () => {
  const written: string[] = [];
  const namespace: ObjectNamespace = {
    getByName: (name) => ({
      note: () => (name.startsWith("sub:") ? Promise.reject(new Error("down")) : Promise.resolve(true)),
      write: async () => void written.push(name),
    }),
    jurisdiction: () => namespace,
  };
  const store = new DurableObjectSessionStore(namespace, { secret });
  const write = { create: true, expiresIn: 60, storeOptions: undefined };
  await expect(store.set("1", aSession(), write)).rejects.toMatchObject({ code: "session_store_error" });
  expect(written).toEqual([]);
});

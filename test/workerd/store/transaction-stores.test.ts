import {
  AbstractStateStore,
  AbstractTransactionStore,
  CookieTransactionStore,
  HeadersCookieHandler,
  type StateData,
  type TransactionData,
} from "auth0-edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { transactionIdentifierFor } from "../../../src/session/transaction.ts";
import { CookieJar, type Exchange } from "../../support/cookie-jar.ts";
import { aSession, DAY, filler, IDENTIFIER, now, SECRET } from "../../support/sessions.ts";

const BASE = "__a0_tx";
let jar: CookieJar;
const store = new CookieTransactionStore<Exchange>({ secret: SECRET }, new HeadersCookieHandler());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
  jar = new CookieJar();
});
afterEach(() => {
  vi.useRealTimers();
});

const nameOf = (state: string) => transactionIdentifierFor(BASE, state);
const transaction = (state: string, more: TransactionData = {}): TransactionData => ({
  state,
  nonce: "n".repeat(43),
  codeVerifier: "v".repeat(43),
  domain: "tenant.example",
  ...more,
});
const start = async (state: string, more: TransactionData = {}, browser = jar): Promise<TransactionData> => {
  const data = transaction(state, more);
  const name = await nameOf(state);
  await browser.visit((exchange) => store.set(name, data, false, exchange));
  return data;
};
const read = async (state: string) => store.get(await nameOf(state), jar.exchange());
const later = (seconds: number): void => {
  vi.setSystemTime(Date.now() + seconds * 1000);
};

describe("CookieTransactionStore", () => {
  it("keeps logins of several tabs apart (fault 12)", async () => {
    const [one, two] = [
      await start("one", { appState: { tab: 1 } }),
      await start("two", { appState: { tab: 2 } }),
    ];
    expect([await read("one"), await read("two"), await read("three")]).toEqual([one, two, undefined]);
    await jar.visit(async (exchange) => store.delete(await nameOf("one"), exchange));
    expect([await read("one"), await read("two")]).toEqual([undefined, two]);
  });

  it("keeps logins apart that two tabs start at the very same time", async () => {
    const [first, second] = [jar.exchange(), jar.exchange()];
    await store.set(await nameOf("one"), transaction("one"), false, first);
    await store.set(await nameOf("two"), transaction("two"), false, second);
    jar.receive(second);
    jar.receive(first);
    expect([(await read("one"))?.state, (await read("two"))?.state]).toEqual(["one", "two"]);
  });

  it("keeps at most four: the oldest goes", async () => {
    for (const state of ["1", "2", "3", "4", "5", "6"]) {
      await start(state);
      later(1);
    }
    expect(jar.names()).toHaveLength(4);
    const found = await Promise.all(["1", "2", "3", "4", "5", "6"].map(read));
    expect(found.map((data) => data?.state)).toEqual([undefined, undefined, "3", "4", "5", "6"]);
  });

  it("lets the oldest go also when all were started in the same second", async () => {
    for (const state of ["1", "2", "3", "4", "5"]) await start(state);
    const found = await Promise.all(["1", "2", "3", "4", "5"].map(read));
    expect(found.map((data) => data?.state)).toEqual([undefined, "2", "3", "4", "5"]);
  });

  it("keeps at most 4,096 bytes of them together", async () => {
    for (const state of ["1", "2", "3", "4"]) {
      await start(state, { appState: filler(1500) });
      later(1);
      expect(jar.bytes()).toBeLessThanOrEqual(4096);
    }
    expect((await read("4"))?.state).toBe("4");
    expect(await read("1")).toBeUndefined();
  });

  it("does not count a login twice that is written again", async () => {
    for (const state of ["1", "2", "3", "4", "4", "4"]) await start(state);
    expect(jar.names()).toHaveLength(4);
    expect((await read("1"))?.state).toBe("1");
  });

  it("makes room by removing cookies that only look like its own, and leaves all others", async () => {
    const imitation = `${BASE}.${"x".repeat(22)}`;
    const others = [`${BASE}.short`, `${BASE}_legacy`, IDENTIFIER, `other.${"x".repeat(22)}`];
    for (const name of [imitation, ...others]) jar.put(name, "foreign");
    await start("one");
    expect(jar.get(imitation)).toBeUndefined();
    expect(others.map((name) => jar.get(name))).toEqual(others.map(() => "foreign"));
  });

  it("refuses an appState that fits no cookie, says so, and leaves the other logins alone", async () => {
    await start("one");
    const exchange = jar.exchange();
    const refusal = store.set(
      await nameOf("two"),
      transaction("two", { appState: filler(4000) }),
      false,
      exchange,
    );
    await expect(refusal).rejects.toMatchObject({
      code: "invalid_configuration_error",
      message: expect.stringMatching(/takes \d{4} bytes.*appState/),
    });
    expect(exchange.headers.getSetCookie()).toEqual([]);
    expect((await read("one"))?.state).toBe("one");
  });

  it("writes no cookie that a browser would drop for its size", async () => {
    let largest = 0;
    for (let size = 2500; size < 3000; size += 7) {
      jar = new CookieJar();
      if (await start("one", { appState: filler(size) }).catch(() => undefined)) {
        expect((await read("one"))?.appState).toHaveLength(size);
        largest = Math.max(largest, jar.bytes());
      }
    }
    expect(largest).toBeGreaterThan(4080);
    expect(largest).toBeLessThanOrEqual(4096);
  });

  it("forgets a login after an hour, even where the browser does not", async () => {
    await start("one");
    const name = await nameOf("one");
    const text = jar.get(name)!;
    later(3599);
    expect(await read("one")).toBeDefined();
    later(1);
    expect(jar.names()).toEqual([]);
    jar.put(name, text);
    expect(await read("one")).toBeUndefined();
  });

  it("sets Secure, HttpOnly, SameSite=Lax cookies of one hour and deletes them likewise", async () => {
    const cookie = { domain: "example.com", path: "/auth", sameSite: "none", partitioned: true } as const;
    const custom = new CookieTransactionStore<Exchange>(
      { secret: SECRET, cookie },
      new HeadersCookieHandler(),
    );
    const [plain, set, deleted] = [jar.exchange(), jar.exchange(), jar.exchange()];
    const name = await nameOf("one");
    await store.set(name, transaction("one"), false, plain);
    await custom.set(name, transaction("one"), false, set);
    await custom.delete(name, deleted);
    expect(plain.headers.get("set-cookie")).toMatch(
      /; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const attributes = /; Domain=example\.com; Path=\/auth; HttpOnly; Secure; SameSite=None; Partitioned$/;
    expect(set.headers.get("set-cookie")).toMatch(attributes);
    expect(deleted.headers.get("set-cookie")).toMatch(attributes);
    expect(deleted.headers.get("set-cookie")).toContain("=; Max-Age=0;");
  });

  it("keeps a login without state under the bare name", async () => {
    await jar.visit((exchange) => store.set(BASE, { codeVerifier: "v" }, false, exchange));
    expect(jar.names()).toEqual([BASE]);
    expect(await store.get(BASE, jar.exchange())).toEqual({ codeVerifier: "v" });
  });

  it("reads nothing from a cookie that is torn, foreign or too large", async () => {
    await start("one");
    const name = await nameOf("one");
    const text = jar.get(name)!;
    for (const changed of [
      text.slice(0, -1),
      `${text}A`,
      "x",
      "x".repeat(100_000),
      text.replace(/.$/, "!"),
    ]) {
      jar.put(name, changed);
      expect(await read("one")).toBeUndefined();
    }
  });

  it("takes no session for a login, though both are sealed by the same secret (CVE-2023-48309)", async () => {
    const { StatelessStateStore } = await import("auth0-edge");
    const sessions = new StatelessStateStore<Exchange>({ secret: SECRET }, new HeadersCookieHandler());
    const name = await nameOf("one");
    for (const identifier of [BASE, name]) {
      jar = new CookieJar();
      await jar.visit((exchange) => sessions.set(identifier, aSession(), true, exchange));
      expect(await store.get(identifier, jar.exchange())).toBeUndefined();
      jar = new CookieJar();
      await jar.visit((exchange) => store.set(identifier, transaction("one"), false, exchange));
      expect(await sessions.get(identifier, jar.exchange())).toBeUndefined();
    }
  });

  it.each([[""], [[]], [[SECRET, ""]], [undefined]])(
    "refuses the secret %j without repeating it",
    (secret) => {
      const make = () => new CookieTransactionStore({ secret: secret as string }, new HeadersCookieHandler());
      expect(make).toThrow(expect.objectContaining({ code: "invalid_configuration_error" }));
      expect(make).toThrow(expect.objectContaining({ message: expect.not.stringContaining(SECRET) }));
    },
  );

  it("opens logins started before a secret was replaced", async () => {
    const data = await start("one");
    const rotated = new CookieTransactionStore<Exchange>(
      { secret: ["new", SECRET] },
      new HeadersCookieHandler(),
    );
    expect(await rotated.get(await nameOf("one"), jar.exchange())).toEqual(data);
    const without = new CookieTransactionStore<Exchange>({ secret: ["new"] }, new HeadersCookieHandler());
    expect(await without.get(await nameOf("one"), jar.exchange())).toBeUndefined();
  });
});

describe("a custom store", () => {
  const texts = new Map<string, string>();

  class CustomTransactions extends AbstractTransactionStore<Exchange> {
    async set(identifier: string, data: TransactionData): Promise<void> {
      texts.set(identifier, await this.encrypt(identifier, data, now() + 600));
    }
    async get(identifier: string): Promise<TransactionData | undefined> {
      const text = texts.get(identifier);
      return text === undefined ? undefined : await this.decrypt(identifier, text);
    }
    async delete(identifier: string): Promise<void> {
      texts.delete(identifier);
    }
  }

  class CustomStates extends AbstractStateStore<Exchange> {
    async set(identifier: string, data: StateData): Promise<void> {
      texts.set(identifier, await this.encrypt(identifier, data, now() + 100 * DAY));
    }
    async get(identifier: string): Promise<StateData | undefined> {
      return await this.decrypt<StateData>(identifier, texts.get(identifier) ?? "");
    }
    async delete(identifier: string): Promise<void> {
      texts.delete(identifier);
    }
    async deleteByLogoutToken(): Promise<void> {
      texts.clear();
    }
  }

  beforeEach(() => texts.clear());

  it("seals by `encrypt` and opens by `decrypt`, as long as it said", async () => {
    const [transactions, states] = [
      new CustomTransactions({ secret: SECRET }),
      new CustomStates({ secret: SECRET }),
    ];
    const state = aSession();
    await transactions.set(BASE, { codeVerifier: "v" });
    await states.set(IDENTIFIER, state);
    expect([...texts.values()].join()).not.toContain("codeVerifier");
    expect(await transactions.get(BASE)).toEqual({ codeVerifier: "v" });
    expect(await states.get(IDENTIFIER)).toEqual(state);
    later(601);
    expect(await transactions.get(BASE)).toBeUndefined();
    later(99 * DAY);
    expect(await states.get(IDENTIFIER)).toEqual(state);
    later(DAY);
    expect(await states.get(IDENTIFIER)).toBeUndefined();
  });

  it("opens nothing of another identifier, another kind of store or another secret", async () => {
    const states = new CustomStates({ secret: SECRET });
    await states.set(IDENTIFIER, aSession());
    texts.set("other", texts.get(IDENTIFIER)!);
    expect(await states.get("other")).toBeUndefined();
    expect(await new CustomTransactions({ secret: SECRET }).get(IDENTIFIER)).toBeUndefined();
    expect(await new CustomStates({ secret: `${SECRET}!` }).get(IDENTIFIER)).toBeUndefined();
    expect(await new CustomStates({ secret: [`${SECRET}!`, SECRET] }).get(IDENTIFIER)).toBeDefined();
  });

  it("opens nothing that was tampered with, and no text at all", async () => {
    const states = new CustomStates({ secret: SECRET });
    await states.set(IDENTIFIER, aSession());
    const text = texts.get(IDENTIFIER)!;
    for (const changed of ["", "x", text.slice(1), `${text} `, text.replace(".", "..")]) {
      texts.set(IDENTIFIER, changed);
      expect(await states.get(IDENTIFIER)).toBeUndefined();
    }
  });

  it.each([[""], [[]], [[SECRET, ""]], [undefined]])("refuses the secret %j at once", (secret) => {
    for (const Custom of [CustomStates, CustomTransactions]) {
      expect(() => new Custom({ secret: secret as string })).toThrow(
        expect.objectContaining({ code: "invalid_configuration_error" }),
      );
    }
  });
});

import {
  CookieTransactionStore,
  type EncryptedStoreOptions,
  edgeAuth,
  HeadersCookieHandler,
  type HeadersStoreOptions,
  MemorySessionStore,
  type SessionConfiguration,
  type SessionCookieOptions,
  StatefulStateStore,
  StatelessStateStore,
} from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret } from "../../support/browser.ts";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  comeBack,
  logInAt,
  startAt,
  visit,
} from "../../support/server-client.ts";
import { filler } from "../../support/sessions.ts";

const hour = 3600;
const day = 24 * hour;
const cookies = new HeadersCookieHandler();

type StoreOptions = SessionConfiguration & Partial<EncryptedStoreOptions>;

let issuer: HostileIssuer;
let database: MemorySessionStore<HeadersStoreOptions>;

beforeEach(async () => {
  issuer = await hostileIssuer();
  database = new MemorySessionStore();
});

const stores = {
  StatelessStateStore: (options: StoreOptions) => new StatelessStateStore({ secret, ...options }, cookies),
  StatefulStateStore: (options: StoreOptions) =>
    new StatefulStateStore({ secret, store: database, ...options }, cookies),
};

describe.each(Object.entries(stores))("the options of a ServerClient's %s:", (_name, makeStore) => {
  /** A client with such a store, for the same browser where one is given. */
  const open = (options: StoreOptions, more: object = {}, jar = new Map<string, string>()): ClientBench => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const bench = clientBench({
      domain,
      clientId,
      clientSecret,
      customFetch,
      stateStore: makeStore(options),
      ...more,
    });
    for (const [name, value] of jar) bench.jar.set(name, value);
    return bench;
  };
  const user = (bench: ClientBench) => visit(bench, (options) => bench.client.getUser(options));
  /** The lines by which a login sets its session's cookies. */
  const login = async (bench: ClientBench): Promise<string[]> => {
    const callback = await startAt(issuer, bench);
    const options = bench.request();
    await bench.client.completeInteractiveLogin(callback, options);
    bench.keep(options);
    return options.headers.getSetCookie().filter((line) => !/Max-Age=0;/.test(line));
  };
  const logout = async (bench: ClientBench): Promise<string[]> => {
    const options = bench.request();
    await bench.client.logout({}, options);
    bench.keep(options);
    return options.headers.getSetCookie();
  };
  const withCookie = (cookie: SessionCookieOptions) => open({ cookie });

  it("rolling is the default, and activity extends the session", async () => {
    const bench = open({ inactivityDuration: hour, absoluteDuration: 3 * hour });
    expect((await login(bench))[0]).toContain(`; Max-Age=${hour};`);
    for (const _ of [1, 2, 3, 4, 5]) {
      later(hour / 2);
      expect(await user(bench)).toBeDefined();
    }
    later(hour / 2);
    expect(await user(bench), "the absolute end").toBeUndefined();
  });

  it("rolling: false ends the session at its absolute duration, whatever the activity and inactivityDuration", async () => {
    const bench = open({ rolling: false, inactivityDuration: 60, absoluteDuration: 3 * hour });
    expect((await login(bench))[0]).toContain(`; Max-Age=${3 * hour};`);
    later(2 * hour);
    const options = bench.request();
    expect(await bench.client.getUser(options)).toBeDefined();
    expect(options.headers.getSetCookie()).toEqual([]);
    later(hour);
    expect(await user(bench)).toBeUndefined();
  });

  it("inactivityDuration ends a session that nobody uses", async () => {
    const bench = open({ inactivityDuration: 120 });
    expect((await login(bench))[0]).toContain("; Max-Age=120;");
    later(119);
    expect(await bench.client.getUser(bench.request())).toBeDefined();
    later(1);
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("absoluteDuration counts where it is shorter than the inactivity", async () => {
    const bench = open({ absoluteDuration: 120 });
    expect((await login(bench))[0]).toContain("; Max-Age=120;");
    later(119);
    expect(await user(bench)).toBeDefined();
    later(1);
    expect(await user(bench)).toBeUndefined();
  });

  it("durations may be fractions of more than a second", async () => {
    const bench = open({ inactivityDuration: 1.5, absoluteDuration: 90.5 });
    expect((await login(bench))[0]).toContain("; Max-Age=1;");
    expect(await user(bench)).toBeDefined();
  });

  it.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, "3600", null, {}, 10n])(
    "a duration of %s is refused at once, by name",
    (seconds) => {
      for (const name of ["inactivityDuration", "absoluteDuration"]) {
        expect(() => makeStore({ [name]: seconds })).toThrow(
          expect.objectContaining({
            code: "invalid_configuration_error",
            message: expect.stringContaining(`'${name}'`),
          }),
        );
      }
    },
  );

  it("cookie.name is the session's, whatever the identifier", async () => {
    const bench = withCookie({ name: "app.session" });
    const [line] = await login(bench);
    expect(line).toMatch(/^app\.session=/);
    expect([...bench.jar.keys()]).toEqual(["app.session"]);
    expect(await user(bench)).toBeDefined();
    await logout(bench);
    expect([...bench.jar.keys()].filter((name) => !name.endsWith(".ended"))).toEqual([]);
  });

  it.each<[SessionCookieOptions, string]>([
    [{}, "Path=/; HttpOnly; Secure; SameSite=Lax"],
    [{ domain: "example.com" }, "Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax"],
    [{ path: "/app" }, "Path=/app; HttpOnly; Secure; SameSite=Lax"],
    [{ sameSite: "strict" }, "Path=/; HttpOnly; Secure; SameSite=Strict"],
    [{ sameSite: "none" }, "Path=/; HttpOnly; Secure; SameSite=None"],
    [{ secure: false }, "Path=/; HttpOnly; SameSite=Lax"],
    [{ partitioned: true }, "Path=/; HttpOnly; Secure; SameSite=Lax; Partitioned"],
    [{ name: "__Host-app" }, "Path=/; HttpOnly; Secure; SameSite=Lax"],
    [
      { name: "__Secure-app", domain: "example.com" },
      "Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax",
    ],
    [
      { name: "__Host-app", sameSite: "none", partitioned: true },
      "Path=/; HttpOnly; Secure; SameSite=None; Partitioned",
    ],
  ])("cookie %j is how it is set, extended and deleted", async (cookie, attributes) => {
    issuer.claims.about = filler(3000);
    const bench = withCookie(cookie);
    const name = cookie.name ?? "__a0_session";
    const lines = await login(bench);
    later(day / 2);
    const reading = bench.request();
    await bench.client.getUser(reading);
    bench.keep(reading);
    const touching = bench.request();
    await bench.client.touch(touching);
    bench.keep(touching);
    const all = [lines, reading.headers.getSetCookie(), touching.headers.getSetCookie(), await logout(bench)];
    for (const written of all) {
      const own = written.filter((line) => line.startsWith(name));
      expect(own.length).toBeGreaterThan(0);
      for (const line of own)
        expect(line.endsWith(`; ${attributes}`), line.replace(/=.*?;/, "=…;")).toBe(true);
    }
    expect(await user(bench)).toBeUndefined();
  });

  it.each<SessionCookieOptions>([
    { name: "__Host-app", domain: "example.com" },
    { name: "__Host-app", path: "/app" },
    { name: "__Host-app", secure: false },
    { name: "__host-app", secure: false },
    { name: "__Secure-app", secure: false },
    { sameSite: "none", secure: false },
    { partitioned: true, secure: false },
    { name: "with space" },
    { name: "with;semicolon" },
    { name: "with=sign" },
    { name: "größe" },
    { path: "/a;b" },
    { domain: "example.com; Secure" },
  ])("cookie %j, which no browser keeps, is an invalid_configuration_error", async (cookie) => {
    const bench = withCookie(cookie);
    const callback = await startAt(issuer, bench);
    await expect(comeBack(bench, callback)).rejects.toMatchObject({ code: "invalid_configuration_error" });
  });

  it.each(["my.app.session", "s", "a-b_c", "!#$%&'*+-.^_`|~", "__Host-state", "0"])(
    "stateIdentifier '%s' names the session, transactionIdentifier the logins",
    async (identifier) => {
      issuer.claims.about = filler(3000);
      const bench = open({}, { stateIdentifier: identifier, transactionIdentifier: `${identifier}.tx` });
      const callback = await startAt(issuer, bench);
      const [transaction, ...more] = [...bench.jar.keys()];
      expect(more).toEqual([]);
      expect(transaction!.startsWith(`${identifier}.tx.`)).toBe(true);
      await comeBack(bench, callback);
      expect(await user(bench)).toBeDefined();
      const names = [...bench.jar.keys()];
      expect(names.every((name) => name === identifier || /^\.\d$/.test(name.slice(identifier.length)))).toBe(
        true,
      );
      await logout(bench);
      expect(await user(bench)).toBeUndefined();
    },
  );

  it("two clients with identifiers of their own share a browser and know nothing of each other", async () => {
    const one = open({}, { stateIdentifier: "one", transactionIdentifier: "one-tx" });
    await logInAt(issuer, one);
    const other = open({}, { stateIdentifier: "other", transactionIdentifier: "other-tx" }, one.jar);
    expect(await user(other)).toBeUndefined();
    issuer.claims.sub = "user-2";
    await logInAt(issuer, other);
    await logout(other);
    for (const [name, value] of other.jar) one.jar.set(name, value);
    expect(await user(one)).toMatchObject({ sub: "user-1" });
  });

  it.each(["with space", "with;semicolon", "with=sign", "größe", "line\nbreak"])(
    "the identifiers cannot be '%s', which no cookie can be called",
    async (identifier) => {
      const state = open({}, { stateIdentifier: identifier });
      const callback = await startAt(issuer, state);
      await expect(comeBack(state, callback)).rejects.toMatchObject({ code: "invalid_configuration_error" });
      const transaction = open({}, { transactionIdentifier: identifier });
      await expect(startAt(issuer, transaction)).rejects.toMatchObject({
        code: "invalid_configuration_error",
      });
    },
  );

  it("of three secrets the first seals and all open; one that is dropped opens nothing any more", async () => {
    const secrets = ["first", "second", "third"].map(
      (name) => `${name} secret of at least thirty-two characters`,
    );
    const [first, second, third] = secrets as [string, string, string];
    const bench = open({ secret: third });
    await login(bench);
    const rotated = open({ secret: [first, second, third] }, {}, bench.jar);
    expect(await user(rotated)).toBeDefined();
    expect(
      await user(open({ secret: [first, second] }, {}, bench.jar)),
      "the oldest is dropped",
    ).toBeUndefined();
    await visit(rotated, (options) => rotated.client.touch(options));
    expect(await user(open({ secret: first }, {}, rotated.jar)), "sealed anew with the first").toBeDefined();
    expect(await user(open({ secret: [second, third] }, {}, rotated.jar))).toBeUndefined();
  });

  it("three secrets of the transactions go the same way: a login that is under way is finished", async () => {
    const secrets = ["first", "second", "third"].map(
      (name) => `${name} secret of at least thirty-two characters`,
    );
    const transactions = (given: string | string[]) => ({
      transactionStore: new CookieTransactionStore({ secret: given }, cookies),
    });
    const bench = open({}, transactions(secrets[2]!));
    const callback = await startAt(issuer, bench);
    const dropped = open({}, transactions(secrets.slice(0, 2)), bench.jar);
    await expect(comeBack(dropped, callback)).rejects.toMatchObject({ code: "missing_transaction_error" });
    const rotated = open({}, transactions(secrets), bench.jar);
    await comeBack(rotated, callback);
    expect(await user(rotated)).toBeDefined();
  });
});

describe("the session options of edgeAuth", () => {
  it("reach the store, and those that cannot be are a page that says so on this machine, and no login", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const options = { domain, clientId, clientSecret, customFetch, secret, appBaseUrl: appOrigin };
    const app = edgeAuth({ ...options, session: { absoluteDuration: -1 } }).handler(() => new Response("ok"));
    const answer = await app.fetch(new Request(appOrigin, { headers: { accept: "text/html" } }));
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain("absoluteDuration");
    const fine = edgeAuth({ ...options, session: { absoluteDuration: 60 } }).handler(
      () => new Response("ok"),
    );
    expect((await fine.fetch(new Request(appOrigin))).status).toBe(200);
  });
});

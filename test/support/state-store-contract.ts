import {
  type CookieHandler,
  type EncryptedStoreOptions,
  HeadersCookieHandler,
  type SessionConfiguration,
  type StateData,
  type StateStore,
} from "auth0-edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CookieJar, type Exchange } from "./cookie-jar.ts";
import { seededRandom } from "./random.ts";
import { renewalContract } from "./renewal-contract.ts";
import { aSession, DAY, filler, IDENTIFIER, mira, now, SECRET, tokenSet } from "./sessions.ts";

export type StateStoreOptions = SessionConfiguration & EncryptedStoreOptions;

/** Makes a store over one storage: of two it made, one reads what the other wrote. */
export type StateStoreFactory = (
  options: StateStoreOptions,
  cookies: CookieHandler<Exchange>,
) => StateStore<Exchange>;

/** What the stores differ in. */
export interface StateStoreTraits {
  /** Whether a session can be ended without its browser: there is a storage that knows which are. */
  endsSessionsFromOutside: boolean;
  /** Whether a logout token also ends a session that is stored only after it. */
  remembersLogoutTokens?: boolean;
  /** Whether a change of a session that somebody else changed meanwhile is refused. */
  comparesChanges?: boolean;
  /** Whether a refresh token is spent once, however many requests want it. */
  renewsOnce?: boolean;
}

/** Far ahead: storage that sets alarms by this clock must not find them due by the real one. */
const START = new Date("2066-11-23T12:00:00Z");

/**
 * What every state store does. A new store passes it by one line in a test file:
 * `stateStoreContract("MyStore", () => (options, cookies) => new MyStore(options, cookies), traits)`.
 *
 * @param newStorage opens an empty storage and gives back what makes stores over it
 */
export function stateStoreContract(
  name: string,
  newStorage: () => StateStoreFactory | Promise<StateStoreFactory>,
  traits: StateStoreTraits,
): void {
  // What it does to the clock is over where it ends.
  describe(name, () => contract(name, newStorage, traits));
}

function contract(
  name: string,
  newStorage: () => StateStoreFactory | Promise<StateStoreFactory>,
  traits: StateStoreTraits,
): void {
  const { endsSessionsFromOutside, remembersLogoutTokens, comparesChanges, renewsOnce } = traits;
  let factory: StateStoreFactory;
  let jar: CookieJar;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: START });
    factory = await newStorage();
    jar = new CookieJar();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const storeWith = (options: Partial<StateStoreOptions> = {}, cookies?: CookieHandler<Exchange>) =>
    factory({ secret: SECRET, ...options }, cookies ?? new HeadersCookieHandler<Exchange>());
  const logIn = async (
    store: StateStore<Exchange>,
    state = aSession(),
    browser = jar,
  ): Promise<StateData> => {
    await browser.visit((exchange) => store.set(IDENTIFIER, state, true, exchange));
    return state;
  };
  const read = (store: StateStore<Exchange>, browser = jar): Promise<StateData | undefined> =>
    browser.visit((exchange) => store.get(IDENTIFIER, exchange));
  const logOut = (store: StateStore<Exchange>, browser = jar): Promise<void> =>
    browser.visit((exchange) => store.delete(IDENTIFIER, exchange));
  const later = (seconds: number): void => {
    vi.setSystemTime(Date.now() + seconds * 1000);
  };
  const sessionCookies = (browser = jar): string[] =>
    browser.names().filter((cookie) => cookie === IDENTIFIER || /^__a0_session\.\d$/.test(cookie));

  describe(`${name} keeps a session`, () => {
    it("and gives it back equal", async () => {
      const store = storeWith();
      const state = await logIn(
        store,
        aSession({
          tokenSets: [tokenSet(), tokenSet({ audience: "https://api.example/", requestedScope: "a b" })],
          connectionTokenSets: [{ connection: "g", accessToken: "ya29", scope: "x", expiresAt: now() + 60 }],
          sessionExpiresAt: now() + 3600,
          appClaim: { nested: ["data"] },
        }),
      );
      expect(await read(store)).toEqual(state);
    });

    it("which a later read of the same request sees already", async () => {
      const store = storeWith();
      const state = aSession();
      const exchange = jar.exchange();
      await store.set(IDENTIFIER, state, true, exchange);
      expect(await store.get(IDENTIFIER, exchange)).toEqual(state);
      await store.delete(IDENTIFIER, exchange);
      expect(await store.get(IDENTIFIER, exchange)).toBeUndefined();
    });

    it("for the browser that logged in and for no other", async () => {
      const store = storeWith();
      await logIn(store);
      expect(await read(store, new CookieJar())).toBeUndefined();
      const other = new CookieJar();
      const jonas = await logIn(store, aSession({ user: { ...mira, sub: "auth0|jonas" } }), other);
      expect((await read(store))?.user?.sub).toBe(mira.sub);
      expect(await read(store, other)).toEqual(jonas);
    });

    it("in which nothing changes that is not written", async () => {
      const store = storeWith();
      const state = await logIn(store);
      const found = (await read(store))!;
      found.user!.name = "Somebody else";
      found.tokenSets.push(tokenSet({ audience: "another" }));
      expect(await read(store)).toEqual(state);
    });

    it("and the change of one", async () => {
      const store = storeWith();
      const state = await logIn(store);
      const changed = {
        ...state,
        refreshToken: "the next one",
        tokenSets: [tokenSet({ accessToken: "new" })],
      };
      await jar.visit((exchange) => store.set(IDENTIFIER, changed, false, exchange));
      expect(await read(store)).toEqual(changed);
    });

    it("that a store in another isolate, with the same secret, reads as well", async () => {
      const state = await logIn(storeWith());
      expect(await read(storeWith())).toEqual(state);
    });

    it("under an identifier with dots, several of them side by side", async () => {
      const store = storeWith();
      const identifiers = ["my.app.session", "my.app", "my", "my.app.session.0x"];
      for (const identifier of identifiers) {
        await jar.visit((exchange) =>
          store.set(
            identifier,
            aSession({ user: { ...mira, sub: identifier, about: filler(4700) } }),
            true,
            exchange,
          ),
        );
      }
      await jar.visit((exchange) => store.delete("my.app", exchange));
      const users = await Promise.all(
        identifiers.map((identifier) => jar.visit((exchange) => store.get(identifier, exchange))),
      );
      expect(users.map((state) => state?.user?.sub)).toEqual([
        "my.app.session",
        undefined,
        "my",
        "my.app.session.0x",
      ]);
    });

    it("whose cookie does not pass under another identifier", async () => {
      const store = storeWith();
      await logIn(store);
      const [cookie] = sessionCookies();
      jar.put("other", jar.get(cookie!)!);
      expect(await jar.visit((exchange) => store.get("other", exchange))).toBeUndefined();
    });

    it("without touching cookies whose names begin alike (fault 7)", async () => {
      const store = storeWith();
      const foreign = [
        "__a0_session_legacy",
        "__a0_session.x",
        "__a0_session.10",
        "__a0_sessio",
        "a__a0_session",
      ];
      for (const cookie of foreign) jar.put(cookie, `value of ${cookie.length}`.replaceAll(" ", "-"));
      const state = await logIn(store, aSession({ user: { ...mira, about: filler(4000) } }));
      expect(await read(store)).toEqual(state);
      await logIn(store);
      await logOut(store);
      expect(await read(store)).toBeUndefined();
      expect(foreign.filter((cookie) => jar.get(cookie)?.startsWith("value"))).toEqual(foreign);
    });
  });

  describe(`the cookies of ${name}`, () => {
    it("are HttpOnly, Secure, SameSite=Lax and of the whole host, and live as long as the session", async () => {
      const exchange = jar.exchange();
      await storeWith().set(IDENTIFIER, aSession(), true, exchange);
      const lines = exchange.headers.getSetCookie();
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines.filter((text) => !text.includes("Max-Age=0;"))) {
        expect(line).toMatch(
          /^__a0_session(\.\d)?=[^;]+; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
        );
      }
    });

    it("have the attributes of the options, and their deletion repeats them", async () => {
      const cookie = {
        name: "__Secure-mine",
        domain: "example.com",
        path: "/app",
        sameSite: "none",
        partitioned: true,
      } as const;
      const store = storeWith({ cookie });
      const exchange = jar.exchange();
      await store.set(IDENTIFIER, aSession(), true, exchange);
      jar.receive(exchange);
      expect(jar.names()).toEqual(["__Secure-mine"]);
      const goodbye = jar.exchange();
      await store.delete(IDENTIFIER, goodbye);
      const attributes = "Domain=example.com; Path=/app; HttpOnly; Secure; SameSite=None; Partitioned";
      for (const line of [...exchange.headers.getSetCookie(), ...goodbye.headers.getSetCookie()]) {
        expect(line).toMatch(new RegExp(`; ${attributes.replaceAll(".", "\\.")}$`));
      }
      jar.receive(goodbye);
      expect(jar.get("__Secure-mine")).toBeUndefined();
    });

    it("are refused at once where a browser would drop them", async () => {
      const use = async (): Promise<void> =>
        storeWith({ cookie: { name: "__Host-mine", path: "/app" } }).set(
          IDENTIFIER,
          aSession(),
          true,
          jar.exchange(),
        );
      await expect(use).rejects.toMatchObject({ code: "invalid_configuration_error" });
    });

    it("show nothing of the session", async () => {
      await logIn(storeWith());
      const text = jar.header();
      expect(text).not.toMatch(/mira|refresh-token|access/i);
      for (const part of text.split(/[=;.]/)) {
        const decoded = /^[\w-]+$/.test(part)
          ? atob(
              part
                .replaceAll("-", "+")
                .replaceAll("_", "/")
                .slice(0, part.length & ~3),
            )
          : "";
        expect(decoded).not.toMatch(/mira|refresh-token|access/i);
      }
    });

    it("go through a handler that answers with promises and shows only what the request brought", async () => {
      const cookies: CookieHandler<Exchange> = {
        async setCookie(cookie, value, options, exchange) {
          await Promise.resolve();
          new HeadersCookieHandler<Exchange>().setCookie(cookie, value, options, exchange);
        },
        async getCookie(cookie, exchange) {
          return (await this.getCookies(exchange))[cookie];
        },
        async getCookies(exchange) {
          await Promise.resolve();
          return new HeadersCookieHandler<Exchange>().getCookies({ ...exchange!, headers: new Headers() });
        },
        // As in the seed's example for Fastify: no third argument.
        async deleteCookie(cookie, exchange) {
          await Promise.resolve();
          new HeadersCookieHandler<Exchange>().deleteCookie(cookie, exchange);
        },
      };
      const store = storeWith({}, cookies);
      const state = await logIn(store);
      expect(await read(store)).toEqual(state);
      const changed = { ...state, refreshToken: "next" };
      await jar.visit((exchange) => store.set(IDENTIFIER, changed, false, exchange));
      expect(await read(store)).toEqual(changed);
      await logOut(store);
      expect(await read(store)).toBeUndefined();
      expect(sessionCookies()).toEqual([]);
    });
  });

  describe(`a cookie that ${name} did not write is no session, and no error:`, () => {
    it.each([
      ["any text", "anything"],
      [
        "a compact JWE of others",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0..AAAAAAAAAAAAAAAAAAAAAA.AAAA.AAAA",
      ],
      ["a JWE without parts", "...."],
      ["a number of parts", "2~"],
      ["dots without end", ".".repeat(5000)],
      ["a very large one", "x".repeat(100_000)],
    ])("%s (fault 6)", async (_, text) => {
      const store = storeWith();
      for (const cookie of [IDENTIFIER, `${IDENTIFIER}.0`, `${IDENTIFIER}.1`, `${IDENTIFIER}.ended`]) {
        jar.put(cookie, text);
      }
      expect(await read(store)).toBeUndefined();
      await logOut(store);
      const state = await logIn(store);
      expect(await read(store)).toEqual(state);
    });

    it("one that was changed anywhere", async () => {
      const store = storeWith();
      await logIn(store);
      const random = seededRandom(6);
      const [cookie] = sessionCookies();
      const text = jar.get(cookie!)!;
      for (let round = 0; round < 300; round++) {
        const at = random.between(0, text.length);
        const changed =
          text.slice(0, at) + random.pick([..."ABab01-_.~"]) + text.slice(at + random.between(0, 2));
        if (changed === text) continue;
        jar.put(cookie!, changed);
        expect(await read(store), changed).toBeUndefined();
      }
      jar.put(cookie!, text);
      expect(await read(store)).toBeDefined();
    });

    it("one that was sealed with another secret", async () => {
      await logIn(storeWith({ secret: "another secret of more than thirty-two characters" }));
      expect(await read(storeWith())).toBeUndefined();
    });
  });

  describe(`the secret of ${name}`, () => {
    it("can be replaced while sessions live on", async () => {
      const [older, newer] = [
        "an older secret of 32 characters or more",
        "a newer secret of 32 characters or more",
      ];
      const state = await logIn(storeWith({ secret: older }));
      const both = storeWith({ secret: [newer, older] });
      expect(await read(both)).toEqual(state);
      await jar.visit((exchange) => both.set(IDENTIFIER, state, false, exchange));
      expect(await read(storeWith({ secret: newer }))).toEqual(state);
      expect(await read(storeWith({ secret: older }))).toBeUndefined();
    });

    it.each<[string, unknown]>([
      ["an empty text", ""],
      ["an empty list", []],
      ["a list with an empty text", [SECRET, ""]],
      ["undefined", undefined],
      ["a list with undefined", [SECRET, undefined]],
    ])("is refused when it is %s, and not repeated", (_, secret) => {
      const make = () => storeWith({ secret: secret as string });
      expect(make).toThrow(expect.objectContaining({ code: "invalid_configuration_error" }));
      expect(make).toThrow(expect.objectContaining({ message: expect.not.stringContaining(SECRET) }));
    });
  });

  describe(`a session of ${name} ends`, () => {
    it("after a day without activity", async () => {
      const store = storeWith();
      await logIn(store);
      const thief = jar.clone();
      for (const cookie of sessionCookies(thief)) thief.put(cookie, thief.get(cookie)!);
      later(DAY - 1);
      expect(await read(store, jar.clone())).toBeDefined();
      later(1);
      expect(await read(store)).toBeUndefined();
      expect(await read(store, thief), "a cookie that the browser kept too long").toBeUndefined();
    });

    it("not while it is used, which reading is (fault 9), until its absolute duration is over", async () => {
      const store = storeWith();
      await logIn(store);
      const alive: number[] = [];
      for (let hour = 1; hour < 100; hour++) {
        later(3600);
        if (await read(store)) alive.push(hour);
      }
      expect(alive).toEqual(Array.from({ length: 71 }, (_, index) => index + 1));
    });

    it("not a minute before that, at whatever pace it is used", async () => {
      for (const pace of [17, 47, 139, 300]) {
        const store = storeWith();
        jar = new CookieJar();
        await logIn(store);
        let minutes = 0;
        for (; minutes + pace < 72 * 60; minutes += pace) {
          later(pace * 60);
          expect(await read(store), `every ${pace} minutes, after ${minutes + pace}`).toBeDefined();
        }
        later((72 * 60 - minutes - 1) * 60);
        expect(await read(store), `every ${pace} minutes, in the last one`).toBeDefined();
        later(60);
        expect(await read(store)).toBeUndefined();
      }
    });

    it("after its absolute duration, though its cookie was kept and even sealed for longer", async () => {
      await logIn(storeWith({ absoluteDuration: 30 * DAY, inactivityDuration: 20 * DAY }));
      for (const cookie of sessionCookies()) jar.put(cookie, jar.get(cookie)!);
      later(3 * DAY);
      expect(await read(storeWith(), jar.clone())).toBeUndefined();
      expect(await read(storeWith({ absoluteDuration: 30 * DAY }))).toBeDefined();
    });

    it("at the absolute duration and not before, where it does not roll; no activity moves that (fault 8)", async () => {
      const store = storeWith({ rolling: false, absoluteDuration: 2 * DAY, inactivityDuration: 60 });
      const state = await logIn(store);
      for (let hour = 1; hour < 48; hour++) {
        later(3600);
        expect(await read(store), `hour ${hour}`).toBeDefined();
        await jar.visit((exchange) => store.set(IDENTIFIER, { ...state, hour }, false, exchange));
      }
      const thief = jar.clone();
      for (const cookie of sessionCookies(thief)) thief.put(cookie, thief.get(cookie)!);
      later(3600);
      expect(await read(store)).toBeUndefined();
      expect(await read(store, thief)).toBeUndefined();
    });

    it("at the ceiling its identity provider set", async () => {
      const store = storeWith();
      await logIn(store, aSession({ sessionExpiresAt: now() + 600 }));
      const thief = jar.clone();
      for (const cookie of sessionCookies(thief)) thief.put(cookie, thief.get(cookie)!);
      later(599);
      expect(await read(store)).toBeDefined();
      later(1);
      expect([await read(store), await read(store, thief)]).toEqual([undefined, undefined]);
    });
  });

  describe(`reading a session of ${name}`, () => {
    const readOnce = async (
      store: StateStore<Exchange>,
      more: Partial<Exchange & { committed: boolean }> = {},
    ) => {
      const exchange = { ...jar.exchange(), ...more };
      const state = await store.get(IDENTIFIER, exchange);
      return { state, lines: exchange.headers?.getSetCookie() ?? [], exchange };
    };

    it("sets no cookie before a tenth of the inactivity time has passed, and one then", async () => {
      const store = storeWith();
      await logIn(store);
      later(DAY / 10 - 1);
      expect((await readOnce(store)).lines).toEqual([]);
      later(1);
      const { lines, exchange } = await readOnce(store);
      expect(lines.some((line) => line.includes(`Max-Age=${DAY};`))).toBe(true);
      jar.receive(exchange);
      expect((await readOnce(store)).lines).toEqual([]);
    });

    it("sets none where there is no session", async () => {
      const store = storeWith();
      expect((await readOnce(store)).lines).toEqual([]);
      jar.put(IDENTIFIER, "foreign");
      expect((await readOnce(store)).lines).toEqual([]);
    });

    it("works after the response has left, and without response headers: the session just does not roll", async () => {
      const store = storeWith();
      await logIn(store);
      later(DAY / 2);
      const left = await readOnce(store, { committed: true });
      expect([left.state?.user?.sub, left.lines]).toEqual([mira.sub, []]);
      const readOnly = { request: jar.exchange().request } as Exchange;
      expect((await store.get(IDENTIFIER, readOnly))?.user?.sub).toBe(mira.sub);
    });

    it("says what is missing without store options", async () => {
      await expect(storeWith().get(IDENTIFIER)).rejects.toMatchObject({
        code: "missing_required_argument_error",
      });
    });
  });

  describe(`a logout at ${name}`, () => {
    it("ends the session and leaves no cookie of it", async () => {
      const store = storeWith();
      await logIn(store, aSession({ user: { ...mira, about: filler(4700) } }));
      await logOut(store);
      expect(await read(store)).toBeUndefined();
      expect(sessionCookies()).toEqual([]);
    });

    it("removes cookies that cannot be read, and needs none", async () => {
      const store = storeWith();
      await logOut(store);
      jar.put(IDENTIFIER, "unreadable");
      await logOut(store);
      expect(sessionCookies()).toEqual([]);
    });

    it("is not undone by a response that was computed before it and arrives after it (fault 4)", async () => {
      const store = storeWith();
      for (const size of [0, 4700]) {
        const state = await logIn(store, aSession({ user: { ...mira, about: filler(size) } }));
        later(DAY / 2);
        const [rolled, changed] = [jar.exchange(), jar.exchange()];
        await store.get(IDENTIFIER, rolled);
        await store.set(IDENTIFIER, { ...state, refreshToken: "next" }, false, changed);
        await logOut(store);
        jar.receive(rolled);
        expect(await read(store), "after one that extended the session").toBeUndefined();
        jar.receive(changed);
        expect(await read(store), "after one that changed it").toBeUndefined();
      }
    });

    it("is not undone after a second login and logout either", async () => {
      const store = storeWith();
      const late: Exchange[] = [];
      for (let round = 0; round < 4; round++) {
        const state = await logIn(store);
        const exchange = jar.exchange();
        await store.set(IDENTIFIER, state, false, exchange);
        late.push(exchange);
        await logOut(store);
      }
      for (const exchange of late) {
        jar.receive(exchange);
        expect(await read(store)).toBeUndefined();
      }
    });

    it("can be followed by a login at once", async () => {
      const store = storeWith();
      await logIn(store);
      await logOut(store);
      const again = await logIn(store);
      expect(await read(store)).toEqual(again);
    });
  });

  describe(`another login at ${name}`, () => {
    it("takes the place of the session before", async () => {
      const store = storeWith();
      await logIn(store, aSession({ user: { ...mira, about: filler(4700) } }));
      const jonas = await logIn(store, aSession({ user: { ...mira, sub: "auth0|jonas" } }));
      expect(await read(store)).toEqual(jonas);
    });

    it("ends the session before: a late response does not bring it back", async () => {
      const store = storeWith();
      const before = await logIn(store);
      const late = jar.exchange();
      await store.set(IDENTIFIER, { ...before, refreshToken: "next" }, false, late);
      await logIn(store, aSession({ user: { ...mira, sub: "auth0|jonas" } }));
      jar.receive(late);
      expect((await read(store))?.user?.sub).not.toBe(mira.sub);
    });

    it("is not undone by a late response that merely read the session before", async () => {
      const store = storeWith();
      await logIn(store);
      const late = jar.exchange();
      const jonas = await logIn(store, aSession({ user: { ...mira, sub: "auth0|jonas" } }));
      await store.get(IDENTIFIER, late);
      jar.receive(late);
      expect(await read(store)).toEqual(jonas);
    });
  });

  describe(`a browser whose requests at ${name} overlap`, () => {
    it("always has one whole session that some response wrote, in at most 8,192 bytes of cookies", async () => {
      const store = storeWith();
      for (let sequence = 0; sequence < 12; sequence++) {
        const random = seededRandom(700 + sequence);
        const browser = new CookieJar();
        const state = await logIn(store, aSession(), browser);
        const written = new Set<string>([JSON.stringify(state)]);
        const onTheirWay: Exchange[] = [];
        for (let step = 0; step < 24; step++) {
          if (random.next() < 0.5 && onTheirWay.length < 5) {
            const about = filler(random.pick([0, random.between(0, 1500), random.between(2000, 4500)]));
            const changed = { ...state, refreshToken: `${step}`, about };
            const exchange = browser.exchange();
            await store.set(IDENTIFIER, changed, false, exchange);
            written.add(JSON.stringify(changed));
            onTheirWay.push(exchange);
          } else if (onTheirWay.length) {
            browser.receive(onTheirWay.splice(random.between(0, onTheirWay.length), 1)[0]!);
          }
          const found = await store.get(IDENTIFIER, browser.exchange());
          expect(
            [...written].some((text) => expectEqual(JSON.parse(text), found)),
            `sequence ${sequence}, step ${step}`,
          ).toBe(true);
          expect(browser.bytes()).toBeLessThanOrEqual(8192);
        }
      }
      // Hundreds of writes and reads: a machine that does much else takes its time.
    }, 60_000);
  });

  if (comparesChanges) {
    it(`a change at ${name} is refused where somebody else changed the session meanwhile, and can be made anew`, async () => {
      const store = storeWith();
      await logIn(store);
      const [one, other] = [(await read(store))!, (await read(store))!];
      const change = (state: StateData, members: object) =>
        jar.visit((exchange) => store.set(IDENTIFIER, { ...state, ...members }, false, exchange));
      await change(one, { first: 1 });
      await expect(change(other, { second: 2 })).rejects.toMatchObject({ code: "session_changed" });
      expect(await read(store)).not.toHaveProperty("second");
      await change((await read(store))!, { second: 2 });
      expect(await read(store)).toMatchObject({ first: 1, second: 2 });
    });
  }

  if (renewsOnce) renewalContract(name, { storeWith, logIn, read, logOut });

  if (endsSessionsFromOutside) {
    describe(`a back-channel logout at ${name}`, () => {
      const iss = "https://tenant.example/";
      const logInAs = async (sub: string, sid: string, iat = now()): Promise<CookieJar> => {
        const browser = new CookieJar();
        const user = { ...mira, sub, iat };
        await logIn(
          storeWith(),
          aSession({ user, internal: { sid, createdAt: now(), id: crypto.randomUUID() } }),
          browser,
        );
        return browser;
      };

      it("by sid ends every session of that sid and no other", async () => {
        const store = storeWith();
        const browsers = [
          await logInAs("a", "1"),
          await logInAs("a", "1"),
          await logInAs("a", "2"),
          await logInAs("b", "3"),
        ];
        // Whenever it was made: it is about that session of the issuer.
        await store.deleteByLogoutToken({ iss, sid: "1", iat: now() - 100 });
        const alive = await Promise.all(browsers.map((browser) => read(store, browser)));
        expect(alive.map((state) => state?.internal.sid)).toEqual([undefined, undefined, "2", "3"]);
      });

      it("by sub ends the user's sessions up to the token's own time, and none of a later login", async () => {
        const store = storeWith();
        const issuedAt = now();
        const browsers = [await logInAs("a", "1"), await logInAs("b", "2")];
        later(10);
        const newer = await logInAs("a", "3");
        await store.deleteByLogoutToken({ iss, sub: "a", iat: issuedAt + 5 });
        const alive = await Promise.all([...browsers, newer].map((browser) => read(store, browser)));
        expect(alive.map((state) => state?.internal.sid)).toEqual([undefined, "2", "3"]);
      });

      it("of another issuer, another user or nobody ends nothing", async () => {
        const store = storeWith();
        const browser = await logInAs("a", "1");
        const empty = await logInAs("c", "");
        for (const claims of [
          { iss: "https://evil.example/", sid: "1" },
          { iss: "https://evil.example/", sub: "a", iat: now() },
          { iss, sid: "1", sub: "b" },
          { iss, sid: "2", sub: "a" },
          { iss, sub: "b", iat: now() },
          { iss, sid: "" },
          { iss },
        ]) {
          await store.deleteByLogoutToken(claims);
        }
        expect(await read(store, browser)).toBeDefined();
        expect(await read(store, empty)).toBeDefined();
      });

      it("of a user without a time, as a logout everywhere is, ends all there are, and no login of later", async () => {
        const store = storeWith();
        const browsers = [await logInAs("a", "1"), await logInAs("a", "2"), await logInAs("b", "3")];
        await store.deleteByLogoutToken({ iss, sub: "a" });
        later(1);
        const newer = await logInAs("a", "4");
        const alive = await Promise.all([...browsers, newer].map((browser) => read(store, browser)));
        expect(alive.map((state) => state?.internal.sid)).toEqual([undefined, undefined, "3", "4"]);
      });

      it("by sub that is replayed spares the session of a later login", async () => {
        const store = storeWith();
        const token = { iss, sub: "a", iat: now() };
        const earlier = await logInAs("a", "1");
        await store.deleteByLogoutToken(token);
        later(1);
        const newer = await logInAs("a", "2");
        await store.deleteByLogoutToken(token);
        expect(await read(store, earlier)).toBeUndefined();
        expect((await read(store, newer))?.internal.sid).toBe("2");
      });

      if (remembersLogoutTokens) {
        it.each([
          ["sid", { iss, sid: "1" }],
          ["sub", { iss, sub: "a" }],
          ["both", { iss, sid: "1", sub: "a" }],
        ])("by %s that comes before its session ends it all the same", async (_, claims) => {
          const store = storeWith();
          const iat = now();
          await store.deleteByLogoutToken({ ...claims, iat });
          for (const [sub, sid] of [
            ["a", "1"],
            ["b", "2"],
          ] as const) {
            const browser = new CookieJar();
            const user = { ...mira, sub, iat };
            const state = aSession({ user, internal: { sid, createdAt: iat, id: crypto.randomUUID() } });
            await logIn(store, state, browser).catch((error) => {
              expect(error).toMatchObject({ code: "missing_session_error" });
            });
            expect((await read(store, browser))?.user?.sub).toBe(sub === "a" ? undefined : "b");
          }
        });
      }

      it("can come twice", async () => {
        const store = storeWith();
        const browser = await logInAs("a", "1");
        await store.deleteByLogoutToken({ iss, sid: "1" });
        await store.deleteByLogoutToken({ iss, sid: "1" });
        expect(await read(store, browser)).toBeUndefined();
      });

      it("is final: a change that was on its way throws and brings nothing back", async () => {
        const store = storeWith();
        const state = await logIn(store);
        await store.deleteByLogoutToken({ iss, sid: state.internal.sid });
        const exchange = jar.exchange();
        await expect(store.set(IDENTIFIER, state, false, exchange)).rejects.toMatchObject({
          code: "missing_session_error",
        });
        jar.receive(exchange);
        expect(await read(store)).toBeUndefined();
      });

      it("is final: neither does a request bring it back that merely extends the session", async () => {
        const store = storeWith();
        const state = await logIn(store);
        await store.deleteByLogoutToken({ iss, sid: state.internal.sid });
        const exchange = jar.exchange();
        // A store may say so, or do nothing.
        const extending = Promise.resolve(store.touch?.(IDENTIFIER, state, exchange));
        await extending.catch((error) => expect(error).toMatchObject({ code: "missing_session_error" }));
        jar.receive(exchange);
        expect(await read(store)).toBeUndefined();
      });
    });

    it(`a cookie of ${name} that was copied before the logout opens nothing after it`, async () => {
      const store = storeWith();
      await logIn(store);
      const thief = jar.clone();
      await logOut(store);
      expect(await read(store, thief)).toBeUndefined();
      await logIn(store);
      const second = jar.clone();
      await logIn(store);
      expect(await read(store, second), "after another login").toBeUndefined();
    });
  } else {
    it(`a back-channel logout at ${name} is refused, so that nobody believes it happened`, async () => {
      await expect(
        storeWith().deleteByLogoutToken({ iss: "https://tenant.example/", sid: "1" }),
      ).rejects.toMatchObject({
        name: "BackchannelLogoutError",
        code: "backchannel_logout_error",
      });
    });
  }
}

function expectEqual(wanted: unknown, found: unknown): boolean {
  return JSON.stringify(sorted(wanted)) === JSON.stringify(sorted(found));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]);
}

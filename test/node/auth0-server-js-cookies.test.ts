import {
  StatefulStateStore as PeerStateful,
  StatelessStateStore as PeerStateless,
} from "@auth0/auth0-server-js";
import {
  edgeAuth,
  HeadersCookieHandler,
  MemorySessionStore,
  type ReadAlso,
  readAuth0ServerJsCookies,
  readSession,
  type SessionConfiguration,
  type StateData,
  StatefulStateStore,
  StatelessStateStore,
} from "auth0-edge";
import { CompactEncrypt, EncryptJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CookieJar, type Exchange } from "../support/cookie-jar.ts";
import { earlierReleases, earlierSession } from "../support/earlier-releases.ts";
import { type HostileIssuer, hostileIssuer } from "../support/hostile-issuer.ts";
import { seededRandom } from "../support/random.ts";
import { clientBench } from "../support/server-client.ts";
import { aSession, DAY, filler, IDENTIFIER, mira, now, SECRET, tokenSet } from "../support/sessions.ts";

const older = "an older secret of more than thirty-two characters";
let jar: CookieJar;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
  jar = new CookieJar();
});
afterEach(() => {
  vi.useRealTimers();
});

type PeerOptions = ConstructorParameters<typeof PeerStateless>[0];
const cookies = new HeadersCookieHandler<Exchange>();
/** The peer's own store, with its cookies as a browser would have them. */
const peer = (options: Partial<PeerOptions> = {}) =>
  new PeerStateless<Exchange>({ secret: SECRET, ...options } as PeerOptions, cookies as never);
const ours = (options: SessionConfiguration & { secret?: string | string[] } = {}) =>
  new StatelessStateStore<Exchange>(
    { secret: SECRET, readAlso: readAuth0ServerJsCookies(), ...options },
    cookies,
  );
/** A session as the peer makes it: without an id. */
const peerSession = (members: Partial<StateData> = {}): StateData => ({
  ...aSession(members),
  internal: { sid: "the-sid", createdAt: now() },
});
const writeAsPeer = (state: StateData, options: Partial<PeerOptions> = {}, identifier = IDENTIFIER) =>
  jar.visit((exchange) => peer(options).set(identifier, state as never, true, exchange));
const read = (store = ours(), identifier = IDENTIFIER) =>
  jar.visit((exchange) => store.get(identifier, exchange));
const write = (state: StateData, store = ours(), identifier = IDENTIFIER) =>
  jar.visit((exchange) => store.set(identifier, state, false, exchange));
const logOut = (store = ours(), identifier = IDENTIFIER) =>
  jar.visit((exchange) => store.delete(identifier, exchange));
const later = (seconds: number): void => {
  vi.setSystemTime(Date.now() + seconds * 1000);
};
/** The same but for the id, of which the peer's sessions have none. */
const withoutId = (state: StateData | undefined) =>
  state && { ...state, internal: { ...state.internal, id: undefined } };

describe("a session that @auth0/auth0-server-js keeps in cookies", () => {
  it.each([
    ["in one cookie", 1, {}],
    ["in two", 2, { user: { ...mira, about: filler(500) } }],
    [
      "in three, with an API's token and those of a connection",
      3,
      {
        user: { ...mira, about: filler(1500) },
        tokenSets: [tokenSet(), tokenSet({ audience: "https://api.example/", scope: "a b" })],
        connectionTokenSets: [
          {
            connection: "google-oauth2",
            accessToken: "ya29.token",
            scope: "drive",
            expiresAt: 1_795_500_000,
          },
        ],
        cart: ["custom data"],
      },
    ],
  ])("is read, %s, and nothing is written for that", async (_name, parts, members) => {
    const state = peerSession(members);
    await writeAsPeer(state);
    expect(jar.names()).toEqual(Array.from({ length: parts }, (_, index) => `${IDENTIFIER}.${index}`));
    const exchange = jar.exchange();
    const found = await ours().get(IDENTIFIER, exchange);
    expect(withoutId(found)).toEqual(state);
    expect(found).not.toHaveProperty("exp");
    expect(exchange.headers.getSetCookie()).toEqual([]);
  });

  it("stays unread without the option", async () => {
    await writeAsPeer(peerSession());
    expect(await read(new StatelessStateStore({ secret: SECRET }, cookies))).toBeUndefined();
  });

  it("is sealed as ours at the next write, and the peer's cookies go", async () => {
    for (const about of [0, 3000]) {
      jar = new CookieJar();
      await writeAsPeer(peerSession({ user: { ...mira, about: filler(about) } }));
      const state = (await read())!;
      await write({ ...state, refreshToken: "the next one" });
      expect(jar.names()).toEqual(about ? [`${IDENTIFIER}.0`, `${IDENTIFIER}.1`] : [IDENTIFIER]);
      const later = await read(new StatelessStateStore({ secret: SECRET }, cookies));
      expect(later).toEqual({ ...state, refreshToken: "the next one" });
    }
  });

  it("is sealed as ours when it rolls by being read", async () => {
    await writeAsPeer(peerSession());
    later(DAY / 10);
    const state = await read();
    expect(jar.names()).toEqual([IDENTIFIER]);
    later(DAY - 1);
    expect(await read(new StatelessStateStore({ secret: SECRET }, cookies))).toEqual(state);
  });

  it("is ended by a logout, which leaves no cookie of it", async () => {
    await writeAsPeer(peerSession({ user: { ...mira, about: filler(3000) } }));
    await logOut();
    expect(jar.names()).toEqual([`${IDENTIFIER}.ended`]);
    expect(await read()).toBeUndefined();
  });

  it("does not come back after a logout by a late response of the peer, sealed anew or not", async () => {
    for (const sealedAnew of [false, true]) {
      jar = new CookieJar();
      const state = peerSession();
      await writeAsPeer(state);
      const late = jar.exchange();
      await peer().set(IDENTIFIER, { ...state, refreshToken: "refreshed there" } as never, false, late);
      if (sealedAnew) await write((await read())!);
      await logOut();
      jar.receive(late);
      expect(jar.get(`${IDENTIFIER}.0`)).toBeDefined();
      expect(await read()).toBeUndefined();
      const { request } = jar.exchange();
      const options = { secret: SECRET, readAlso: readAuth0ServerJsCookies() };
      expect(await readSession(request, options)).toBeUndefined();
    }
  });

  it("does not come back after another login, nor after its logout", async () => {
    const state = peerSession();
    await writeAsPeer(state);
    const late = jar.exchange();
    await peer().set(IDENTIFIER, state as never, false, late);
    const jonas = aSession({ user: { sub: "auth0|jonas" } });
    await jar.visit((exchange) => ours().set(IDENTIFIER, jonas, true, exchange));
    expect(jar.names()).toEqual([IDENTIFIER, `${IDENTIFIER}.ended`]);
    jar.receive(late);
    expect((await read())?.user?.sub).toBe("auth0|jonas");
    await logOut();
    jar.receive(late);
    expect(await read()).toBeUndefined();
  });

  it("has the same id however often the peer writes it, and another one than every other session", async () => {
    const state = peerSession();
    const ids: (string | undefined)[] = [];
    for (const one of [
      state,
      { ...state, refreshToken: "next", tokenSets: [] },
      { ...state, internal: { ...state.internal, createdAt: state.internal.createdAt - 1 } },
      { ...state, internal: { ...state.internal, sid: "another" } },
      { ...state, user: { ...state.user!, sub: "auth0|jonas" } },
    ]) {
      await writeAsPeer(one);
      ids.push((await read())!.internal.id);
    }
    expect(ids[0]).toMatch(/^[\w-]{22}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(4);
  });

  it("beside one of ours does not count; where ours is unreadable it does", async () => {
    await writeAsPeer(peerSession());
    const peerCookie = jar.get(`${IDENTIFIER}.0`)!;
    const jonas = aSession({ user: { sub: "auth0|jonas" } });
    await jar.visit((exchange) => ours().set(IDENTIFIER, jonas, false, exchange));
    jar.put(`${IDENTIFIER}.0`, peerCookie);
    expect((await read())?.user?.sub).toBe("auth0|jonas");
    await write((await read())!);
    expect(jar.names(), "the next write removes it").toEqual([IDENTIFIER]);
    jar.put(`${IDENTIFIER}.0`, peerCookie);
    jar.put(IDENTIFIER, "unreadable");
    expect((await read())?.user?.sub).toBe(mira.sub);
  });

  it("is read though an earlier, longer one left a part behind", async () => {
    await writeAsPeer(peerSession({ user: { ...mira, about: filler(3000) } }));
    const rest = jar.get(`${IDENTIFIER}.2`)!;
    const state = peerSession();
    await writeAsPeer(state);
    jar.put(`${IDENTIFIER}.1`, rest);
    jar.put(`${IDENTIFIER}.2`, rest);
    expect(withoutId(await read())).toEqual(state);
    await write((await read())!);
    expect(jar.names()).toEqual([IDENTIFIER]);
  });

  it("that is too large for our cookies is read, rolls no further, and is refused where it would be changed", async () => {
    const state = peerSession({ user: { ...mira, about: filler(6000) } });
    await writeAsPeer(state);
    const names = jar.names();
    later(DAY / 2);
    expect(withoutId(await read())).toEqual(state);
    expect(jar.names()).toEqual(names);
    await expect(write((await read())!)).rejects.toMatchObject({ code: "session_too_large" });
    expect(jar.names()).toEqual(names);
    later(DAY / 2);
    expect(await read()).toBeUndefined();
  });

  it.each(Object.entries(earlierReleases))(
    "of release %s is read and taken over",
    async (release, written) => {
      for (const [name, text] of Object.entries(written.stateless)) jar.put(name, text);
      const state = (await read())!;
      const domain = release === "1.9.0" ? "tenant.example" : undefined;
      expect(withoutId(state)).toEqual({
        ...earlierSession,
        domain,
        internal: { sid: "the-sid", createdAt: now(), id: undefined },
      });
      await write(state);
      expect(jar.names()).toEqual([IDENTIFIER]);
      expect(await read()).toEqual(state);
    },
  );

  it("is of any domain where it names none, unless the domain is chosen for each request", async () => {
    vi.useRealTimers();
    const issuer: HostileIssuer = await hostileIssuer();
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const { domain: _, ...old } = peerSession();
    for (const [state, fixed, chosen] of [
      [old, true, false],
      [{ ...old, domain }, true, true],
      [{ ...old, domain: "other.example" }, false, false],
    ] as const) {
      jar = new CookieJar();
      await writeAsPeer(state as StateData);
      const stateStore = ours() as never;
      const client = (options: object) =>
        clientBench({ clientId, clientSecret, customFetch, stateStore, ...options }).client;
      const user = async (options: object) => (await client(options).getUser(jar.exchange())) !== undefined;
      expect(await user({ domain }), "one domain").toBe(fixed);
      expect(await user({ domain: () => domain }), "a domain for each request").toBe(chosen);
    }
  });
});

describe("the life of a session the peer wrote", () => {
  it("ends where the peer's cookie does", async () => {
    await writeAsPeer(peerSession(), { inactivityDuration: 600 } as never);
    const thief = jar.clone();
    for (const name of thief.names()) thief.put(name, thief.get(name)!);
    later(599);
    expect(await read(ours({ rolling: false }))).toBeDefined();
    later(1);
    jar = thief;
    expect(await read(ours({ rolling: false }))).toBeUndefined();
  });

  it("ends at our absolute duration since the login, though the peer wrote it for longer", async () => {
    const longer = { rolling: false, absoluteDuration: 30 * DAY } as never;
    await writeAsPeer(peerSession(), longer);
    for (const name of jar.names()) jar.put(name, jar.get(name)!);
    later(3 * DAY - 1);
    expect(await read()).toBeDefined();
    jar = new CookieJar();
    await writeAsPeer({ ...peerSession(), internal: { sid: "", createdAt: now() - 3 * DAY } }, longer);
    expect(await read()).toBeUndefined();
  });

  it("ends at the identity provider's ceiling", async () => {
    await writeAsPeer(peerSession({ sessionExpiresAt: now() + 600 }));
    expect((await read())?.sessionExpiresAt).toBe(now() + 600);
    for (const name of jar.names()) jar.put(name, jar.get(name)!);
    later(600);
    expect(await read()).toBeUndefined();
  });

  it("without an end of its own is counted from the login", async () => {
    const state = { ...peerSession(), internal: { sid: "", createdAt: now() - DAY / 2 } };
    jar.put(`${IDENTIFIER}.0`, await sealAsPeer({ ...state }, { exp: false }));
    expect(withoutId(await read(ours({ rolling: false })))?.user).toEqual(state.user);
    later(DAY / 2 - 1);
    expect(await read()).toBeDefined();
    jar = new CookieJar();
    jar.put(`${IDENTIFIER}.0`, await sealAsPeer({ ...state }, { exp: false }));
    later(1);
    expect(await read()).toBeUndefined();
  });

  it("knows no access tokens that end decades ahead, as release 1.1 wrote them after a refresh", async () => {
    const good = tokenSet({ audience: "https://api.example/" });
    const wrong = tokenSet({ expiresAt: 2 * now() });
    await writeAsPeer(peerSession({ tokenSets: [wrong, good] }));
    expect((await read())!.tokenSets).toEqual([good]);
  });
});

describe("the secret of cookies the peer wrote", () => {
  it("may be an older one of ours, whichever of three", async () => {
    const secrets = ["the newest secret of thirty-two characters", SECRET, older];
    for (const secret of secrets) {
      jar = new CookieJar();
      await writeAsPeer(peerSession(), { secret });
      expect(await read(ours({ secret: secrets })), secret).toBeDefined();
      await write((await read(ours({ secret: secrets })))!, ours({ secret: secrets }));
      expect(await read(ours({ secret: secrets[0]! })), "sealed with the newest").toBeDefined();
    }
    jar = new CookieJar();
    await writeAsPeer(peerSession(), { secret: older });
    expect(await read(ours({ secret: secrets.slice(0, 2) })), "the oldest is gone").toBeUndefined();
  });

  it("may be the newest of the peer's own rotation", async () => {
    await writeAsPeer(peerSession(), { secret: [SECRET, older] });
    expect(await read()).toBeDefined();
  });

  it("may be another one than ours, even a short one", async () => {
    await writeAsPeer(peerSession(), { secret: "short" });
    expect(await read()).toBeUndefined();
    const readAlso = readAuth0ServerJsCookies({ secret: ["newer", "short"] });
    const state = await read(ours({ readAlso }));
    expect(state).toBeDefined();
    await write(state!, ours({ readAlso }));
    expect(await read()).toEqual(state);
  });

  it.each(["", [], [""], [SECRET, ""], 5, null])("cannot be %j", (secret) => {
    expect(() => readAuth0ServerJsCookies({ secret: secret as string })).toThrow(
      expect.objectContaining({ code: "invalid_configuration_error" }),
    );
  });
});

describe("under other names and attributes", () => {
  it("an identifier with dots is read", async () => {
    const identifier = "my.app.session";
    await writeAsPeer(peerSession({ user: { ...mira, about: filler(3000) } }), {}, identifier);
    const state = (await read(ours(), identifier))!;
    await write(state, ours(), identifier);
    expect(jar.names().every((name) => name.startsWith(identifier))).toBe(true);
    expect(await read(ours(), identifier)).toEqual(state);
    expect(await read(), "and under no other").toBeUndefined();
  });

  it("our cookie may have another name: the peer's are deleted all the same", async () => {
    const store = ours({ cookie: { name: "__Host-session" } });
    await writeAsPeer(peerSession({ user: { ...mira, about: filler(1500) } }));
    await write((await read(store))!, store);
    expect(jar.names()).toEqual(["__Host-session"]);
    await logOut(store);
    expect(jar.names()).toEqual(["__Host-session.ended"]);
  });

  it("our cookie may have a domain: the peer's, which had none, are deleted without", async () => {
    const store = ours({ cookie: { domain: "example.com", path: "/app" } });
    await writeAsPeer(peerSession(), { cookie: { path: "/app" } } as never);
    const exchange = jar.exchange();
    await store.set(IDENTIFIER, (await read(store))!, false, exchange);
    const [deleted, set] = exchange.headers.getSetCookie();
    expect(deleted).toMatch(
      /^__a0_session\.0=; Max-Age=0; Expires=[^;]+; Path=\/app; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(set).toMatch(/^__a0_session=e.*; Domain=example\.com; Path=\/app;/);
    expect(await store.get(IDENTIFIER, exchange)).toBeDefined();
  });

  it("a session of ours in several cookies that have a domain survives its own writes", async () => {
    const store = ours({ cookie: { domain: "example.com" } });
    const state = aSession({ user: { ...mira, about: filler(4500) } });
    const exchange = jar.exchange();
    await store.set(IDENTIFIER, state, true, exchange);
    await store.set(IDENTIFIER, { ...state, refreshToken: "next" }, false, exchange);
    jar.receive(exchange);
    const again = jar.exchange();
    await store.set(IDENTIFIER, { ...state, refreshToken: "one more" }, false, again);
    expect((await store.get(IDENTIFIER, again))?.refreshToken).toBe("one more");
    const lines = again.headers.getSetCookie().map((line) => line.replace(/=.*?;/, ";"));
    const lastOf = (name: string) => lines.findLastIndex((line) => line.startsWith(`${name};`));
    for (const name of [`${IDENTIFIER}.0`, `${IDENTIFIER}.1`]) {
      expect(lines[lastOf(name)], "set after what was deleted").toContain("Domain=example.com");
    }
  });
});

describe("what is no session of the peer's is no session, and no error:", () => {
  it("one that was changed anywhere", async () => {
    await writeAsPeer(peerSession({ user: { ...mira, about: filler(500) } }));
    const random = seededRandom(7);
    const names = jar.names();
    expect(names).toHaveLength(2);
    for (let round = 0; round < 300; round++) {
      const name = random.pick(names);
      const text = jar.get(name)!;
      const at = random.between(0, text.length);
      const changed =
        text.slice(0, at) + random.pick([..."ABab01-_.~"]) + text.slice(at + random.between(0, 2));
      if (changed === text) continue;
      jar.put(name, changed);
      expect(await read(), changed).toBeUndefined();
      jar.put(name, text);
    }
    expect(await read()).toBeDefined();
  });

  it("one whose parts are missing, swapped, or of two sessions", async () => {
    await writeAsPeer(peerSession({ user: { ...mira, about: filler(3000) } }));
    const [a, b, c] = [0, 1, 2].map((index) => jar.get(`${IDENTIFIER}.${index}`)!);
    await writeAsPeer(peerSession({ user: { ...mira, about: filler(3000) } }));
    const other = jar.get(`${IDENTIFIER}.1`)!;
    for (const parts of [
      [a, b, undefined],
      [a, undefined, c],
      [undefined, b, c],
      [b, a, c],
      [a, c, b],
      [a, other, c],
      [c],
    ]) {
      jar = new CookieJar();
      for (const [index, part] of parts.entries()) if (part) jar.put(`${IDENTIFIER}.${index}`, part);
      expect(await read()).toBeUndefined();
    }
  });

  it("one of more parts or longer ones than the peer writes", async () => {
    const text = await sealAsPeer({ ...peerSession(), about: filler(30_000) });
    const parts = text.match(/.{1,3072}/g)!;
    expect(parts.length).toBeGreaterThan(10);
    for (const [index, part] of parts.entries()) jar.put(`${IDENTIFIER}.${index}`, part);
    expect(await read()).toBeUndefined();
    jar = new CookieJar();
    const longer = await sealAsPeer({ ...peerSession(), about: filler(1500) });
    expect(longer.length).toBeGreaterThan(3072);
    jar.put(`${IDENTIFIER}.0`, longer);
    expect(await read()).toBeUndefined();
  });

  it.each<[string, () => Promise<string>]>([
    ["expired", () => sealAsPeer({ ...peerSession() }, { exp: now() })],
    ["with an end that is no number", () => sealAsPeer({ ...peerSession(), exp: "never" }, { exp: false })],
    ["sealed for another identifier", () => sealAsPeer({ ...peerSession() }, { identifier: "__a0_tx" })],
    ["sealed with another secret", () => sealAsPeer({ ...peerSession() }, { secret: older })],
    ["without kid", () => sealAsPeer({ ...peerSession() }, { header: { kid: undefined } })],
    ["with a kid that is no text", () => sealAsPeer({ ...peerSession() }, { header: { kid: 5 } })],
    ["with A256GCM", () => sealAsPeer({ ...peerSession() }, { header: { enc: "A256GCM" }, bytes: 32 })],
    [
      "with A128CBC-HS256",
      () => sealAsPeer({ ...peerSession() }, { header: { enc: "A128CBC-HS256" }, bytes: 32 }),
    ],
    ["compressed", () => sealAsPeer({ ...peerSession() }, { header: { zip: "DEF" } })],
    ["that is no JSON", () => sealAsPeer("not json at all")],
    ["that is a list", () => sealAsPeer("[1,2]")],
    ["that is null", () => sealAsPeer("null")],
    ["that is empty", () => sealAsPeer({})],
    ["that is a login's transaction", () => sealAsPeer({ codeVerifier: "v", domain: "tenant.example" })],
    ["without internal", () => sealAsPeer({ ...peerSession(), internal: undefined })],
    ["whose beginning is text", () => sealAsPeer({ ...peerSession(), internal: { createdAt: "2026" } })],
    ["whose beginning is null", () => sealAsPeer({ ...peerSession(), internal: { createdAt: null } })],
    ["a stateful one's id", () => sealAsPeer({ id: "0123456789abcdef" })],
    ["five parts of nothing", async () => "...."],
    ["four parts", async () => "a.b.c.d"],
    ["six parts", async () => `${await sealAsPeer({ ...peerSession() })}.x`],
    ["with an encrypted key", async () => (await sealAsPeer({ ...peerSession() })).replace("..", ".AAAA.")],
    ["any text", async () => "anything"],
  ])("one %s", async (_name, make) => {
    const text = await make();
    jar.put(`${IDENTIFIER}.0`, text);
    expect(await read()).toBeUndefined();
    const options = { secret: SECRET, readAlso: readAuth0ServerJsCookies() };
    expect(await readSession(jar.exchange().request, options)).toBeUndefined();
    jar.put(IDENTIFIER, text);
    expect(await jar.visit((exchange) => stateful().get(IDENTIFIER, exchange))).toBeUndefined();
  });

  it("but what is odd in a session is left out, and the rest is read", async () => {
    const good = tokenSet();
    jar.put(
      `${IDENTIFIER}.0`,
      await sealAsPeer({
        user: { name: "nobody" },
        idToken: 5,
        refreshToken: { a: 1 },
        domain: null,
        sessionExpiresAt: "soon",
        tokenSets: [
          null,
          5,
          { ...good, accessToken: 1 },
          { ...good, expiresAt: "1" },
          { ...good, scope: [] },
          good,
        ],
        connectionTokenSets: { connection: "g" },
        internal: { createdAt: now(), sid: 7, more: true },
      }),
    );
    expect(await read()).toEqual({
      tokenSets: [good],
      internal: { sid: "", createdAt: now(), id: expect.stringMatching(/^[\w-]{22}$/) },
    });
    await write((await read())!);
    expect(await read()).toBeDefined();
  });
});

describe("a session of the peer's in a database", () => {
  it("keeps its id, and its cookie becomes ours at the next write", async () => {
    const database = new MemorySessionStore<Exchange>();
    const state = await logInAtPeer(database);
    expect(await readStateful(database)).toEqual(state);
    const before = jar.get(IDENTIFIER);
    expect(before).toMatch(/^eyJlbmMi/);
    const store = stateful(database);
    await jar.visit((exchange) => store.set(IDENTIFIER, { ...state, refreshToken: "next" }, false, exchange));
    expect(jar.get(IDENTIFIER)).not.toBe(before);
    const plain = new StatefulStateStore<Exchange>({ secret: SECRET, store: database }, cookies);
    const found = await jar.visit((exchange) => plain.get(IDENTIFIER, exchange));
    expect(found?.refreshToken).toBe("next");
  });

  it("rolls by being read, and its cookie is ours then", async () => {
    const database = new MemorySessionStore<Exchange>();
    const state = await logInAtPeer(database);
    later(DAY / 2);
    await readStateful(database);
    later(DAY - 1);
    const plain = new StatefulStateStore<Exchange>({ secret: SECRET, store: database }, cookies);
    expect(await jar.visit((exchange) => plain.get(IDENTIFIER, exchange))).toEqual(state);
  });

  it("is ended by a logout, and a late cookie of the peer brings nothing back", async () => {
    const database = new MemorySessionStore<Exchange>();
    const state = await logInAtPeer(database);
    const late = jar.exchange();
    await peerStateful(database).set(IDENTIFIER, state as never, false, late);
    await jar.visit((exchange) => stateful(database).delete(IDENTIFIER, exchange));
    expect(jar.names()).toEqual([]);
    jar.receive(late);
    expect(await readStateful(database)).toBeUndefined();
  });

  it("is ended by another login: its id is not used again", async () => {
    const database = new MemorySessionStore<Exchange>();
    await logInAtPeer(database);
    const thief = jar.clone();
    const store = stateful(database);
    await jar.visit((exchange) => store.set(IDENTIFIER, aSession(), true, exchange));
    jar = thief;
    expect(await readStateful(database)).toBeUndefined();
  });

  it("may be sealed with an older secret, and our cookie may have another name", async () => {
    const database = new MemorySessionStore<Exchange>();
    const state = await logInAtPeer(database, older);
    expect(await readStateful(database)).toBeUndefined();
    const options = {
      secret: [SECRET, older],
      cookie: { name: "__Host-id" },
      readAlso: readAuth0ServerJsCookies(),
      store: database,
    };
    const store = new StatefulStateStore<Exchange>(options, cookies);
    expect(await jar.visit((exchange) => store.get(IDENTIFIER, exchange))).toEqual(state);
    await jar.visit((exchange) => store.set(IDENTIFIER, state, false, exchange));
    expect(jar.names()).toEqual(["__Host-id"]);
    await jar.visit((exchange) => store.touch(IDENTIFIER, state, exchange));
    expect(await jar.visit((exchange) => store.get(IDENTIFIER, exchange))).toEqual(state);
  });

  it("ends with its cookie, and at our absolute duration", async () => {
    const database = new MemorySessionStore<Exchange>();
    await logInAtPeer(database);
    for (const name of jar.names()) jar.put(name, jar.get(name)!);
    const store = stateful(database, { rolling: false });
    later(DAY - 1);
    expect(await jar.visit((exchange) => store.get(IDENTIFIER, exchange))).toBeDefined();
    later(1);
    expect(await jar.visit((exchange) => store.get(IDENTIFIER, exchange))).toBeUndefined();
    const short = stateful(database, { absoluteDuration: 60 });
    jar = new CookieJar();
    await logInAtPeer(database);
    later(60);
    expect(await jar.visit((exchange) => short.get(IDENTIFIER, exchange))).toBeUndefined();
  });

  it.each(Object.entries(earlierReleases))(
    "is found by the cookie of release %s",
    async (_release, written) => {
      const database = new MemorySessionStore<Exchange>();
      const state = peerSession();
      await database.set(written.id, state);
      for (const [name, text] of Object.entries(written.stateful)) jar.put(name, text);
      expect(await readStateful(database)).toEqual(state);
    },
  );

  it("is nobody's where its cookie was changed, is too long, has no end or no id", async () => {
    const database = new MemorySessionStore<Exchange>();
    await database.set("the-id", peerSession());
    for (const [claims, options] of [
      [{ id: "the-id" }, { exp: false }],
      [{ id: "the-id" }, { exp: now() }],
      [{ id: 5 }, {}],
      [{ id: "" }, {}],
      [{}, {}],
      [{ id: "the-id", more: filler(1500) }, {}],
    ] as const) {
      jar.put(IDENTIFIER, await sealAsPeer(claims, options));
      expect(await readStateful(database)).toBeUndefined();
    }
    jar.put(IDENTIFIER, await sealAsPeer({ id: "the-id" }));
    expect(await readStateful(database)).toBeDefined();
    const text = jar.get(IDENTIFIER)!;
    for (let at = 0; at < text.length; at += 7) {
      jar.put(IDENTIFIER, `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`);
      expect(await readStateful(database)).toBeUndefined();
    }
  });
});

describe("an app that moves to edgeAuth", () => {
  const options = {
    domain: "tenant.example",
    clientId: "a-client",
    secret: SECRET,
    appBaseUrl: "https://app.example",
  };
  const appWith = (session: SessionConfiguration) =>
    edgeAuth({ ...options, session }).handler(async (_request, _env, _ctx, login) =>
      Response.json({
        user: (await login.getUser())?.sub ?? null,
        reason: (await login.getReason()) ?? null,
      }),
    );
  const answer = async (session: SessionConfiguration) => {
    const response = await appWith(session).fetch(jar.exchange().request);
    jar.receive(response);
    return await response.json();
  };

  it("logs nobody out with the option, and everybody without", async () => {
    await writeAsPeer(peerSession());
    expect(await answer({})).toEqual({ user: null, reason: "invalid_session" });
    const session = { readAlso: readAuth0ServerJsCookies() };
    expect(await answer(session)).toEqual({ user: mira.sub, reason: null });
    later(DAY / 2);
    expect(await answer(session)).toEqual({ user: mira.sub, reason: null });
    expect(jar.names(), "taken over when it rolled").toEqual([IDENTIFIER]);
    expect(await answer({})).toEqual({ user: mira.sub, reason: null });
  });

  it("may read the session with readSession, which takes the option as well", async () => {
    const state = peerSession();
    await writeAsPeer(state);
    const { request } = jar.exchange();
    const readAlso: ReadAlso = readAuth0ServerJsCookies();
    const session = await readSession(request, { secret: SECRET, readAlso, domain: state.domain });
    expect(session?.user).toEqual(state.user);
    expect(session).not.toHaveProperty("internal");
    expect(await readSession(request, { secret: SECRET, readAlso, domain: "other.example" })).toBeUndefined();
    expect(await readSession(request, { secret: SECRET })).toBeUndefined();
  });
});

function stateful(store = new MemorySessionStore<Exchange>(), options: SessionConfiguration = {}) {
  const readAlso = readAuth0ServerJsCookies();
  return new StatefulStateStore<Exchange>({ secret: SECRET, readAlso, store, ...options }, cookies);
}

function peerStateful(store: MemorySessionStore<Exchange>, secret = SECRET) {
  return new PeerStateful<Exchange>({ secret, store: store as never }, cookies as never);
}

async function logInAtPeer(database: MemorySessionStore<Exchange>, secret = SECRET): Promise<StateData> {
  const state = peerSession();
  const store = peerStateful(database, secret);
  await jar.visit((exchange) => store.set(IDENTIFIER, state as never, true, exchange));
  return state;
}

async function readStateful(database: MemorySessionStore<Exchange>): Promise<StateData | undefined> {
  return await jar.visit((exchange) => stateful(database).get(IDENTIFIER, exchange));
}

interface PeerSeal {
  /** Default: in a day; `false` for none. */
  exp?: number | false;
  secret?: string;
  identifier?: string;
  header?: Record<string, unknown>;
  /** Length of the key. */
  bytes?: number;
}

/** Seals as the peer does but for what is to be odd, with jose, as it does. */
async function sealAsPeer(claims: Record<string, unknown> | string, how: PeerSeal = {}): Promise<string> {
  const { secret = SECRET, identifier = IDENTIFIER, bytes = 64 } = how;
  const header = { alg: "dir", enc: "A256CBC-HS512", kid: crypto.randomUUID(), ...how.header };
  const encode = (text: string) => new TextEncoder().encode(text);
  const key = await crypto.subtle.deriveBits(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: encode(`${identifier}${header.kid}`),
      info: encode("derived cookie encryption secret"),
    },
    await crypto.subtle.importKey("raw", encode(secret), "HKDF", false, ["deriveBits"]),
    bytes * 8,
  );
  if (typeof claims === "string") {
    return await new CompactEncrypt(encode(claims))
      .setProtectedHeader(header as never)
      .encrypt(new Uint8Array(key));
  }
  const jwt = new EncryptJWT(claims as never).setProtectedHeader(header as never);
  if (how.exp !== false) jwt.setExpirationTime(how.exp ?? now() + DAY);
  return await jwt.encrypt(new Uint8Array(key));
}

import { HeadersCookieHandler, readSession, type StateData, StatelessStateStore } from "auth0-edge";
import { CompactEncrypt } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CookieJar, type Exchange } from "../../support/cookie-jar.ts";
import {
  aSession,
  DAY,
  filler,
  IDENTIFIER,
  mira,
  now,
  SECRET,
  tokenSet,
  unsignedJwt,
} from "../../support/sessions.ts";

const MARKER = `${IDENTIFIER}.ended`;
let jar: CookieJar;
const store = new StatelessStateStore<Exchange>({ secret: SECRET }, new HeadersCookieHandler());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
  jar = new CookieJar();
});
afterEach(() => {
  vi.useRealTimers();
});

const set = (state = aSession(), isLogin = true) =>
  jar.visit((exchange) => store.set(IDENTIFIER, state, isLogin, exchange));
const get = () => jar.visit((exchange) => store.get(IDENTIFIER, exchange));
const logOut = () => jar.visit((exchange) => store.delete(IDENTIFIER, exchange));
/** Text that no compression and no base64 makes smaller, one claim of so many bytes. */
const userOf = (bytes: number) => ({ ...mira, roles: filler(bytes) });

describe("a session too large for cookies", () => {
  it("is refused with its largest members named, and the session of before stays, cookies and all", async () => {
    const before = aSession();
    await set(before);
    const cookies = jar.header();
    const exchange = jar.exchange();
    const large = aSession({
      user: userOf(6000),
      idToken: undefined,
      tokenSets: [
        tokenSet({ audience: "https://api.example/", accessToken: unsignedJwt({ a: filler(1500) }) }),
      ],
    });
    const refusal = store.set(IDENTIFIER, large, true, exchange);
    await expect(refusal).rejects.toMatchObject({
      name: "SessionTooLargeError",
      code: "session_too_large",
      message: expect.stringMatching(
        /user\.roles: 6002 bytes, tokenSets\[0\] \(https:\/\/api\.example\/\): \d+ bytes/,
      ),
    });
    await expect(refusal).rejects.toMatchObject({
      message: expect.not.stringContaining(large.tokenSets[0]!.accessToken),
    });
    expect(exchange.headers.getSetCookie()).toEqual([]);
    jar.receive(exchange);
    expect(jar.header()).toBe(cookies);
    expect(await get()).toEqual(before);
  });

  it("first loses its dead tokens, and is kept if that is enough", async () => {
    const dead = tokenSet({ audience: "old", accessToken: filler(5000), expiresAt: now() });
    const alive = tokenSet({ audience: "new", accessToken: filler(3000) });
    const connection = { connection: "g", scope: undefined, accessToken: filler(3000), expiresAt: now() - 1 };
    await set(aSession({ tokenSets: [dead, alive], connectionTokenSets: [connection] }));
    const kept = (await get())!;
    expect(kept.tokenSets).toEqual([alive]);
    expect(kept.connectionTokenSets).toEqual([]);
  });

  it("keeps dead tokens as long as there is room", async () => {
    const state = aSession({ tokenSets: [tokenSet({ expiresAt: now() - 1 })] });
    await set(state);
    expect(await get()).toEqual(state);
  });

  it("is a matter of 8,192 bytes: everything below is read back", async () => {
    let refused = 0;
    for (let bytes = 2000; bytes < 7000; bytes += 250) {
      jar = new CookieJar();
      const state = aSession({ user: userOf(bytes), idToken: undefined });
      const error = await set(state).catch((reason: unknown) => reason);
      if (error) {
        expect(error).toMatchObject({ code: "session_too_large" });
        refused++;
        continue;
      }
      expect(refused).toBe(0);
      expect(jar.bytes()).toBeLessThanOrEqual(8192);
      expect(await get()).toEqual(state);
    }
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(8);
  });
});

describe("a session that rolls while the same request changes it", () => {
  /** Shows cookies as they were when it was asked, but not before it may. */
  class SlowCookies extends HeadersCookieHandler<Exchange> {
    gate: Promise<void> | undefined;
    override getCookies(exchange?: Exchange) {
      const cookies = super.getCookies(exchange);
      return (this.gate ? this.gate.then(() => cookies) : cookies) as Record<string, string>;
    }
  }

  it.each([
    [
      "a change",
      (slow: StatelessStateStore<Exchange>, state: StateData, exchange: Exchange) =>
        slow.set(IDENTIFIER, { ...state, cart: filler(10) }, false, exchange),
    ],
    [
      "a change that takes several cookies",
      (slow: StatelessStateStore<Exchange>, state: StateData, exchange: Exchange) =>
        slow.set(IDENTIFIER, { ...state, cart: filler(4000) }, false, exchange),
    ],
    [
      "a logout",
      (slow: StatelessStateStore<Exchange>, _state: StateData, exchange: Exchange) =>
        slow.delete(IDENTIFIER, exchange),
    ],
  ] as const)("loses to %s", async (_name, change) => {
    const state = aSession();
    await set(state);
    vi.setSystemTime(Date.now() + (DAY / 2) * 1000);
    const cookies = new SlowCookies();
    const slow = new StatelessStateStore<Exchange>({ secret: SECRET }, cookies);
    const exchange = jar.exchange();
    let open = (): void => undefined;
    cookies.gate = new Promise((resolve) => {
      open = resolve;
    });
    const reading = slow.get(IDENTIFIER, exchange);
    cookies.gate = undefined;
    await change(slow, state, exchange);
    const lines = exchange.headers.getSetCookie();
    open();
    expect(await reading).toEqual(state);
    expect(exchange.headers.getSetCookie()).toEqual(lines);
  });
});

describe("the size of the cookie", () => {
  it("of a session with two JWTs is at most 1.2 times the text of its tokens, in one cookie", async () => {
    const user = {
      ...mira,
      iat: now(),
      exp: now() + 3600,
      aud: "a-client",
      nonce: filler(43),
      "https://ns/roles": ["a", "b"],
    };
    const accessToken = unsignedJwt({
      iss: mira.iss,
      sub: mira.sub,
      aud: ["https://api.example/"],
      scope: filler(300),
    });
    const state = aSession({ user, tokenSets: [tokenSet({ accessToken })] });
    await set(state);
    expect(jar.names()).toEqual([IDENTIFIER]);
    expect(jar.bytes()).toBeLessThan(1.2 * (accessToken.length + state.idToken!.length + 300));
  });
});

describe("the marker of ended sessions", () => {
  it("is set by a logout for as long as the session could have lived, sealed and with the session's attributes", async () => {
    await set();
    const exchange = jar.exchange();
    await store.delete(IDENTIFIER, exchange);
    const line = exchange.headers.getSetCookie().find((text) => text.startsWith(`${MARKER}=`));
    expect(line).toMatch(
      /^__a0_session\.ended=e[\w-]+\.\.[\w.-]+; Max-Age=259200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it("is not set where nothing ended: no session, a foreign cookie, a first login, a change", async () => {
    await logOut();
    jar.put(IDENTIFIER, "foreign");
    await logOut();
    await set();
    await set(aSession(), false);
    expect(jar.names()).toEqual([IDENTIFIER]);
  });

  it("counts for readSession as well", async () => {
    const state = aSession();
    await set(state);
    const late = jar.exchange();
    await store.set(IDENTIFIER, state, false, late);
    await logOut();
    jar.receive(late);
    expect(jar.get(IDENTIFIER)).toBeDefined();
    expect(await readSession(jar.exchange().request, { secret: SECRET })).toBeUndefined();
  });

  it("names the last four sessions and stays small", async () => {
    const late: Exchange[] = [];
    for (let round = 0; round < 6; round++) {
      const state = aSession({
        internal: { sid: "", createdAt: now(), id: crypto.randomUUID().slice(0, 22) },
      });
      await set(state);
      const exchange = jar.exchange();
      await store.set(IDENTIFIER, state, false, exchange);
      late.push(exchange);
      await logOut();
    }
    expect(jar.bytes((name) => name === MARKER)).toBeLessThan(400);
    for (const exchange of late.slice(2)) {
      jar.receive(exchange);
      expect(await get()).toBeUndefined();
    }
  });

  it("forgets sessions that could not come back any more", async () => {
    await set();
    await logOut();
    vi.setSystemTime(Date.now() + 2 * DAY * 1000);
    await set();
    await logOut();
    const twoNames = jar.bytes((name) => name === MARKER);
    vi.setSystemTime(Date.now() + 1.5 * DAY * 1000);
    await set();
    await logOut();
    expect(jar.bytes((name) => name === MARKER)).toBe(twoNames);
  });

  it("that was forged or sealed as something else is none", async () => {
    const state = aSession();
    await set(state);
    for (const text of ["forged", jar.get(IDENTIFIER)!, "x".repeat(5000)]) {
      jar.put(MARKER, text);
      expect(await get()).toEqual(state);
    }
  });

  it("of one browser says nothing about sessions without an id, such as older ones", async () => {
    await set(aSession({ internal: { sid: "", createdAt: now() } }));
    await logOut();
    const old = aSession({ internal: { sid: "", createdAt: now() } });
    await set(old);
    expect(await get()).toEqual(old);
  });
});

describe("cookies of other origins under the session's name are no session and no error (fault 6)", () => {
  it("one that the peer package would have written", async () => {
    const bits = await crypto.subtle.digest("SHA-512", new TextEncoder().encode(SECRET));
    const text = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify({ user: mira })))
      .setProtectedHeader({ alg: "dir", enc: "A256CBC-HS512", kid: "default" })
      .encrypt(new Uint8Array(bits));
    jar.put(IDENTIFIER, text);
    expect(await get()).toBeUndefined();
    jar.drop(IDENTIFIER);
    jar.put(`${IDENTIFIER}.0`, text);
    jar.put(`${IDENTIFIER}.1`, text);
    expect(await get()).toBeUndefined();
  });

  it("one that a custom store sealed for itself with the same secret", async () => {
    const { AbstractStateStore } = await import("auth0-edge");
    class Custom extends AbstractStateStore<Exchange> {
      seal = (data: object) => this.encrypt(IDENTIFIER, data, now() + 60);
      get = () => Promise.resolve(undefined);
      set = () => Promise.resolve();
      delete = () => Promise.resolve();
      deleteByLogoutToken = () => Promise.resolve();
    }
    for (const data of [{ id: "an id" }, aSession(), {}, []]) {
      jar.put(IDENTIFIER, await new Custom({ secret: SECRET }).seal(data));
      expect(await get()).toBeUndefined();
      expect(await readSession(jar.exchange().request, { secret: SECRET })).toBeUndefined();
    }
  });
});

describe("readSession", () => {
  const options = { secret: SECRET };

  it("reads what the store wrote, and changes made to the result are the caller's own", async () => {
    const { internal: _, ...session } = await setAndReturn();
    const read = (await readSession(jar.exchange().request, options))!;
    expect(read).toEqual(session);
    read.user.name = "Changed";
    expect(read.user.name).toBe("Changed");
    expect("internal" in read).toBe(false);
  });

  it.each([
    ["the ceiling", 600, { sessionExpiresAt: 1795435200 + 600 }, 571],
    ["inactivity", 600, {}, DAY],
  ] as const)("reads none after %s", async (_, __, members, seconds) => {
    await set(aSession(members));
    expect(await readSession(jar.exchange().request, options)).toBeDefined();
    const { request } = jar.exchange();
    vi.setSystemTime(Date.now() + seconds * 1000);
    expect(await readSession(request, options)).toBeUndefined();
  });

  it("reads none of another domain where one is asked for", async () => {
    await set();
    const { request } = jar.exchange();
    expect(await readSession(request, { ...options, domain: "tenant.example" })).toBeDefined();
    expect(await readSession(request, { ...options, domain: "other.example" })).toBeUndefined();
  });

  it("refuses an empty secret", async () => {
    for (const secret of ["", [], [""]]) {
      await expect(readSession(jar.exchange().request, { secret })).rejects.toMatchObject({
        code: "invalid_configuration_error",
      });
    }
  });

  async function setAndReturn() {
    const state = aSession();
    await set(state);
    return state;
  }
});

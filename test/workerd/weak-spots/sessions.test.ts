import {
  type CookieHandler,
  edgeAuth,
  HeadersCookieHandler,
  type HeadersStoreOptions,
  MemorySessionStore,
  type SessionConfiguration,
  type SessionWrite,
  type StateData,
  StatefulStateStore,
  StatelessStateStore,
} from "auth0-edge";
import { EncryptJWT } from "jose";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { appOrigin, secret } from "../../support/browser.ts";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, clientBench, hostileBench, logInAt } from "../../support/server-client.ts";
import { filler } from "../../support/sessions.ts";
import { waysIn } from "../../support/ways-in.ts";

const hour = 3600;
const day = 24 * hour;

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const refused = (code: string) => expect.objectContaining({ code });
const user = () => bench.client.getUser(bench.request());
const sessionLines = ({ headers }: { headers: Headers }) =>
  headers.getSetCookie().filter((line) => line.startsWith("__a0_session"));

/** A client of the issuer whose sessions live in a database. */
function statefulBench(store = new MemorySessionStore(), session: SessionConfiguration = {}): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const stateStore = new StatefulStateStore({ secret, store, ...session }, new HeadersCookieHandler());
  return clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
}

describe("weak spots of @auth0/auth0-server-js, sessions:", () => {
  it("4. a logout during a refresh stays a logout, be the session in cookies or in a database", async () => {
    for (const stateful of [false, true]) {
      bench = stateful ? statefulBench() : hostileBench(issuer);
      issuer.misbehave = {};
      await logInAt(issuer, bench);
      later(2 * hour);
      issuer.misbehave.token = async (body) => {
        const logout = bench.request();
        await bench.client.logout({}, logout);
        bench.keep(logout);
        return Response.json(body);
      };
      const late = bench.request();
      const refresh = bench.client.getAccessToken(late);
      // A database is asked again; cookies only tell what the browser sent along, so there the marker has to do it.
      if (stateful) await expect(refresh).rejects.toThrow(refused("missing_session_error"));
      else await refresh;
      bench.keep(late);
      expect(await user(), stateful ? "in a database" : "in cookies").toBeUndefined();
    }
  });

  it("6. a sealed cookie that is expired, odd or of somebody else is no session and no error", async () => {
    await logInAt(issuer, bench);
    const sealed = bench.jar.get("__a0_session")!;
    const foreign = await new EncryptJWT({ user: { sub: "x" } })
      .setProtectedHeader({ alg: "dir", enc: "A256CBC-HS512", kid: crypto.randomUUID() })
      .setExpirationTime("1h")
      .encrypt(crypto.getRandomValues(new Uint8Array(64)));
    const odd = ["", "x", "a.b.c.d.e", "....", sealed.slice(0, -1), `${sealed}A`, sealed.slice(1), foreign];
    for (const text of odd) {
      bench.jar.set("__a0_session", text);
      expect(await user(), text.slice(0, 20)).toBeUndefined();
      expect(await bench.client.getSession(bench.request())).toBeUndefined();
    }
    bench.jar.set("__a0_session", sealed);
    expect(await user()).toBeDefined();
    later(2 * day);
    expect(await user(), "expired").toBeUndefined();
    await logInAt(issuer, bench);
    expect(await user()).toBeDefined();
  });

  it("7. cookies named alike do not disturb a session, and an identifier with dots keeps its chunks in order", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    issuer.claims.about = filler(4000);
    for (const stateIdentifier of ["__a0_session", "my.app.session"]) {
      bench = clientBench({ domain, clientId, clientSecret, customFetch, stateIdentifier });
      const alike = [`${stateIdentifier}_legacy`, `${stateIdentifier}2`, `${stateIdentifier}.x`];
      for (const name of alike) bench.jar.set(name, "theirs");
      await logInAt(issuer, bench);
      expect([...bench.jar.keys()].filter((name) => name.startsWith(`${stateIdentifier}.`)).length).toBe(3);
      expect(await user(), stateIdentifier).toMatchObject({ about: issuer.claims.about });
      const logout = bench.request();
      await bench.client.logout({}, logout);
      bench.keep(logout);
      expect(await user()).toBeUndefined();
      for (const name of alike) expect(bench.jar.get(name)).toBe("theirs");
    }
  });

  it("8. a session that does not roll ends at its absolute duration, however often it is written", async () => {
    bench = hostileBench(issuer, { rolling: false, absoluteDuration: 2 * day });
    await logInAt(issuer, bench);
    for (let written = 0; written < 7; written++) {
      later(6 * hour);
      const options = bench.request();
      await bench.client.getAccessToken(options);
      expect(sessionLines(options).length).toBeGreaterThan(0);
      const maxAge = Number(/max-age=(\d+)/i.exec(sessionLines(options)[0]!)![1]);
      expect(maxAge).toBeLessThanOrEqual(2 * day - (written + 1) * 6 * hour);
      bench.keep(options);
    }
    expect(await user()).toBeDefined();
    later(6 * hour);
    expect(await user()).toBeUndefined();
  });

  it("9. reading rolls a session: who only looks stays logged in, and is not sent a cookie each time", async () => {
    await logInAt(issuer, bench);
    let cookies = 0;
    for (let read = 0; read < 16; read++) {
      later(hour);
      const options = bench.request();
      expect(await bench.client.getUser(options), `after ${read + 1} hours`).toBeDefined();
      cookies += sessionLines(options).length ? 1 : 0;
      bench.keep(options);
    }
    expect(cookies).toBeGreaterThan(1);
    expect(cookies).toBeLessThan(8);
    later(12 * hour);
    expect(await user(), "more than a day after the login").toBeDefined();
  });

  it("10. whichever way somebody logs in, the ceiling of their identity provider ends the session, and none is born after it", async () => {
    for (const [name, logIn] of Object.entries(waysIn)) {
      bench = hostileBench(issuer);
      const now = Math.floor(Date.now() / 1000);
      issuer.claims.session_expiry = now - 60;
      await expect(logIn(issuer, bench), name).rejects.toThrow(refused("session_expired"));
      expect(await user(), name).toBeUndefined();
      issuer.claims.session_expiry = now + 600;
      await logIn(issuer, bench);
      expect(await bench.client.getSession(bench.request()), name).toMatchObject({
        sessionExpiresAt: now + 600,
      });
      later(575);
      expect(await user(), name).toBeUndefined();
      await expect(bench.client.getAccessToken(bench.request()), name).rejects.toThrow(
        refused("session_expired"),
      );
    }
  });

  it("23. a database gets the store options and how long to keep; cookie handlers may be asynchronous; name and domain of the cookie are options", async () => {
    const writes: [StateData, SessionWrite<HeadersStoreOptions> | undefined][] = [];
    const reads: unknown[] = [];
    class Database extends MemorySessionStore<HeadersStoreOptions> {
      override async set(id: string, state: StateData, write?: SessionWrite<HeadersStoreOptions>) {
        writes.push([state, write]);
        return await super.set(id, state, write);
      }
      override async get(id: string, storeOptions?: HeadersStoreOptions) {
        reads.push(storeOptions);
        return await super.get(id);
      }
    }
    const inner = new HeadersCookieHandler();
    const slowly: CookieHandler<HeadersStoreOptions> = {
      setCookie: async (...args) => inner.setCookie(...args),
      getCookie: async (...args) => inner.getCookie(...args),
      getCookies: async (...args) => inner.getCookies(...args),
      deleteCookie: async (...args) => inner.deleteCookie(...args),
    };
    const cookie = { name: "sess", domain: "example.com" };
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const store = new Database();
    const stateStore = new StatefulStateStore({ secret, store, cookie }, slowly);
    bench = clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
    await logInAt(issuer, bench);
    expect(bench.jar.has("sess")).toBe(true);
    const [, write] = writes[0]!;
    expect(write).toMatchObject({ expiresIn: day, create: true });
    expect(write!.storeOptions!.request).toBeInstanceOf(Request);
    const options = bench.request();
    expect(await bench.client.getUser(options)).toBeDefined();
    expect(reads).toContain(options);

    const stateless = new StatelessStateStore({ secret, cookie }, slowly);
    bench = clientBench({ domain, clientId, clientSecret, customFetch, stateStore: stateless });
    await logInAt(issuer, bench);
    const logout = bench.request();
    await bench.client.logout({}, logout);
    expect(logout.headers.getSetCookie()).toContainEqual(
      expect.stringMatching(/^sess=;.*domain=example\.com/i),
    );
  });

  it("24. a back-channel logout that cookies cannot carry out is a BackchannelLogoutError and a 400, never a false success", async () => {
    await logInAt(issuer, bench);
    const now = Math.floor(Date.now() / 1000);
    const logoutToken = await issuer.signIdToken({
      iss: issuer.issuer,
      aud: issuer.clientId,
      iat: now,
      exp: now + 60,
      sub: "user-1",
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    await expect(bench.client.handleBackchannelLogout(logoutToken, bench.request())).rejects.toThrow(
      refused("backchannel_logout_error"),
    );
    const { domain, clientId, clientSecret, customFetch } = issuer;
    vi.spyOn(console, "error").mockReturnValue();
    const auth = edgeAuth({ domain, clientId, clientSecret, customFetch, secret, appBaseUrl: appOrigin });
    const response = await auth
      .handler(() => new Response())
      .fetch(
        new Request(`${appOrigin}/auth/backchannel-logout`, {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({ logout_token: logoutToken }).toString(),
        }),
      );
    expect(response.status).toBe(400);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});

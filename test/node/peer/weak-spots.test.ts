import {
  CookieTransactionStore,
  ServerClient,
  type ServerClientOptions,
  type SessionStore,
  type StateData,
  StatefulStateStore,
  StatelessStateStore,
} from "@auth0/auth0-server-js";
import { HeadersCookieHandler, type HeadersStoreOptions } from "auth0-edge";
import { EncryptJWT, exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { later } from "../../support/clock.ts";
import { CookieJar } from "../../support/cookie-jar.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";

/**
 * The faults themselves, shown in `@auth0/auth0-server-js` 1.12.1, so that `test/workerd/weak-spots` claims nothing about it
 * that is not so. A test here that fails after an update of the peer is good news: it has mended something.
 */

const callbackUrl = "https://app.example/callback";
const api = "https://api.example/";
const secret = "a-secret-for-the-peer-client-of-32-characters";
const event = "http://schemas.openid.net/event/backchannel-logout";
const day = 86_400;

type Options = Partial<ServerClientOptions<HeadersStoreOptions>>;

let issuer: HostileIssuer;
let jar: CookieJar;
let client: ServerClient<HeadersStoreOptions>;

beforeEach(async () => {
  issuer = await hostileIssuer();
  jar = new CookieJar();
  client = peer();
});

function peer(options: Options = {}): ServerClient<HeadersStoreOptions> {
  const cookies = new HeadersCookieHandler();
  return new ServerClient<HeadersStoreOptions>({
    domain: issuer.domain,
    clientId: issuer.clientId,
    clientSecret: issuer.clientSecret,
    customFetch: issuer.customFetch,
    authorizationParams: { redirect_uri: callbackUrl },
    // Its discovery cache is shared by all clients of a process: a size of its own is a cache of its own.
    discoveryCache: { maxEntries: nextCache++ },
    transactionStore: new CookieTransactionStore({ secret }, cookies),
    stateStore: new StatelessStateStore({ secret }, cookies),
    ...options,
  });
}
let nextCache = 1000;

async function start(authorizationParams = {}): Promise<URL> {
  const url = await jar.visit((exchange) => client.startInteractiveLogin({ authorizationParams }, exchange));
  const callback = new URL(callbackUrl);
  callback.searchParams.set("code", crypto.randomUUID());
  const state = url.searchParams.get("state");
  if (state) callback.searchParams.set("state", state);
  return callback;
}
const comeBack = (callback: URL) =>
  jar.visit((exchange) => client.completeInteractiveLogin(callback, exchange));
const logIn = async (authorizationParams = {}) => await comeBack(await start(authorizationParams));
const session = () => jar.visit((exchange) => client.getSession(exchange));
const ask = (options: { audience?: string; scope?: string } = {}) =>
  jar.visit((exchange) => client.getAccessToken(options, exchange));
const requestsFor = (path: string) => issuer.requests.filter((asked) => asked.endsWith(path)).length;
const now = () => Math.floor(Date.now() / 1000);
const withoutIdToken = ({ id_token: _, ...body }: Record<string, unknown>) => body;

function logoutClaims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const { issuer: iss, clientId: aud } = issuer;
  return { iss, aud, iat: now(), exp: now() + 60, sub: "user-1", events: { [event]: {} }, ...changes };
}

/** A database as its users write one. */
class Database implements SessionStore<HeadersStoreOptions> {
  readonly kept = new Map<string, StateData>();
  readonly calls: unknown[][] = [];
  async get(...args: [string]): Promise<StateData | undefined> {
    this.calls.push(args);
    return this.kept.get(args[0]);
  }
  async set(...args: [string, StateData]): Promise<void> {
    this.calls.push(args);
    this.kept.set(...args);
  }
  async delete(...args: [string]): Promise<void> {
    this.calls.push(args);
    this.kept.delete(args[0]);
  }
  async deleteByLogoutToken(...args: unknown[]): Promise<void> {
    this.calls.push(args);
  }
}

describe("@auth0/auth0-server-js 1.12.1, logging in:", () => {
  it("1. puts tokens that came without an ID token into the other user's session", async () => {
    await logIn();
    issuer.misbehave.token = (body) =>
      Response.json({ ...withoutIdToken(body), refresh_token: "of-somebody-else" });
    await logIn();
    expect(await session()).toMatchObject({ user: { sub: "user-1" }, refreshToken: "of-somebody-else" });
  });

  it("2. accepts a login for an organization without an ID token", async () => {
    issuer.misbehave.token = (body) => Response.json(withoutIdToken(body));
    await logIn({ organization: "org_acme" });
    expect(await session()).toMatchObject({ refreshToken: expect.any(String) });
  });

  it("3. keeps claims and age of the session of before when the same user logs in again", async () => {
    Object.assign(issuer.claims, { sid: "first", name: "Mira Weiss" });
    await logIn();
    later(0.9 * day);
    Object.assign(issuer.claims, { sid: "second", name: "Mira Braun" });
    await logIn();
    expect((await session())!.user).toMatchObject({ sid: "first", name: "Mira Weiss" });
  });

  it("11. cannot complete a login whose caller brought a state or nonce", async () => {
    await expect(logIn({ state: crypto.randomUUID() })).rejects.toThrow(/token/);
    const nonce = crypto.randomUUID();
    issuer.claims.nonce = nonce;
    await expect(logIn({ nonce })).rejects.toThrow(/token/);
  });

  it("12. has one cookie for all logins, and a failed callback leaves it", async () => {
    const verifiers: (string | null)[] = [];
    const first = await start();
    const theirs = jar.get("__a0_tx");
    await start();
    expect(jar.names().filter((name) => name.startsWith("__a0_tx"))).toHaveLength(1);
    expect(jar.get("__a0_tx")).not.toBe(theirs);
    issuer.misbehave.token = (_body, form) => {
      verifiers.push(form.get("code_verifier"));
      return Response.json({ error: "invalid_grant" }, { status: 403 });
    };
    await expect(comeBack(first)).rejects.toThrow();
    expect(jar.get("__a0_tx")).toBeDefined();
    await expect(comeBack(first)).rejects.toThrow();
    expect(verifiers).toHaveLength(2);
    expect(verifiers[0]).toBe(verifiers[1]);
  });

  it("13. takes a user whose authentication is older than the max_age it asked for", async () => {
    issuer.claims.auth_time = now() - 3600;
    await logIn({ max_age: "60" });
    expect(await session()).toBeDefined();
  });
});

/** Ways to log in other than by the browser. */
const otherWaysIn: Record<string, (authorizationParams?: { audience?: string }) => Promise<unknown>> = {
  passwordless: (authorizationParams = {}) =>
    jar.visit((exchange) => {
      const code = { verificationCode: "123456", authorizationParams };
      return client.completePasswordless(
        { connection: "email", email: "mira@example.com", ...code },
        exchange,
      );
    }),
  "magic link": async () => {
    const callback = new URL(`${callbackUrl}?code=1`);
    const fetchOf = issuer.customFetch;
    client = peer({
      customFetch: async (input, init) => {
        if (!String(input).endsWith("/passwordless/start")) return await fetchOf(input, init);
        const { authParams } = JSON.parse(String(init!.body)) as { authParams: { state: string } };
        callback.searchParams.set("state", authParams.state);
        return Response.json({});
      },
    });
    const link = { connection: "email", send: "link", email: "mira@example.com" } as const;
    await jar.visit((exchange) => client.startPasswordless({ ...link, redirectUri: callbackUrl }, exchange));
    await jar.visit((exchange) => client.completePasswordlessMagicLink(callback, exchange));
  },
  passkey: (parameters = {}) =>
    jar.visit((exchange) => {
      const authResponse = { id: "1", rawId: "1", type: "public-key", response: {} } as never;
      return client.passkey.getToken({ authSession: "s", credential: authResponse, ...parameters }, exchange);
    }),
  "token exchange": (parameters = {}) =>
    jar.visit((exchange) => {
      const subject = { subjectToken: "their-token", subjectTokenType: "urn:example:theirs" };
      return client.loginWithCustomTokenExchange({ ...subject, ...parameters }, exchange);
    }),
  CIBA: (authorizationParams = {}) =>
    jar.visit((exchange) => {
      const person = { bindingMessage: "Hello", loginHint: { sub: "user-1" } };
      return client.loginBackchannel({ ...person, authorizationParams }, exchange);
    }),
};

describe("@auth0/auth0-server-js 1.12.1, sessions:", () => {
  it.each(["cookies", "a database"])("4. a refresh brings a logged-out session back (%s)", async (where) => {
    if (where !== "cookies") {
      const stateStore = new StatefulStateStore(
        { secret, store: new Database() },
        new HeadersCookieHandler(),
      );
      client = peer({ stateStore });
    }
    await logIn();
    later(3601);
    issuer.misbehave.token = async (body) => {
      await jar.visit((exchange) => client.logout({ returnTo: "https://app.example/" }, exchange));
      return Response.json(body);
    };
    const late = jar.exchange();
    await client.getAccessToken(late);
    jar.receive(late);
    expect(await session()).toMatchObject({ refreshToken: expect.any(String) });
  });

  it("6. throws a foreign error where the cookie has expired or is of somebody else", async () => {
    await logIn();
    const sealed = jar.get("__a0_session.0")!;
    later(2 * day);
    jar.put("__a0_session.0", sealed);
    await expect(session()).rejects.toMatchObject({ code: "ERR_JWT_EXPIRED" });
    const odd = new EncryptJWT({}).setProtectedHeader({ alg: "dir", enc: "A256GCM" });
    jar.put("__a0_session.0", await odd.encrypt(crypto.getRandomValues(new Uint8Array(32))));
    await expect(session()).rejects.toThrow(/kid/);
  });

  it("7. loses the session to a cookie that is named alike, and mixes chunks of an identifier with dots", async () => {
    await logIn();
    jar.put("__a0_session_legacy", "theirs");
    expect(await session()).toBeUndefined();
    jar.drop("__a0_session_legacy");
    expect(await session()).toBeDefined();

    client = peer({ stateIdentifier: "my.app.session" });
    const { getCookies } = HeadersCookieHandler.prototype;
    // The order of cookies in a request is the browser's affair.
    const spy = vi.spyOn(HeadersCookieHandler.prototype, "getCookies");
    onTestFinished(() => spy.mockRestore());
    spy.mockImplementation(function (this: HeadersCookieHandler, options) {
      return Object.fromEntries(Object.entries(getCookies.call(this, options)).reverse());
    });
    issuer.claims.about = "x".repeat(4000);
    await logIn();
    expect(jar.names()).toContain("my.app.session.1");
    expect(await session()).toBeUndefined();
  });

  it("8. extends a session that is not to roll, each time it is written", async () => {
    const options = { secret, rolling: false, absoluteDuration: 2 * day };
    client = peer({ stateStore: new StatelessStateStore(options, new HeadersCookieHandler()) });
    await logIn();
    for (let written = 0; written < 3; written++) {
      later(0.9 * day);
      await ask();
    }
    expect(await session(), "2.7 days after the login").toBeDefined();
  });

  it("9. ends a session that is read all the time", async () => {
    await logIn();
    for (let read = 0; read < 23; read++) {
      later(3600);
      expect(await session()).toBeDefined();
    }
    later(3700);
    expect(await session()).toBeUndefined();
  });

  it.each(["passwordless", "magic link", "passkey", "token exchange"])(
    "10. takes no notice of session_expiry: %s",
    async (way) => {
      issuer.claims.session_expiry = now() - 600;
      await otherWaysIn[way]!();
      expect(await session()).not.toHaveProperty("sessionExpiresAt");
    },
  );

  it("23. tells a database neither the store options nor how long to keep, and waits for no cookie handler", async () => {
    const store = new Database();
    client = peer({ stateStore: new StatefulStateStore({ secret, store }, new HeadersCookieHandler()) });
    await logIn();
    await session();
    expect(store.calls.map((args) => args.length)).toEqual([2, 1]);

    const inner = new HeadersCookieHandler();
    const slowly = {
      ...handlerOf(inner),
      getCookies: async (o?: HeadersStoreOptions) => inner.getCookies(o),
    };
    client = peer({ stateStore: new StatelessStateStore({ secret }, slowly as never) });
    await logIn();
    expect(await session()).toBeUndefined();
  });

  it("24. throws an Error without a code where cookies cannot be ended from the back channel", async () => {
    const logoutToken = await issuer.signIdToken(logoutClaims());
    const error = await client.handleBackchannelLogout(logoutToken).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty("code");
  });
});

describe("@auth0/auth0-server-js 1.12.1, tokens:", () => {
  it("5. of three concurrent refreshes of one request two fail", async () => {
    await logIn();
    later(3601);
    const spent = new Set<string>();
    issuer.misbehave.token = (body, form) => {
      const token = form.get("refresh_token")!;
      if (spent.has(token)) return Response.json({ error: "invalid_grant" }, { status: 403 });
      spent.add(token);
      return Response.json(body);
    };
    const exchange = jar.exchange();
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => client.getAccessToken(exchange)));
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(2);
  });

  it("14. refreshes at every call where the granted scope is narrower than asked", async () => {
    await logIn();
    issuer.misbehave.token = (body) => Response.json({ ...body, scope: "read" });
    const before = requestsFor("/token");
    for (let call = 0; call < 3; call++) await ask({ audience: api, scope: "read write" });
    expect(requestsFor("/token") - before).toBe(3);
  });

  it("15. refreshes although a token that serves is cached behind an expired one, and keeps dead ones", async () => {
    await logIn();
    issuer.misbehave.token = (body, form) => {
      const scope = form.get("scope");
      return Response.json({ ...body, scope, expires_in: scope === "read" ? 60 : 7200 });
    };
    await ask({ audience: api, scope: "read" });
    const wider = await ask({ audience: api, scope: "read write" });
    later(3601);
    expect(await ask({ audience: api, scope: "read" })).not.toEqual(wider);
    const { tokenSets } = (await session())!;
    expect(tokenSets.filter((set) => set.expiresAt < now())).not.toEqual([]);
  });

  it.each(["passwordless", "token exchange", "CIBA"])(
    "16. keeps a token for an audience of the call under the default one: %s",
    async (way) => {
      await otherWaysIn[way]!({ audience: api });
      expect((await session())!.tokenSets.map((set) => set.audience)).toEqual(["default"]);
    },
  );

  it("17. answers the token of another account of the connection", async () => {
    await logIn();
    issuer.misbehave.token = (body) => Response.json(withoutIdToken(body));
    const of = (loginHint: string) =>
      jar.visit((exchange) =>
        client.getAccessTokenForConnection({ connection: "google-oauth2", loginHint }, exchange),
      );
    const work = await of("me@work.example");
    expect((await of("me@home.example")).accessToken).toBe(work.accessToken);
  });
});

describe("@auth0/auth0-server-js 1.12.1, towards the issuer:", () => {
  const returnTo = "https://app.example/";
  const endSession = () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, end_session_endpoint: `${issuer.issuer}oidc/logout` });
  };

  it("18. builds no logout URL for a public client", async () => {
    client = peer({ clientSecret: "" });
    await expect(client.logout({ returnTo }, jar.exchange())).rejects.toMatchObject({
      code: "missing_client_auth_error",
    });
  });

  it("19. logs out without id_token_hint, and lets a TypeError through where the issuer cannot be reached", async () => {
    endSession();
    await logIn();
    const url = await jar.visit((exchange) => client.logout({ returnTo }, exchange));
    expect(url.searchParams.has("id_token_hint")).toBe(false);
    client = peer({ customFetch: () => Promise.reject(new TypeError("connection refused")) });
    await expect(client.logout({ returnTo }, jar.exchange())).rejects.toBeInstanceOf(TypeError);
  });

  it("20. takes year-old logout tokens, those of another kind and events that are null, refuses PS256 and ES256, and lets jose's errors through", async () => {
    const keys: unknown[] = [];
    const signers: Record<string, CryptoKey> = {};
    for (const alg of ["RS256", "PS256", "ES256"]) {
      const { privateKey, publicKey } = await generateKeyPair(alg);
      keys.push({ ...(await exportJWK(publicKey)), kid: alg, alg, use: "sig" });
      signers[alg] = privateKey;
    }
    issuer.misbehave.jwks = () => Response.json({ keys });
    const sign = (alg: string, typ = "logout+jwt", changes = {}) =>
      new SignJWT(logoutClaims(changes)).setProtectedHeader({ alg, kid: alg, typ }).sign(signers[alg]!);
    const store = new Database();
    client = peer({ stateStore: new StatefulStateStore({ secret, store }, new HeadersCookieHandler()) });
    const replayed = await sign("RS256", undefined, { iat: now() - 365 * day, exp: undefined });
    await client.handleBackchannelLogout(replayed);
    await client.handleBackchannelLogout(replayed);
    await client.handleBackchannelLogout(await sign("RS256", "at+jwt"));
    await client.handleBackchannelLogout(await sign("RS256", undefined, { events: { [event]: null } }));
    // Of a replay the database hears nothing by which it could tell one: neither `iat` nor `jti`.
    expect(store.calls).toEqual(Array(4).fill([{ sub: "user-1" }, undefined]));
    for (const alg of ["PS256", "ES256"]) {
      await expect(client.handleBackchannelLogout(await sign(alg))).rejects.toMatchObject({
        code: "ERR_JOSE_ALG_NOT_ALLOWED",
      });
    }
    await expect(client.handleBackchannelLogout("a.b.c")).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_/),
    });
  });

  it("21. fetches keys for every logout token, and discovers for each of several at once, with a domain resolver", async () => {
    const store = new Database();
    const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
    client = peer({ domain: () => issuer.domain, stateStore });
    await Promise.all([1, 2, 3].map(() => client.startInteractiveLogin({}, jar.exchange())));
    expect(requestsFor("openid-configuration")).toBe(3);
    const logoutToken = await issuer.signIdToken(logoutClaims());
    for (let call = 0; call < 3; call++) await client.handleBackchannelLogout(logoutToken);
    expect(requestsFor("jwks")).toBe(3);
  });

  it("22. never discovers again with a fixed domain", async () => {
    await start();
    later(30 * day);
    await start();
    expect(requestsFor("openid-configuration")).toBe(1);
  });

  it("25. takes no signal of its caller, and gives requests to Auth0's own endpoints no deadline", async () => {
    await logIn();
    later(3601);
    const asked: (RequestInit | undefined)[] = [];
    const fetchOf = issuer.customFetch;
    client = peer({
      customFetch: (input, init) => {
        if (!/\/(token|passwordless\/start)$/.test(String(input))) return fetchOf(input, init);
        asked.push(init);
        return new Promise(() => undefined);
      },
    });
    const caller = new AbortController();
    const options = { ...jar.exchange(), signal: caller.signal };
    const calls = [
      client.getAccessToken(options),
      client.startPasswordless({ connection: "email", email: "mira@example.com" }, options),
    ];
    await vi.waitUntil(() => asked.length === 2, { interval: 5 });
    caller.abort();
    const soon = new Promise((resolve) => setTimeout(resolve, 20, "still waiting"));
    expect(await Promise.race([...calls, soon])).toBe("still waiting");
    // What there is: a token request has a deadline of 30 seconds, as far as the given fetch heeds it.
    expect(asked.map((init) => init?.signal?.aborted)).toContain(false);
    expect(asked.map((init) => init?.signal)).toContain(undefined);
  });
});

function handlerOf(inner: HeadersCookieHandler) {
  return {
    setCookie: inner.setCookie.bind(inner),
    getCookie: inner.getCookie.bind(inner),
    deleteCookie: inner.deleteCookie.bind(inner),
  };
}

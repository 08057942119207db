import {
  AuthClient,
  HeadersCookieHandler,
  MemorySessionStore,
  type ServerClientOptions,
  StatefulStateStore,
} from "auth0-edge";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { secret } from "../../support/browser.ts";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  hostileBench,
  logInAt,
  startAt,
} from "../../support/server-client.ts";

const event = "http://schemas.openid.net/event/backchannel-logout";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const refused = (code: string, error?: string) =>
  expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });
const requestsFor = (path: string) => issuer.requests.filter((asked) => asked.endsWith(path)).length;
const now = () => Math.floor(Date.now() / 1000);
const advertiseEndSession = () => {
  issuer.misbehave.discovery = (document) =>
    Response.json({ ...document, end_session_endpoint: `${issuer.issuer}oidc/logout` });
};

function benchWith(options: Partial<ServerClientOptions<never>>): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  return clientBench({ domain, clientId, clientSecret, customFetch, ...(options as object) });
}

function statefulBench(): ClientBench {
  const store = new MemorySessionStore();
  return benchWith({ stateStore: new StatefulStateStore({ secret, store }, new HeadersCookieHandler()) });
}

function logoutClaims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const { issuer: iss, clientId: aud } = issuer;
  return {
    iss,
    aud,
    iat: now(),
    exp: now() + 60,
    jti: "1",
    sub: "user-1",
    events: { [event]: {} },
    ...changes,
  };
}

describe("weak spots of @auth0/auth0-server-js, towards the issuer:", () => {
  it("18. a public client builds a logout URL", async () => {
    advertiseEndSession();
    const { domain, clientId, customFetch } = issuer;
    bench = clientBench({ domain, clientId, customFetch });
    await logInAt(issuer, bench);
    const url = await bench.client.logout({ returnTo: "https://app.example/" }, bench.request());
    expect(url.pathname).toBe("/oidc/logout");
    expect(url.searchParams.get("client_id")).toBe(clientId);
    expect(url.searchParams.get("post_logout_redirect_uri")).toBe("https://app.example/");
    const alone = await new AuthClient({ domain, clientId, customFetch }).buildLogoutUrl({});
    expect(alone.searchParams.get("client_id")).toBe(clientId);
  });

  it("19. a logout carries id_token_hint; where the issuer cannot be reached it is a DiscoveryError, and the session is over", async () => {
    advertiseEndSession();
    await logInAt(issuer, bench);
    const { idToken } = (await bench.client.getSession(bench.request()))!;
    const url = await bench.client.logout({}, bench.request());
    expect(url.searchParams.get("id_token_hint")).toBe(idToken);

    const cut = benchWith({ customFetch: () => Promise.reject(new TypeError("connection refused")) });
    for (const [name, value] of bench.jar) cut.jar.set(name, value);
    const options = cut.request();
    await expect(cut.client.logout({}, options)).rejects.toThrow(
      refused("discovery_error", "request_failed"),
    );
    cut.keep(options);
    expect(await cut.client.getUser(cut.request())).toBeUndefined();
  });

  it("20. logout tokens that are old, of another kind or without the event are refused, PS256 and ES256 understood, a replay ends no later login", async () => {
    const keys: unknown[] = [];
    const signers: Record<string, CryptoKey> = {};
    for (const alg of ["PS256", "ES256"]) {
      const { privateKey, publicKey } = await generateKeyPair(alg);
      keys.push({ ...(await exportJWK(publicKey)), kid: alg, alg, use: "sig" });
      signers[alg] = privateKey;
    }
    issuer.misbehave.jwks = (jwks) => Response.json({ keys: [...jwks.keys, ...keys] });
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, id_token_signing_alg_values_supported: ["RS256", "PS256", "ES256"] });
    const signedWith = (alg: string, typ: string) =>
      new SignJWT(logoutClaims()).setProtectedHeader({ alg, kid: alg, typ }).sign(signers[alg]!);

    bench = statefulBench();
    await logInAt(issuer, bench);
    for (const bad of [
      await issuer.signIdToken(logoutClaims({ iat: now() - 365 * 86_400, exp: undefined })),
      await issuer.signIdToken(logoutClaims({ exp: now() - 60 })),
      await issuer.signIdToken(logoutClaims({ events: { [event]: null } })),
      await signedWith("ES256", "at+jwt"),
      "no token",
      "a.b.c",
    ]) {
      await expect(bench.client.handleBackchannelLogout(bad)).rejects.toThrow(
        refused("verify_logout_token_error"),
      );
    }
    expect(await bench.client.getUser(bench.request())).toBeDefined();

    let token = "";
    for (const alg of ["PS256", "ES256"]) {
      token = await signedWith(alg, "logout+jwt");
      await bench.client.handleBackchannelLogout(token);
      expect(await bench.client.getUser(bench.request()), alg).toBeUndefined();
      later(5);
      await logInAt(issuer, bench);
    }
    await bench.client.handleBackchannelLogout(token);
    expect(await bench.client.getUser(bench.request())).toBeDefined();
  });

  it("21. with a domain resolver one client, one discovery and one JWKS serve each domain, also at the same time", async () => {
    const anchored: Promise<unknown>[] = [];
    const waitUntil = (promise: Promise<unknown>) => void anchored.push(promise);
    const store = new MemorySessionStore();
    const { domain } = issuer;
    const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
    bench = benchWith({ domain: () => domain, stateStore } as object);
    await Promise.all(
      [1, 2, 3, 4, 5].map(() => bench.client.startInteractiveLogin({}, { ...bench.request(), waitUntil })),
    );
    expect(requestsFor("openid-configuration")).toBe(1);
    const token = await issuer.signIdToken(logoutClaims());
    await Promise.all(
      [1, 2, 3].map(() => bench.client.handleBackchannelLogout(token, { ...bench.request(), waitUntil })),
    );
    for (let call = 0; call < 3; call++) await bench.client.handleBackchannelLogout(token, bench.request());
    expect(requestsFor("jwks")).toBe(1);
    expect(requestsFor("openid-configuration")).toBe(1);
    await Promise.all(anchored);
  });

  it("22. with a fixed domain the issuer is discovered again when the TTL has passed", async () => {
    await bench.client.startInteractiveLogin({}, bench.request());
    later(590);
    await bench.client.startInteractiveLogin({}, bench.request());
    expect(requestsFor("openid-configuration")).toBe(1);
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, authorization_endpoint: `${issuer.issuer}moved/authorize` });
    later(20);
    const url = await bench.client.startInteractiveLogin({}, bench.request());
    expect(url.pathname).toBe("/moved/authorize");
    expect(requestsFor("openid-configuration")).toBe(2);
  });

  it("25. every request to an issuer can be aborted, and has a deadline of ten seconds without that", async () => {
    await logInAt(issuer, bench);
    later(3601);
    const callback = await startAt(issuer, bench);
    issuer.misbehave.token = () => new Promise(() => undefined);
    const cases: [string, (signal?: AbortSignal) => Promise<unknown>, string][] = [
      [
        "a refresh",
        (signal) => bench.client.getAccessToken({ ...bench.request(), ...(signal && { signal }) }),
        "token_by_refresh_token_error",
      ],
      [
        "a callback",
        (signal) => {
          const options = { ...bench.request(), ...(signal && { signal }) };
          return bench.client.completeInteractiveLogin(callback, options);
        },
        "token_by_code_error",
      ],
    ];
    for (const [name, call, code] of cases) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 20);
      await expect(call(controller.signal), name).rejects.toThrow(refused(code, "timeout"));
    }

    let reached = 0;
    issuer.misbehave.token = () => {
      reached++;
      return new Promise(() => undefined);
    };
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: Date.now() });
    const waiting = Promise.allSettled(cases.map(([, call]) => call()));
    // Waiting moves the fake clock as well, by a second at most.
    await vi.waitUntil(() => reached === cases.length, { interval: 1, timeout: 1000 });
    await vi.advanceTimersByTimeAsync(8_990);
    const soon = new Promise((resolve) => queueMicrotask(() => resolve("still waiting")));
    expect(await Promise.race([waiting, soon])).toBe("still waiting");
    await vi.advanceTimersByTimeAsync(1_010);
    expect(await waiting).toEqual(
      cases.map(([, , code]) => ({ status: "rejected", reason: refused(code, "timeout") })),
    );
  });
});

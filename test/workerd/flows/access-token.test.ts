import { HeadersCookieHandler, MemorySessionStore, StatefulStateStore } from "auth0-edge";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { secret } from "../../support/browser.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  benches,
  type ClientBench,
  clientBench,
  hostileBench,
  logInAt,
  visit,
} from "../../support/server-client.ts";
import { filler } from "../../support/sessions.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});
afterEach(() => {
  vi.useRealTimers();
});

const refused = (code: string, error?: string) =>
  expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });
const tokenCalls = () => issuer.requests.filter((path) => path === "/token").length;

/** Lets the access token of the login expire. */
function later(seconds = 3601): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + seconds * 1000);
}

describe("getAccessToken", () => {
  it("answers the login's token while it lives", async () => {
    await logInAt(issuer, bench);
    const set = await bench.client.getAccessToken(bench.request());
    expect(set).toMatchObject({ audience: "default", scope: "openid profile email offline_access" });
    expect(tokenCalls()).toBe(1);
  });

  it("gets a new one by the refresh token when it has expired, and keeps the rotated refresh token", async () => {
    await logInAt(issuer, bench);
    const before = await bench.client.getSession(bench.request());
    later();
    const options = bench.request();
    const set = await bench.client.getAccessToken(options);
    bench.keep(options);
    const after = await bench.client.getSession(bench.request());
    expect(set.accessToken).not.toBe(before!.tokenSets[0]!.accessToken);
    expect(after!.tokenSets).toEqual([set]);
    expect(after!.refreshToken).not.toBe(before!.refreshToken);
    expect(after!.user).toEqual(before!.user);
  });

  it("spends one refresh token for several calls of one request (fault 5)", async () => {
    await logInAt(issuer, bench);
    later();
    const options = bench.request();
    const sets = await Promise.all([1, 2, 3].map(() => bench.client.getAccessToken({ ...options })));
    expect(new Set(sets.map((set) => set.accessToken)).size).toBe(1);
    expect(tokenCalls()).toBe(2);
  });

  it("asks for an audience and scope only when they were named", async () => {
    await logInAt(issuer, bench);
    const forms: URLSearchParams[] = [];
    issuer.misbehave.token = (body, form) => {
      forms.push(form);
      return Response.json(body);
    };
    await bench.client.getAccessToken({ audience: "https://api.example/", scope: "read" }, bench.request());
    later();
    await bench.client.getAccessToken(bench.request());
    expect(forms[0]!.get("audience")).toBe("https://api.example/");
    expect(forms[0]!.get("scope")).toBe("read");
    expect(forms[1]!.has("audience")).toBe(false);
    expect(forms[1]!.has("scope")).toBe(false);
  });

  it("finds a token again although the issuer granted less than was asked (fault 14)", async () => {
    await logInAt(issuer, bench);
    issuer.misbehave.token = (body) => Response.json({ ...body, scope: "read" });
    const ask = { audience: "https://api.example/", scope: "read write" };
    const options = bench.request();
    const first = await bench.client.getAccessToken(ask, options);
    const again = await bench.client.getAccessToken(ask, options);
    expect(again.accessToken).toBe(first.accessToken);
    expect(first.scope).toBe("read");
  });

  it("says what is missing without a session, and without a refresh token", async () => {
    await expect(bench.client.getAccessToken(bench.request())).rejects.toThrow(
      refused("token_by_refresh_token_error"),
    );
    issuer.misbehave.token = ({ refresh_token: _, ...body }) => Response.json(body);
    await logInAt(issuer, bench);
    later();
    await expect(bench.client.getAccessToken(bench.request())).rejects.toThrow(/offline_access/);
  });

  it("keeps the session when the issuer refuses, fails or is slow", async () => {
    await logInAt(issuer, bench);
    later();
    issuer.misbehave.token = () =>
      Response.json({ error: "invalid_grant", error_description: "gone" }, { status: 403 });
    const options = bench.request();
    await expect(bench.client.getAccessToken(options)).rejects.toThrow(
      refused("token_by_refresh_token_error", "invalid_grant"),
    );
    issuer.misbehave.token = () => new Response(null, { status: 500 });
    await expect(bench.client.getAccessToken(options)).rejects.toThrow(
      refused("token_by_refresh_token_error", "request_failed"),
    );
    expect(options.headers.getSetCookie()).toEqual([]);
    expect(await bench.client.getUser(bench.request())).toBeDefined();
  });

  it("refuses an ID token of another user or login on refresh (fault 1)", async () => {
    issuer.claims.auth_time = 1_700_000_000;
    await logInAt(issuer, bench);
    later();
    for (const changes of [
      { sub: "user-2" },
      { auth_time: 1_700_000_001 },
      { iss: "https://attacker.example/" },
    ]) {
      issuer.misbehave.idToken = (claims) => ({ ...claims, ...changes });
      const options = bench.request();
      await expect(bench.client.getAccessToken(options)).rejects.toThrow(
        refused("token_by_refresh_token_error", "invalid_response"),
      );
      expect(options.headers.getSetCookie()).toEqual([]);
    }
  });

  it("refuses an ID token with a nonce of another login, for another client, or of the future", async () => {
    await logInAt(issuer, bench);
    later();
    const ahead = Math.floor(Date.now() / 1000) + 600;
    for (const changes of [{ nonce: "other" }, { azp: "other" }, { iat: ahead }]) {
      issuer.misbehave.idToken = (claims) => ({ ...claims, ...changes });
      await expect(bench.client.getAccessToken(bench.request())).rejects.toThrow(
        refused("token_by_refresh_token_error", "invalid_response"),
      );
    }
  });

  it("keeps a large session through a refresh that brings another ID token", async () => {
    issuer.claims.groups = Array.from({ length: 120 }, () => crypto.randomUUID().slice(0, 24));
    await logInAt(issuer, bench);
    later();
    issuer.misbehave.idToken = ({ nonce: _, ...claims }) => claims;
    const options = bench.request();
    const set = await bench.client.getAccessToken(options);
    bench.keep(options);
    expect(await bench.client.getSession(bench.request())).toMatchObject({
      tokenSets: [set],
      user: issuer.claims,
    });
  });

  it("never spends a refresh token twice, even when what it brought is too large to keep", async () => {
    await logInAt(issuer, bench);
    later();
    const spent: string[] = [];
    issuer.misbehave.token = (body, form) => {
      spent.push(form.get("refresh_token")!);
      return Response.json({ ...body, access_token: crypto.randomUUID().repeat(250) });
    };
    for (const _ of [1, 2]) {
      const options = bench.request();
      await bench.client.getAccessToken(options);
      bench.keep(options);
    }
    expect(new Set(spent).size).toBe(2);
  });

  it("spends no refresh token while the keys to check its ID token by cannot be had: the successor would be lost", async () => {
    await logInAt(issuer, bench);
    later();
    const cold = hostileBench(issuer);
    for (const [name, value] of bench.jar) cold.jar.set(name, value);
    issuer.misbehave.jwks = () => new Response(null, { status: 503 });
    await expect(cold.client.getAccessToken(cold.request())).rejects.toThrow(
      refused("token_by_refresh_token_error", "request_failed"),
    );
    expect(tokenCalls()).toBe(1);
    delete issuer.misbehave.jwks;
    await cold.client.getAccessToken(cold.request());
    expect(tokenCalls()).toBe(2);
  });

  it("says session_expired at the ceiling even where the response cannot be changed", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) + 600;
    await logInAt(issuer, bench);
    later(575);
    const { request } = bench.request();
    await expect(bench.client.getAccessToken({ request })).rejects.toThrow(refused("session_expired"));
  });

  it("is content with a refresh that brings no ID token", async () => {
    await logInAt(issuer, bench);
    later();
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    const options = bench.request();
    await bench.client.getAccessToken(options);
    bench.keep(options);
    expect((await bench.client.getSession(bench.request()))!.idToken).toMatch(/^ey/);
  });

  it("never asks the issuer once the response has left", async () => {
    await logInAt(issuer, bench);
    later();
    const options = { ...bench.request(), committed: true };
    await expect(bench.client.getAccessToken(options)).rejects.toThrow(refused("response_committed"));
    expect(tokenCalls()).toBe(1);
  });

  it("ends a session whose upstream ceiling is reached", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) + 600;
    await logInAt(issuer, bench);
    later(575);
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
    const options = bench.request();
    await expect(bench.client.getAccessToken(options)).rejects.toThrow(refused("session_expired"));
    expect(options.headers.getSetCookie().some((line) => line.startsWith("__a0_session=;"))).toBe(true);
  });

  it("does not bring a session back that was logged out meanwhile (fault 4)", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const store = new MemorySessionStore();
    const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
    bench = clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
    await logInAt(issuer, bench);
    later();
    issuer.misbehave.token = async (body) => {
      await bench.client.logout({}, bench.request());
      return Response.json(body);
    };
    await expect(bench.client.getAccessToken(bench.request())).rejects.toThrow(
      refused("missing_session_error"),
    );
    expect(await bench.client.getSession(bench.request())).toBeUndefined();
  });
});

describe("one refresh token for several APIs and scopes", () => {
  const api = "https://api.example/";
  let forms: URLSearchParams[];

  /** The issuer grants what is asked, of these scopes. */
  beforeEach(async () => {
    await logInAt(issuer, bench);
    forms = [];
    const known = ["read", "write", "delete", "openid", "profile", "email", "offline_access"];
    issuer.misbehave.token = (body, form) => {
      forms.push(form);
      const asked = form.get("scope")?.split(" ") ?? String(body.scope).split(" ");
      return Response.json({ ...body, scope: asked.filter((scope) => known.includes(scope)).join(" ") });
    };
  });

  const ask = (options: { audience?: string; scope?: string } = {}) =>
    visit(bench, (request) => bench.client.getAccessToken(options, request));
  const sets = async () =>
    (await bench.client.getSession(bench.request()))!.tokenSets.map((set) => `${set.audience} ${set.scope}`);

  it("has a token of its own for each audience (MRRT), and all of them stay side by side", async () => {
    const own = await ask();
    const one = await ask({ audience: api, scope: "read" });
    const other = await ask({ audience: "https://other.example/", scope: "read" });
    expect(new Set([own, one, other].map((set) => set.accessToken)).size).toBe(3);
    expect(await ask({ audience: api, scope: "read" })).toEqual(one);
    expect(await ask({ audience: "https://other.example/", scope: "read" })).toEqual(other);
    expect(await ask()).toEqual(own);
    expect(forms.map((form) => [form.get("audience"), form.get("scope")])).toEqual([
      [api, "read"],
      ["https://other.example/", "read"],
    ]);
  });

  it("finds a token whose scope is a superset, whatever the order (down-scoping costs no refresh)", async () => {
    const wide = await ask({ audience: api, scope: "read write delete" });
    for (const scope of ["read", "delete write", " write  read ", "read write delete"]) {
      expect(await ask({ audience: api, scope })).toEqual(wide);
    }
    expect(await ask({ audience: api })).toEqual(wide);
    expect(forms).toHaveLength(1);
  });

  it("asks for more where the cached scope does not do (up-scoping), and then needs the narrower token no more", async () => {
    await ask({ audience: api, scope: "read" });
    const wide = await ask({ audience: api, scope: "read write" });
    expect(forms[1]!.get("scope")).toBe("read write");
    expect(await ask({ audience: api, scope: "read" })).toEqual(wide);
    expect(await sets()).toEqual(["default openid profile email offline_access", `${api} read write`]);
  });

  it("keeps tokens of an audience apart of which neither has all that the other has", async () => {
    const read = await ask({ audience: api, scope: "read" });
    const write = await ask({ audience: api, scope: "write" });
    expect(await ask({ audience: api, scope: "read" })).toEqual(read);
    expect(await ask({ audience: api, scope: "write" })).toEqual(write);
    expect(forms).toHaveLength(2);
    await ask({ audience: api, scope: "read write" });
    expect(await sets()).toHaveLength(2);
  });

  it("does not ask again for a scope the issuer will not grant (fault 14), not even in part", async () => {
    const first = await ask({ audience: api, scope: "read admin" });
    expect(first).toMatchObject({ scope: "read", requestedScope: "read admin" });
    for (const scope of ["read admin", "admin", "read"])
      expect(await ask({ audience: api, scope })).toEqual(first);
    expect(forms).toHaveLength(1);
    const wider = await ask({ audience: api, scope: "read write" });
    expect(await ask({ audience: api, scope: "admin" }), "what only the first answers").toEqual(first);
    expect(await ask({ audience: api, scope: "read write" })).toEqual(wider);
    expect(forms).toHaveLength(2);
  });

  it("is refreshed with the audience and scope it was asked for, so that the next token serves as well", async () => {
    const question = { audience: api, scope: "read" };
    await ask(question);
    later();
    const next = await ask(question);
    expect([forms[1]!.get("audience"), forms[1]!.get("scope")]).toEqual([api, "read"]);
    expect(await sets(), "expired ones are gone (fault 15)").toEqual([`${api} read`]);
    expect(await ask(question)).toEqual(next);
  });
});

describe("a session that is asked for 50 audiences with 50 scopes", () => {
  const question = (n: number) => ({ audience: `https://api-${n}.example/`, scope: `scope-${n}` });

  it.each(Object.entries(benches))("keeps the last 16 tokens, in %s", async (_place, open) => {
    bench = open(issuer);
    await logInAt(issuer, bench);
    issuer.misbehave.token = (body, form) => Response.json({ ...body, scope: form.get("scope") });
    for (let n = 0; n < 50; n++) {
      await visit(bench, (options) => bench.client.getAccessToken(question(n), options));
    }
    const { tokenSets } = (await bench.client.getSession(bench.request()))!;
    expect(tokenSets.map((set) => set.audience)).toEqual(
      Array.from({ length: 16 }, (_, n) => `https://api-${n + 34}.example/`),
    );
    const calls = tokenCalls();
    for (let n = 34; n < 50; n++) await bench.client.getAccessToken(question(n), bench.request());
    expect(tokenCalls()).toBe(calls);
  });

  it("keeps in cookies as many of the last as fit, where tokens are large", async () => {
    await logInAt(issuer, bench);
    issuer.misbehave.token = (body, form) =>
      Response.json({ ...body, access_token: filler(900).replaceAll(/\W/g, "x"), scope: form.get("scope") });
    for (let n = 0; n < 50; n++) {
      const options = bench.request();
      await bench.client.getAccessToken(question(n), options);
      bench.keep(options);
      const again = await bench.client.getAccessToken(question(n), bench.request());
      expect(again.audience).toBe(question(n).audience);
      expect(tokenCalls(), "each was asked for once").toBe(n + 2);
    }
    const { tokenSets } = (await bench.client.getSession(bench.request()))!;
    expect(tokenSets.length).toBeGreaterThan(4);
    expect(tokenSets.length).toBeLessThan(12);
    expect(tokenSets.at(-1)!.audience).toBe(question(49).audience);
    const bytes = [...bench.jar].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    expect(bytes).toBeLessThanOrEqual(8192);
  });

  it("keeps the tokens there are where a single one is too large for any cookie", async () => {
    await logInAt(issuer, bench);
    const first = await visit(bench, (options) => bench.client.getAccessToken(question(1), options));
    issuer.misbehave.token = (body) => Response.json({ ...body, access_token: "x".repeat(9000) });
    const large = await visit(bench, (options) => bench.client.getAccessToken(question(2), options));
    expect(large.accessToken).toHaveLength(9000);
    expect(await bench.client.getAccessToken(question(1), bench.request())).toEqual(first);
  });
});

describe("a back-channel logout", () => {
  const event = { "http://schemas.openid.net/event/backchannel-logout": {} };

  it("ends the session it names, and answers a redelivery the same way", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const store = new MemorySessionStore();
    const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
    bench = clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
    issuer.claims.sid = "sid-1";
    await logInAt(issuer, bench);
    const iat = Math.floor(Date.now() / 1000);
    const token = await issuer.signIdToken({
      iss: issuer.issuer,
      aud: clientId,
      iat,
      exp: iat + 60,
      sid: "sid-1",
      events: event,
    });
    await bench.client.handleBackchannelLogout(token);
    await bench.client.handleBackchannelLogout(token);
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("is refused for sessions in cookies, and for anything that is no logout token", async () => {
    await expect(bench.client.handleBackchannelLogout("")).rejects.toThrow(
      refused("backchannel_logout_error"),
    );
    await expect(bench.client.handleBackchannelLogout("a.b.c")).rejects.toThrow(
      refused("verify_logout_token_error"),
    );
    const iat = Math.floor(Date.now() / 1000);
    const token = await issuer.signIdToken({
      iss: issuer.issuer,
      aud: issuer.clientId,
      iat,
      sub: "user-1",
      events: event,
    });
    await expect(bench.client.handleBackchannelLogout(token)).rejects.toThrow(
      refused("backchannel_logout_error"),
    );
  });
});

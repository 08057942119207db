import { HeadersCookieHandler, MemorySessionStore, type SessionStore, StatefulStateStore } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { secret } from "../../support/browser.ts";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, clientBench, hostileBench, logInAt } from "../../support/server-client.ts";
import { waysIn } from "../../support/ways-in.ts";

const api = "https://api.example/";

let issuer: HostileIssuer;
let bench: ClientBench;
let forms: URLSearchParams[];

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
  forms = [];
});

/** The issuer rotates: a refresh token is good for one refresh. */
function rotate(): void {
  const spent = new Set<string>();
  issuer.misbehave.token = (body, form) => {
    forms.push(form);
    const token = form.get("refresh_token")!;
    if (spent.has(token)) return Response.json({ error: "invalid_grant" }, { status: 403 });
    spent.add(token);
    return Response.json(body);
  };
}

/** A request of its own whose response the browser keeps. */
async function ask(options: { audience?: string; scope?: string } = {}) {
  const request = bench.request();
  const set = await bench.client.getAccessToken(options, request);
  bench.keep(request);
  return set;
}

async function askForConnection(connection: string, loginHint?: string) {
  const request = bench.request();
  const set = await bench.client.getAccessTokenForConnection(
    { connection, ...(loginHint && { loginHint }) },
    request,
  );
  bench.keep(request);
  return set;
}

describe("weak spots of @auth0/auth0-server-js, tokens:", () => {
  it("5. three concurrent refreshes of one request spend one refresh token, and all three get its access token", async () => {
    await logInAt(issuer, bench);
    later(3601);
    rotate();
    const options = bench.request();
    const sets = await Promise.all([1, 2, 3].map(() => bench.client.getAccessToken({ ...options })));
    expect(new Set(sets.map((set) => set.accessToken)).size).toBe(1);
    expect(forms).toHaveLength(1);
    bench.keep(options);
    expect((await ask()).accessToken).toBe(sets[0]!.accessToken);
  });

  it("(of three requests in parallel one gets a token and two are refused, and the session lives on with what the one got)", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    // A database of the peer's contract: it does not know how to renew a session.
    const store = Object.assign(new MemorySessionStore(), { renew: undefined }) as SessionStore;
    const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
    for (const options of [{}, { stateStore }]) {
      bench = clientBench({ domain, clientId, clientSecret, customFetch, ...options });
      issuer.misbehave = {};
      await logInAt(issuer, bench);
      later(3601);
      rotate();
      const requests = [bench.request(), bench.request(), bench.request()];
      const outcomes = await Promise.allSettled(
        requests.map((request) => bench.client.getAccessToken(request)),
      );
      for (const request of requests) bench.keep(request);
      const [got, ...more] = outcomes.flatMap((o) => (o.status === "fulfilled" ? [o.value] : []));
      const refusals = outcomes.flatMap((o) => (o.status === "rejected" ? [o.reason] : []));
      expect(more).toEqual([]);
      expect(refusals).toMatchObject([
        { code: "token_by_refresh_token_error", cause: { error: "invalid_grant" } },
        { code: "token_by_refresh_token_error", cause: { error: "invalid_grant" } },
      ]);
      expect((await ask()).accessToken).toBe(got!.accessToken);
      later(3601);
      expect((await ask()).accessToken).not.toBe(got!.accessToken);
    }
  });

  it("14. a token whose scope was granted narrower than asked, or not named, is found again", async () => {
    await logInAt(issuer, bench);
    for (const scope of ["read", undefined]) {
      issuer.misbehave.token = (body, form) => {
        forms.push(form);
        return Response.json({ ...body, scope });
      };
      forms = [];
      const asked = { audience: `${api}${scope}`, scope: "read write" };
      const first = await ask(asked);
      expect(await ask(asked)).toEqual(first);
      expect(forms).toHaveLength(1);
    }
  });

  it("15. a token that has expired does not hide one that serves, and is gone after the next refresh", async () => {
    await logInAt(issuer, bench);
    issuer.misbehave.token = (body, form) => {
      forms.push(form);
      const scope = form.get("scope") ?? undefined;
      return Response.json({ ...body, scope, expires_in: scope === "read" ? 60 : 3600 });
    };
    await ask({ audience: api, scope: "read" });
    const wider = await ask({ audience: api, scope: "read write" });
    later(120);
    expect(await ask({ audience: api, scope: "read" })).toEqual(wider);
    expect(forms).toHaveLength(2);
    await ask({ audience: "https://other.example/", scope: "other" });
    const { tokenSets } = (await bench.client.getSession(bench.request()))!;
    expect(tokenSets.map((set) => `${set.audience} ${set.scope}`)).toEqual([
      "default openid profile email offline_access",
      `${api} read write`,
      "https://other.example/ other",
    ]);
  });

  it("16. an access token for an audience of the login's own is kept, and found again, under that audience", async () => {
    for (const [name, logIn] of Object.entries(waysIn)) {
      bench = hostileBench(issuer);
      await logIn(issuer, bench, api);
      const { tokenSets } = (await bench.client.getSession(bench.request()))!;
      expect(
        tokenSets.map((set) => set.audience),
        name,
      ).toEqual([api]);
      const calls = issuer.requests.length;
      expect(await ask({ audience: api }), name).toEqual(tokenSets[0]);
      expect(issuer.requests.length, name).toBe(calls);
    }
  });

  it("17. a connection's token belongs to the account it was asked for", async () => {
    await logInAt(issuer, bench);
    issuer.misbehave.token = ({ id_token: _, refresh_token: __, ...body }, form) => {
      forms.push(form);
      return Response.json(body);
    };
    const work = await askForConnection("google-oauth2", "me@work.example");
    const home = await askForConnection("google-oauth2", "me@home.example");
    const any = await askForConnection("google-oauth2");
    expect(new Set([work, home, any].map((set) => set.accessToken)).size).toBe(3);
    expect(await askForConnection("google-oauth2", "me@work.example")).toEqual(work);
    expect(await askForConnection("google-oauth2", "me@home.example")).toEqual(home);
    expect(await askForConnection("google-oauth2")).toEqual(any);
    expect(forms.map((form) => form.get("login_hint"))).toEqual(["me@work.example", "me@home.example", null]);
  });
});

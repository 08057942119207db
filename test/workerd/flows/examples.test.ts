import type {
  DomainResolver,
  HeadersStoreOptions,
  ServerClientOptions,
  StateData,
  StateStore,
  TransactionData,
  TransactionStore,
} from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  comeBack,
  hostileBench,
  logInAt,
  redirectUri,
  startAt,
} from "../../support/server-client.ts";

/** What the examples of `@auth0/auth0-server-js` say in passing, and no other test is about. */

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const refused = (code: string) => expect.objectContaining({ code });
const session = () => bench.client.getSession(bench.request());
const start = (options = {}) => bench.client.startInteractiveLogin(options, bench.request());

function benchWith(options: Partial<ServerClientOptions<HeadersStoreOptions>>): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  return clientBench({ domain, clientId, clientSecret, customFetch, ...options });
}

/** The issuer under any domain: it calls itself what it is called. */
const underAnyDomain: typeof fetch = async (input, init) => {
  const { host } = new URL(String(input));
  const answer = await issuer.customFetch(String(input).replace(host, issuer.domain), init);
  if (!String(input).includes("openid-configuration")) return answer;
  return Response.json(JSON.parse((await answer.text()).replaceAll(issuer.domain, host)));
};

describe("the options of a client", () => {
  it("name what it keeps: stateIdentifier the session, transactionIdentifier the logins", async () => {
    bench = benchWith({ stateIdentifier: "__my_session", transactionIdentifier: "__my_tx" });
    const callback = await startAt(issuer, bench);
    expect([...bench.jar.keys()]).toEqual([expect.stringMatching(/^__my_tx\./)]);
    await comeBack(bench, callback);
    expect([...bench.jar.keys()]).toEqual(["__my_session"]);
    expect(await session()).toBeDefined();
  });

  it("ask for openid profile email offline_access unless they have a scope of their own", async () => {
    expect((await start()).searchParams.get("scope")).toBe("openid profile email offline_access");
    const scope = "scope_a openid profile email offline_access";
    bench = benchWith({ authorizationParams: { scope, redirect_uri: redirectUri } });
    expect((await start()).searchParams.get("scope")).toBe(scope);
  });

  it("give every authorization request its parameters, and those of a call come before them", async () => {
    const authorizationParams = { redirect_uri: redirectUri, audience: "urn:custom:api", foo: "bar" };
    bench = benchWith({ authorizationParams });
    expect(Object.fromEntries((await start()).searchParams)).toMatchObject(authorizationParams);
    const own = { foo: "baz", redirect_uri: "https://brand-1.example/callback" };
    const { searchParams } = await start({ authorizationParams: own });
    expect(Object.fromEntries(searchParams)).toMatchObject({ audience: "urn:custom:api", ...own });

    await logInAt(issuer, bench);
    const link = await bench.client.startLinkUser(
      { connection: "google-oauth2", connectionScope: "email", authorizationParams: own },
      bench.request(),
    );
    expect(Object.fromEntries(link.searchParams)).toMatchObject({ audience: "urn:custom:api", ...own });
  });

  it("send every request by customFetch", async () => {
    await logInAt(issuer, bench);
    later(3601);
    const options = bench.request();
    await bench.client.getAccessToken(options);
    bench.keep(options);
    await bench.client.logout({}, bench.request());
    expect(issuer.requests).toEqual([
      "/.well-known/openid-configuration",
      "/token",
      "/jwks",
      "/.well-known/openid-configuration",
      "/jwks",
      "/token",
      "/revoke",
    ]);
  });

  it("take a domain as people write it", async () => {
    for (const domain of [
      "hostile.example",
      "https://hostile.example/",
      "HOSTILE.example",
      " hostile.example ",
    ]) {
      bench = benchWith({ domain });
      expect((await start()).host).toBe("hostile.example");
    }
  });
});

describe("store options", () => {
  it("reach both stores as they are, whatever the method", async () => {
    const seen = new Set<unknown>();
    const states = new Map<string, StateData>();
    const transactions = new Map<string, TransactionData>();
    const storeOver = <T>(kept: Map<string, T>) => ({
      async set(identifier: string, data: T, _removeIfExists?: boolean, options?: unknown) {
        seen.add(options);
        kept.set(identifier, data);
      },
      async get(identifier: string, options?: unknown) {
        seen.add(options);
        return kept.get(identifier);
      },
      async delete(identifier: string, options?: unknown) {
        seen.add(options);
        kept.delete(identifier);
      },
      async deleteByLogoutToken(_claims: unknown, options?: unknown) {
        seen.add(options);
      },
    });
    const stateStore: StateStore<HeadersStoreOptions> = storeOver(states);
    const transactionStore: TransactionStore<HeadersStoreOptions> = storeOver(transactions);
    bench = benchWith({ stateStore, transactionStore });
    const { client } = bench;
    const only = async (work: (options: HeadersStoreOptions) => Promise<unknown>) => {
      seen.clear();
      const options = bench.request();
      const result = await work(options);
      expect([...seen], String(work)).toEqual([options]);
      return result;
    };
    const backTo = (url: unknown) => {
      const { searchParams } = url as URL;
      issuer.claims.nonce = searchParams.get("nonce");
      return new URL(`${redirectUri}?code=1&state=${searchParams.get("state")}`);
    };
    const connection = "google-oauth2";
    await only(async (o) =>
      client.completeInteractiveLogin(backTo(await client.startInteractiveLogin({}, o)), o),
    );
    await only(async (o) =>
      client.completeLinkUser(backTo(await client.startLinkUser({ connection }, o)), o),
    );
    await only(async (o) =>
      client.completeUnlinkUser(backTo(await client.startUnlinkUser({ connection }, o)), o),
    );
    issuer.claims.nonce = undefined;
    await only((o) => client.getUser(o));
    await only((o) => client.getSession(o));
    await only((o) => client.getAccessToken(o));
    await only((o) => client.getAccessToken({}, o));
    await only((o) => client.getAccessToken({ audience: "urn:api" }, o));
    await only((o) => client.getAccessTokenForConnection({ connection }, o));
    await only((o) => client.revokeRefreshToken({}, o));
    await only((o) => client.loginBackchannel({ bindingMessage: "Hello", loginHint: { sub: "user-1" } }, o));
    const iat = Math.floor(Date.now() / 1000);
    const logoutToken = await issuer.signIdToken({
      iss: issuer.issuer,
      aud: issuer.clientId,
      iat,
      sub: "user-1",
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    await only((o) => client.handleBackchannelLogout(logoutToken, o));
    await only((o) => client.logout({}, o));
  });
});

describe("a domain chosen for each request", () => {
  const byHost: Record<string, string> = {
    "brand-1.example": "custom-1.example",
    "brand-2.example": "custom-2.example",
  };
  const at = (host: string, headers = {}) => ({
    request: new Request(`https://${host}/`, { headers: { "x-host": host, ...headers } }),
    headers: new Headers(),
  });
  const hostOf = async (domain: DomainResolver<HeadersStoreOptions>, options?: HeadersStoreOptions) => {
    const { client } = benchWith({ domain, customFetch: underAnyDomain });
    return (await client.startInteractiveLogin({}, options)).host;
  };

  it("may come from the host, with a default, or from a tenant that is known", async () => {
    const hosts: DomainResolver<HeadersStoreOptions> = async ({ storeOptions }) =>
      byHost[storeOptions?.request.headers.get("x-host") ?? ""] ?? "default.example";
    expect(await hostOf(hosts, at("brand-1.example"))).toBe("custom-1.example");
    expect(await hostOf(hosts, at("brand-2.example"))).toBe("custom-2.example");
    expect(await hostOf(hosts, at("other.example"))).toBe("default.example");
    const tenants: DomainResolver<HeadersStoreOptions> = ({ storeOptions }) =>
      storeOptions?.request.headers.get("x-tenant-id") === "a" ? "tenant-a.example" : "default.example";
    expect(await hostOf(tenants, at("app.example", { "x-tenant-id": "a" }))).toBe("tenant-a.example");
  });

  it("is chosen from the store options, in the seed's form and in that of the peer", async () => {
    const options = at("brand-1.example");
    let given: unknown;
    await hostOf((context) => {
      given = context.storeOptions;
      return "custom-1.example";
    }, options);
    expect(given).toBe(options);
    const peers = (context?: HeadersStoreOptions) =>
      byHost[context?.request.headers.get("x-host") ?? ""] ?? "default.example";
    expect(await hostOf(peers, options)).toBe("custom-1.example");
  });

  it("has to be one: nothing, an empty text or an error is an invalid_configuration_error", async () => {
    for (const domain of [() => null, () => undefined, () => "", () => Promise.reject(new Error("no"))]) {
      await expect(hostOf(domain as never, at("brand-1.example"))).rejects.toThrow(
        refused("invalid_configuration_error"),
      );
    }
  });

  it("makes sessions of its own, and a session without a domain is none", async () => {
    const states = new Map<string, StateData>();
    const stateStore: StateStore<HeadersStoreOptions> = {
      set: async (identifier, state) => void states.set(identifier, state),
      get: async (identifier) => states.get(identifier),
      delete: async (identifier) => void states.delete(identifier),
      deleteByLogoutToken: async () => undefined,
    };
    let domain = "custom-1.example";
    bench = benchWith({ domain: () => domain, customFetch: underAnyDomain, stateStore });
    issuer.claims.iss = `https://${domain}/`;
    await logInAt(issuer, bench);
    expect(await session()).toMatchObject({ domain });
    domain = "custom-2.example";
    expect(await session()).toBeUndefined();
    domain = "custom-1.example";
    expect(await session()).toBeDefined();
    for (const state of states.values()) delete state.domain;
    expect(await session()).toBeUndefined();
    await expect(bench.client.getAccessToken(bench.request())).rejects.toThrow(
      refused("missing_session_error"),
    );
  });

  it("takes logout tokens of that domain only, and fetches no keys for others", async () => {
    bench = benchWith({ domain: () => "custom-1.example", customFetch: underAnyDomain });
    const logoutToken = await issuer.signIdToken({ iss: "https://custom-2.example/", sub: "user-1" });
    await expect(bench.client.handleBackchannelLogout(logoutToken, bench.request())).rejects.toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^(backchannel_logout|verify_logout_token)_error$/),
      }),
    );
    expect(issuer.requests).not.toContain("/jwks");
  });
});

describe("a session", () => {
  it("is shown without what the SDK keeps for itself", async () => {
    await logInAt(issuer, bench);
    expect(await session()).toEqual({
      user: expect.objectContaining({ sub: "user-1" }),
      idToken: expect.any(String),
      refreshToken: expect.any(String),
      tokenSets: [
        {
          audience: "default",
          accessToken: expect.any(String),
          scope: "openid profile email offline_access",
          expiresAt: expect.any(Number),
        },
      ],
      domain: issuer.domain,
    });
  });

  it("gives a token for less from what it has, and asks for more by name", async () => {
    issuer.misbehave.token = (body, form) =>
      Response.json({ ...body, scope: form.get("scope") ?? "openid read:profile write:profile" });
    await logInAt(issuer, bench);
    const ask = async (scope: string) => {
      const options = bench.request();
      const set = await bench.client.getAccessToken({ scope }, options);
      bench.keep(options);
      return set;
    };
    const all = (await session())!.tokenSets[0];
    expect(await ask("read:profile")).toEqual(all);
    const more = await ask("read:profile write:profile delete:profile");
    expect(more.scope).toBe("read:profile write:profile delete:profile");
    expect(await ask("delete:profile")).toEqual(more);
  });

  it("ends with a URL that says where to come back, as the issuer wants it said", async () => {
    const returnTo = "http://localhost:3000";
    const urlOf = async (options = {}) => {
      await logInAt(issuer, bench);
      return await bench.client.logout(options, bench.request());
    };
    expect((await urlOf({ returnTo })).href).toBe(
      `https://hostile.example/v2/logout?client_id=hostile-client&returnTo=${encodeURIComponent(returnTo)}`,
    );
    expect((await urlOf({})).href).toBe("https://hostile.example/v2/logout?client_id=hostile-client");
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, end_session_endpoint: "https://hostile.example/oidc/logout" });
    bench = hostileBench(issuer);
    const { pathname, searchParams } = await urlOf({ returnTo });
    expect(pathname).toBe("/oidc/logout");
    expect(searchParams.get("post_logout_redirect_uri")).toBe(returnTo);
    expect((await urlOf({})).searchParams.has("post_logout_redirect_uri")).toBe(false);
  });

  it("gives appState back from linking and unlinking, too", async () => {
    await logInAt(issuer, bench);
    const appState = { myKey: "myValue" };
    for (const [begin, complete] of [
      ["startLinkUser", "completeLinkUser"],
      ["startUnlinkUser", "completeUnlinkUser"],
    ] as const) {
      const options = bench.request();
      const url = await bench.client[begin]({ connection: "google-oauth2", appState }, options);
      bench.keep(options);
      issuer.claims.nonce = url.searchParams.get("nonce");
      const callback = new URL(`${redirectUri}?code=1&state=${url.searchParams.get("state")}`);
      const after = bench.request();
      expect(await bench.client[complete](callback, after)).toEqual({ appState });
      bench.keep(after);
    }
  });
});

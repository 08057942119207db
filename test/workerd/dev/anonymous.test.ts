import { decodeJwt } from "jose/jwt/decode";
import { describe, expect, it } from "vitest";
import type { DevTenant, DevTenantOptions } from "../../../src/dev/index.ts";
import { API, openTenant, post, postJson, tokensOf } from "./harness.ts";

const CATALOG = "https://catalog.example/";
const apis = [
  { audience: API, scopes: ["read:orders"] },
  { audience: CATALOG, scopes: ["read:catalog", "write:catalog"], anonymousScopes: ["read:catalog"] },
];

const anonymousTenant = (options: DevTenantOptions = {}) => {
  const clients = [{ clientId: "dev-client", clientSecret: "dev-secret" }, { clientId: "dev-spa" }];
  return openTenant({ apis, clients, ...options });
};

interface Answer {
  status: number;
  session_token: string;
  access_token: string;
}

async function ask(tenant: DevTenant, body: Record<string, unknown> = {}): Promise<Answer> {
  return (await postJson(tenant, "/anonymous/token", body)) as unknown as Answer;
}

describe("an anonymous session", () => {
  it("begins with two tokens, and goes on under the same name", async () => {
    let now = 1_800_000_000;
    const tenant = anonymousTenant({ clock: () => now });
    const begun = await ask(tenant, { audience: CATALOG, metadata: { source: "landing" } });
    expect(begun).toMatchObject({
      status: 201,
      session_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: "Bearer",
      expires_in: 3600,
      session_expires_in: 2_592_000,
      scope: "read:catalog",
      metadata: { source: "landing" },
    });
    const first = decodeJwt(begun.access_token);
    expect(first).toMatchObject({ sub: expect.stringMatching(/^anon@[\da-f-]{36}$/), aud: CATALOG });
    now += 1000;
    const renewed = await ask(tenant, { session_token: begun.session_token, audience: CATALOG });
    expect(renewed).toMatchObject({ status: 200, session_expires_in: 2_591_000 });
    expect(renewed).not.toHaveProperty("session_token");
    expect(decodeJwt(renewed.access_token).sub).toBe(first.sub);
    expect((await ask(tenant, { client_id: "dev-spa", client_secret: undefined })).status).toBe(201);
  });

  it("gives a ticket for the login", async () => {
    const tenant = anonymousTenant();
    const { session_token } = await ask(tenant);
    expect(await ask(tenant, { session_token, audience: "urn:auth0:anon_transfer" })).toEqual({
      status: 200,
      anon_transfer_token: expect.any(String),
      token_type: "N_A",
      expires_in: 30,
    });
    expect(await ask(tenant, { audience: "urn:auth0:anon_transfer" })).toMatchObject({ status: 400 });
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    ["for an API that takes none", { audience: API }, 400, "invalid_target"],
    ["for an unknown API", { audience: "https://nope/" }, 400, "invalid_target"],
    ["for scopes of others", { audience: CATALOG, scope: "write:catalog" }, 400, "invalid_scope"],
    ["with an unknown session", { session_token: "nonsense" }, 401, "invalid_session_token"],
    ["with much metadata", { metadata: { a: "x".repeat(1100) } }, 400, "invalid_request"],
    ["with metadata that is text", { metadata: "x" }, 400, "invalid_request"],
    ["with a wrong secret", { client_secret: "wrong" }, 401, "access_denied"],
  ])("is refused %s", async (_what, body, status, error) => {
    expect(await ask(anonymousTenant(), body)).toMatchObject({ status, error });
  });

  it("ends after thirty days, belongs to its client, and takes metadata at the beginning only", async () => {
    let now = 1_800_000_000;
    const tenant = anonymousTenant({ clock: () => now });
    const { session_token } = await ask(tenant);
    expect(await ask(tenant, { session_token, metadata: { a: "b" } })).toMatchObject({
      error: "invalid_request",
    });
    const spa = { client_id: "dev-spa", client_secret: undefined };
    expect(await ask(tenant, { session_token, ...spa })).toMatchObject({ error: "invalid_session_token" });
    now += 2_592_000;
    expect(await ask(tenant, { session_token })).toMatchObject({ status: 401, error: "session_expired" });
  });

  it("is logged out by any client there is", async () => {
    const tenant = anonymousTenant();
    expect(await post(tenant, "/anonymous/logout", {})).toEqual({ status: 204 });
    expect(await post(tenant, "/anonymous/logout", { client_id: "who" })).toMatchObject({ status: 401 });
    expect(await post(tenant, "/anonymous/logout", { client_id: undefined })).toMatchObject({ status: 400 });
  });
});

describe("WebFinger", () => {
  async function look(tenant: DevTenant, query: Record<string, string>): Promise<Response> {
    const url = `https://dev.localhost/.well-known/webfinger?${new URLSearchParams(query)}`;
    return await tenant.customFetch(url);
  }

  it("tells the domains that have a connection of their own from others", async () => {
    const tenant = anonymousTenant({ federatedDomains: ["Acme.example"] });
    const resource = "urn:auth0:discovery:domain:acme.EXAMPLE";
    const rel = "http://openid.net/specs/connect/1.0/issuer";
    const response = await look(tenant, { resource, rel });
    expect(response.headers.get("content-type")).toBe("application/jrd+json");
    expect(await response.json()).toEqual({
      subject: resource,
      links: [{ rel, href: "https://dev.localhost/" }],
    });
    expect(await (await look(tenant, { resource, rel: "other" })).json()).toMatchObject({ links: [] });
    for (const other of [
      "urn:auth0:discovery:domain:other.example",
      "acct:mira@acme.example",
      "acme.example",
    ]) {
      expect((await look(tenant, { resource: other })).status).toBe(404);
    }
    expect((await look(tenant, {})).status).toBe(400);
  });
});

describe("the claim session_expiry", () => {
  it("is that of the login, also after a refresh, and of those who have it only", async () => {
    let now = 1_800_000_000;
    const mira = { sub: "auth0|66a1f0c27d3be90012c40a01", name: "Mira", email: "mira@example.com" };
    const tenant = anonymousTenant({ clock: () => now, users: [{ ...mira, sessionExpiresIn: 900 }] });
    const tokens = await tokensOf(tenant);
    expect(decodeJwt(tokens.id_token)).toMatchObject({ auth_time: now, session_expiry: now + 900 });
    now += 100;
    const grant = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    const refreshed = await post(tenant, "/oauth/token", grant);
    expect(decodeJwt(refreshed.id_token).session_expiry).toBe(now + 800);
    const connections = [
      { name: "Username-Password-Authentication", strategy: "auth0", sessionExpiresIn: 60 },
    ];
    const connected = decodeJwt((await tokensOf(anonymousTenant({ connections, users: [mira] }))).id_token);
    expect(connected.session_expiry).toBe((connected.auth_time as number) + 60);
    const others = anonymousTenant({ users: [mira] });
    expect(decodeJwt((await tokensOf(others)).id_token)).not.toHaveProperty("session_expiry");
  });
});

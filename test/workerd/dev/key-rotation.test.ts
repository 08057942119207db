import { edgeAuth } from "auth0-edge";
import { decodeProtectedHeader } from "jose/decode/protected_header";
import { createLocalJWKSet } from "jose/jwks/local";
import { jwtVerify } from "jose/jwt/verify";
import { describe, expect, it } from "vitest";
import { type DevTenant, MemoryDevTenantStorage } from "../../../src/dev/index.ts";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";
import { appTenant, Browser, tokensOf } from "./harness.ts";

async function jwks(tenant: DevTenant): Promise<{ keys: Record<string, string>[] }> {
  return await (await tenant.customFetch("https://dev.localhost/.well-known/jwks.json")).json();
}

const kidsOf = async (tenant: DevTenant) => (await jwks(tenant)).keys.map(({ kid }) => kid);
const kidOf = (token: string) => decodeProtectedHeader(token).kid;
const verify = async (token: string, tenant: DevTenant) =>
  await jwtVerify(token, createLocalJWKSet(await jwks(tenant)), { issuer: "https://dev.localhost/" });

describe("a rotation of the signing keys", () => {
  it("makes a new key sign, and leaves the one before published until the next one", async () => {
    const tenant = appTenant();
    const before = (await tokensOf(tenant)).id_token;
    const { kid } = await tenant.rotateKeys();
    const after = (await tokensOf(tenant)).id_token;
    expect(kidOf(after)).toBe(kid);
    expect(kidOf(before)).not.toBe(kid);
    expect(await kidsOf(tenant)).toEqual([kid, kidOf(before)]);
    await verify(before, tenant);
    await verify(after, tenant);

    const second = await tenant.rotateKeys();
    expect(await kidsOf(tenant)).toEqual([second.kid, kid]);
    await verify(after, tenant);
    await expect(verify(before, tenant)).rejects.toThrow("no applicable key");
  });

  it("never publishes a private key", async () => {
    const tenant = appTenant();
    await tenant.rotateKeys();
    const { keys } = await jwks(tenant);
    expect(keys.map((key) => Object.keys(key).sort())).toEqual(
      Array.from({ length: 2 }, () => ["alg", "e", "kid", "kty", "n", "use"]),
    );
  });

  it("outlives a reload of the Worker, and is seen by an instance that was there before", async () => {
    const storage = new MemoryDevTenantStorage();
    const [one, other] = [appTenant({ storage }), appTenant({ storage })];
    const old = (await tokensOf(other)).id_token;
    const { kid } = await one.rotateKeys();
    expect(await kidsOf(other)).toEqual([kid, kidOf(old)]);
    expect(kidOf((await tokensOf(other)).id_token)).toBe(kid);
    expect(await kidsOf(appTenant({ storage }))).toEqual([kid, kidOf(old)]);
  });

  it("is one, however many ask for it at the same moment", async () => {
    const storage = new MemoryDevTenantStorage();
    const tenants = [1, 2, 3].map(() => appTenant({ storage }));
    for (const tenant of tenants) await jwks(tenant);
    const kids = (await Promise.all(tenants.map((tenant) => tenant.rotateKeys()))).map(({ kid }) => kid);
    expect(new Set(kids).size).toBe(1);
    expect(await kidsOf(tenants[0]!)).toHaveLength(2);
  });

  it("leaves an old ID token good for what it only hints at: whose logout it is", async () => {
    const tenant = appTenant();
    const { id_token } = await tokensOf(tenant);
    await tenant.rotateKeys();
    await tenant.rotateKeys();
    const query = new URLSearchParams({
      id_token_hint: id_token,
      post_logout_redirect_uri: "http://localhost:8787/",
    });
    const { response } = await new Browser(tenant).open(
      `http://localhost:8787/dev-tenant/oidc/logout?${query}`,
    );
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("http://localhost:8787/");
  });

  it("is followed by an app that has the keys of before: its logins go on", async () => {
    const tenant = testTenant();
    const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
    const app = auth.handler(async (_request, _env, _ctx, login) => Response.json(await login.getUser()));
    await new TestBrowser(app, tenant).logIn();
    await tenant.rotateKeys();
    const browser = new TestBrowser(app, tenant);
    expect((await browser.logIn()).headers.get("location")).toBe("/");
    expect(await (await browser.send("/")).json()).toMatchObject({ sub: users.mira });
  });
});

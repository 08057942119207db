import { SignJWT } from "jose/jwt/sign";
import { exportJWK, exportSPKI } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { beforeAll, describe, expect, it } from "vitest";
import { type DevTenant, devTenant } from "../../../src/dev/index.ts";
import { API, APP, post, type TokenAnswer } from "./harness.ts";

const ISSUER = "https://dev.localhost/";
const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const keys: Record<string, { privateKey: CryptoKey; publicKey: CryptoKey }> = {};

beforeAll(async () => {
  for (const alg of ["RS256", "PS256", "ES256", "EdDSA"]) {
    keys[alg] = await generateKeyPair(alg, { extractable: true });
  }
});

/** A tenant with a client `robot` that has this key, as a PEM or in a JWK set. */
async function tenantWith(alg: string, form: "pem" | "jwks" = "pem"): Promise<DevTenant> {
  const { publicKey } = keys[alg]!;
  const key =
    form === "pem"
      ? { publicKeyPem: await exportSPKI(publicKey) }
      : { jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: "a" }] } };
  const clientGrants = [{ audience: API, scopes: ["read:orders"] }];
  const robot = { clientId: "robot", ...key, grantTypes: ["client_credentials"], clientGrants };
  return devTenant({ appBaseUrl: APP, clients: [robot] });
}

/** An assertion of `robot`; `undefined` leaves a claim out. */
async function assertion(
  alg = "ES256",
  claims: Record<string, unknown> = {},
  privateKey = keys[alg]!.privateKey,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: "robot", sub: "robot", aud: ISSUER, iat: now, exp: now + 60, jti: crypto.randomUUID() };
  return await new SignJWT(JSON.parse(JSON.stringify({ ...all, ...claims })))
    .setProtectedHeader({ alg })
    .sign(privateKey);
}

async function present(
  tenant: DevTenant,
  client_assertion: string | undefined,
  more: Record<string, string | undefined> = {},
): Promise<TokenAnswer> {
  return await post(tenant, "/oauth/token", {
    client_id: "robot",
    client_secret: undefined,
    grant_type: "client_credentials",
    audience: API,
    client_assertion_type: TYPE,
    client_assertion,
    ...more,
  });
}

describe("a client that authenticates by private_key_jwt", () => {
  it.each(["RS256", "PS256", "ES256", "EdDSA"])("is known by its key, for %s", async (alg) => {
    expect(await present(await tenantWith(alg), await assertion(alg))).toMatchObject({ status: 200 });
    expect(await present(await tenantWith(alg, "jwks"), await assertion(alg))).toMatchObject({ status: 200 });
  });

  it("may name the token endpoint as audience", async () => {
    const aud = `${ISSUER}oauth/token`;
    expect(await present(await tenantWith("ES256"), await assertion("ES256", { aud }))).toMatchObject({
      status: 200,
    });
  });

  const past = Math.floor(Date.now() / 1000) - 10;
  it.each<[string, Record<string, unknown>]>([
    ["of another client", { iss: "other" }],
    ["about another client", { sub: "other" }],
    ["for another server", { aud: "https://other.example/" }],
    ["for several servers", { aud: [ISSUER, "https://other.example/"] }],
    ["for nobody", { aud: undefined }],
    ["that has expired", { exp: past }],
    ["that never expires", { exp: undefined }],
    ["that lives for an hour", { exp: past + 3600 }],
    ["without a jti", { jti: undefined }],
  ])("is refused with an assertion %s", async (_what, claims) => {
    const answer = await present(await tenantWith("ES256"), await assertion("ES256", claims));
    expect(answer).toMatchObject({ status: 401, error: "invalid_client" });
  });

  it("is refused with an assertion by another key, unsigned, malformed or missing", async () => {
    const tenant = await tenantWith("ES256");
    const { privateKey } = await generateKeyPair("ES256");
    const valid = await assertion();
    const unsigned = `${btoa('{"alg":"none"}').replace(/=+$/, "")}.${valid.split(".")[1]}.`;
    for (const wrong of [await assertion("ES256", {}, privateKey), unsigned, "nonsense", undefined]) {
      expect(await present(tenant, wrong)).toMatchObject({ status: 401, error: "invalid_client" });
    }
    expect(await present(tenant, valid, { client_assertion_type: "jwt" })).toMatchObject({ status: 401 });
    expect((await present(tenant, valid)).status).toBe(200);
  });

  it("can use an assertion once, however many requests bring it", async () => {
    const tenant = await tenantWith("ES256");
    const once = await assertion();
    const answers = await Promise.all(Array.from({ length: 10 }, () => present(tenant, once)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ error }) => error === "invalid_client")).toHaveLength(9);
  });

  it("cannot use a secret, and a client with a secret no assertion", async () => {
    const tenant = await tenantWith("ES256");
    expect(await present(tenant, undefined, { client_secret: "guess" })).toMatchObject({ status: 401 });
    expect(await present(tenant, await assertion(), { client_secret: "guess" })).toMatchObject({
      status: 400,
      error: "invalid_request",
    });
    const other = devTenant({ appBaseUrl: APP });
    expect(await present(other, await assertion(), { client_id: "dev-client" })).toMatchObject({
      status: 401,
    });
  });

  it("is told of in the discovery document", async () => {
    const tenant = await tenantWith("ES256");
    const response = await tenant.customFetch(`${ISSUER}.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({
      token_endpoint_auth_methods_supported: expect.arrayContaining(["private_key_jwt"]),
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(["RS256", "ES256"]),
    });
  });
});

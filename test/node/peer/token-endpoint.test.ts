import { decodeJwt, exportJWK, exportPKCS8, exportSPKI, generateKeyPair } from "jose";
import { describe, expect, it } from "vitest";
import { API, BILLING, MIRA, peerAuthClient, peerTenant } from "./peer.ts";

describe("@auth0/auth0-auth-js at the token endpoint of the development tenant", () => {
  it("gets a token for itself by its client credentials, for the APIs it may use", async () => {
    const client = peerAuthClient(peerTenant());
    const { accessToken } = await client.getTokenByClientCredentials({ audience: API });
    expect(decodeJwt(accessToken)).toMatchObject({ sub: "peer@clients", scope: "read:orders" });
    await expect(client.getTokenByClientCredentials({ audience: BILLING })).rejects.toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ error: "access_denied" }) }),
    );
  });

  it.each(["RS256", "ES256"])(
    "authenticates by private_key_jwt, as PEM and as CryptoKey, %s",
    async (alg) => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const keys = [
        { publicKeyPem: await exportSPKI(publicKey) },
        { jwks: { keys: [await exportJWK(publicKey)] } },
      ];
      for (const [index, registered] of keys.entries()) {
        const client = peerAuthClient(peerTenant({}, registered), {
          clientAssertionSigningKey: index === 0 ? await exportPKCS8(privateKey) : privateKey,
          clientAssertionSigningAlg: alg,
        });
        for (let calls = 0; calls < 2; calls++) {
          expect(await client.getTokenByClientCredentials({ audience: API })).toMatchObject({
            scope: "read:orders",
          });
        }
      }
    },
  );

  it("logs in by password, and refreshes for another audience", async () => {
    const client = peerAuthClient(peerTenant());
    const login = { username: "mira.solberg@example.com", password: "dev-password" };
    const scope = "openid profile email offline_access";
    const tokens = await client.getTokenByPassword({
      ...login,
      scope,
      realm: "Username-Password-Authentication",
    });
    expect(tokens.claims).toMatchObject({ sub: MIRA, name: "Mira Solberg" });
    const bills = await client.getTokenByRefreshToken({
      refreshToken: tokens.refreshToken!,
      audience: BILLING,
      scope: "openid read:bills",
    });
    expect(bills.scope).toBe("openid read:bills");
    await expect(client.getTokenByPassword({ ...login, password: "wrong" })).rejects.toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ error: "invalid_grant" }) }),
    );
  });
});

import { isFederatedDomain } from "@auth0/auth0-auth-js";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { API, BILLING, choose, MIRA, peerAuthClient, peerServerClient, peerTenant } from "./peer.ts";

const JONAS = "auth0|66a1f0c27d3be90012c40a02";
const subjectTokenType = "urn:acme:legacy-token";
const subjectToken = "the-token-of-jonas";
const options = {
  tokenExchangeProfiles: [
    {
      subjectTokenType,
      resolve: (token: string) =>
        token === subjectToken
          ? { sub: JONAS }
          : { error: "invalid_request", errorDescription: "Invalid subject token" },
    },
  ],
};
const client = { clientSecret: "peer-secret", canCreateSessionTransferToken: true };

describe("@auth0/auth0-server-js exchanges tokens at the development tenant", () => {
  it("to log in, and for tokens alone", async () => {
    const tenant = peerTenant(options, client);
    const server = peerServerClient(tenant);
    await server.loginWithCustomTokenExchange({ subjectToken, subjectTokenType, scope: "openid profile" });
    expect(await server.getUser()).toMatchObject({ sub: JONAS, name: "Jonas Adeyemi" });
    const tokens = await server.customTokenExchange({ subjectToken, subjectTokenType, audience: API });
    expect(tokens).toMatchObject({
      issuedTokenType: "urn:ietf:params:oauth:token-type:access_token",
      scope: "read:orders write:orders",
    });
    await expect(
      server.customTokenExchange({ subjectToken: "forged", subjectTokenType }),
    ).rejects.toMatchObject({ code: "token_exchange_error", cause: { error: "invalid_request" } });
  });

  it("naming who acts", async () => {
    const tenant = peerTenant(options, client);
    const agent = peerAuthClient(tenant);
    const login = { username: "mira.solberg@example.com", password: "dev-password", scope: "openid" };
    const { idToken } = await agent.getTokenByPassword(login);
    const tokens = await agent.exchangeToken({
      subjectToken,
      subjectTokenType,
      scope: "openid",
      actorToken: idToken!,
      actorTokenType: "urn:ietf:params:oauth:token-type:id_token",
    });
    expect(tokens.act).toEqual({ sub: MIRA });
    expect(tokens.claims!.sub).toBe(JONAS);
  });

  it("for a session transfer token, as the agent who is logged in", async () => {
    const tenant = peerTenant(options, client);
    const server = peerServerClient(tenant);
    await server.completeInteractiveLogin(await choose(tenant, await server.startInteractiveLogin()));
    const result = await server.requestSessionTransferToken({ subjectToken, subjectTokenType });
    expect(result).toMatchObject({
      sessionTransferToken: expect.any(String),
      issuedTokenType: "urn:auth0:params:oauth:token-type:session_transfer_token",
      tokenType: expect.stringMatching(/^n_a$/i),
    });
    expect(result.expiresIn).toBeGreaterThan(55);
    const strict = peerTenant(options);
    const other = peerServerClient(strict);
    await other.completeInteractiveLogin(await choose(strict, await other.startInteractiveLogin()));
    await expect(other.requestSessionTransferToken({ subjectToken, subjectTokenType })).rejects.toMatchObject(
      {
        cause: { error: "session_transfer_disabled" },
      },
    );
  });
});

describe("@auth0/auth0-auth-js for callers nobody knows", () => {
  const scopes = ["read:orders"];
  const apis = [
    { audience: API, scopes, anonymousScopes: scopes },
    { audience: BILLING, scopes: ["read:bills"] },
  ];

  it("begins, goes on with and ends an anonymous session", async () => {
    const tenant = peerTenant({ apis });
    const { anonymous } = peerAuthClient(tenant);
    const session = await anonymous.createSession({ audience: API, metadata: { source: "landing" } });
    const { sub } = decodeJwt(session.accessToken);
    expect(sub).toMatch(/^anon@/);
    const { sessionToken } = session;
    const renewed = await anonymous.getAccessToken({ sessionToken, audience: API });
    expect(renewed).toMatchObject({ sessionReplaced: false, sessionToken, scope: "read:orders" });
    expect(decodeJwt(renewed.accessToken).sub).toBe(sub);
    expect(await anonymous.mintTransferToken(sessionToken)).toEqual(expect.any(String));
    const replaced = await anonymous.getAccessToken({ sessionToken: "forgotten", audience: API });
    expect(replaced.sessionReplaced).toBe(true);
    await expect(anonymous.createSession({ audience: "https://nope/" })).rejects.toMatchObject({
      code: "invalid_target",
    });
    await anonymous.logout();
  });

  it("learns which domains have a connection of their own", async () => {
    const { customFetch, domain } = peerTenant({ federatedDomains: ["acme.example"] });
    expect(await isFederatedDomain(domain, "acme.example", { customFetch })).toBe(true);
    expect(await isFederatedDomain(domain, "other.example", { customFetch })).toBe(false);
  });
});

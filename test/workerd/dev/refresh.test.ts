import { decodeJwt } from "jose/jwt/decode";
import { describe, expect, it } from "vitest";
import { API, appTenant, MIRA, post, refresh, tokensOf, userinfo } from "./harness.ts";

const REFUSED = {
  status: 403,
  error: "invalid_grant",
  error_description: "Unknown or invalid refresh token.",
};
const BILLING = "https://billing.example.com/";

describe("refreshing", () => {
  it("answers new tokens of the same login, without its nonce", async () => {
    let now = 1_800_000_000;
    const tenant = appTenant({ clock: () => now });
    const first = await tokensOf(tenant);
    now += 4000;
    const second = await refresh(tenant, first.refresh_token);
    expect(second).toMatchObject({ status: 200, scope: first.scope, expires_in: 3600 });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const [before, after] = [decodeJwt(first.id_token), decodeJwt(second.id_token)];
    expect(after).toMatchObject({ sub: MIRA, sid: before.sid, auth_time: before.auth_time, iat: now });
    expect(after.nonce).toBeUndefined();
    expect((await userinfo(tenant, second.access_token)).status).toBe(200);
  });

  it("goes on through many rotations", async () => {
    const tenant = appTenant();
    let { refresh_token } = await tokensOf(tenant);
    for (let turn = 0; turn < 5; turn++) refresh_token = (await refresh(tenant, refresh_token)).refresh_token;
    expect((await refresh(tenant, refresh_token)).status).toBe(200);
  });

  it("with a superseded token ends the whole family", async () => {
    const tenant = appTenant();
    const first = await tokensOf(tenant);
    const second = await refresh(tenant, first.refresh_token);
    expect(await refresh(tenant, first.refresh_token)).toEqual(REFUSED);
    expect(await refresh(tenant, second.refresh_token)).toEqual(REFUSED);
    expect((await userinfo(tenant, second.access_token)).status).toBe(401);
  });

  it("leaves other logins of the same person alone when a family ends", async () => {
    const tenant = appTenant();
    const [here, there] = [await tokensOf(tenant), await tokensOf(tenant)];
    await refresh(tenant, here.refresh_token);
    await refresh(tenant, here.refresh_token);
    expect((await refresh(tenant, there.refresh_token)).status).toBe(200);
  });

  it("has exactly one winner among fifty concurrent callers", async () => {
    const tenant = appTenant();
    const { refresh_token } = await tokensOf(tenant);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(tenant, refresh_token)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status !== 200)).toEqual(Array(49).fill(REFUSED));
  });

  it("refuses the token of another client and one it does not know", async () => {
    const tenant = appTenant();
    const { refresh_token } = await tokensOf(tenant);
    const spa = { client_id: "dev-spa", client_secret: undefined };
    expect(await refresh(tenant, refresh_token, spa)).toEqual(REFUSED);
    expect(await refresh(tenant, "nonsense")).toEqual(REFUSED);
    expect((await refresh(tenant, refresh_token)).status).toBe(200);
  });

  it("ends with the lifetime of the family, which rotation does not move", async () => {
    let now = 1_800_000_000;
    const tenant = appTenant({ clock: () => now, refreshTokenLifetime: 100 });
    const first = await tokensOf(tenant);
    now += 99;
    const second = await refresh(tenant, first.refresh_token);
    expect(second.status).toBe(200);
    now += 1;
    expect(await refresh(tenant, second.refresh_token)).toEqual(REFUSED);
  });

  it("gives fewer scopes when fewer are asked for, and all of them the next time", async () => {
    const tenant = appTenant();
    const { refresh_token, scope } = await tokensOf(tenant);
    const narrow = await refresh(tenant, refresh_token, { scope: "read:orders write:orders" });
    expect(narrow).toMatchObject({ status: 200, scope: "read:orders" });
    expect(narrow.id_token).toBeUndefined();
    expect(await refresh(tenant, narrow.refresh_token)).toMatchObject({ status: 200, scope });
  });

  it("refuses scopes none of which was granted, without costing the token", async () => {
    const tenant = appTenant();
    const { refresh_token } = await tokensOf(tenant);
    const asked = { scope: "write:orders" };
    expect(await refresh(tenant, refresh_token, asked)).toMatchObject({
      status: 400,
      error: "invalid_scope",
    });
    expect((await refresh(tenant, refresh_token)).status).toBe(200);
  });

  it("keeps to the audience of the login unless the client has a policy for another", async () => {
    const apis = [
      { audience: API, scopes: ["read:orders"] },
      { audience: BILLING, scopes: ["read:bills"] },
    ];
    const refreshTokenPolicies = [{ audience: BILLING, scopes: ["read:bills"] }];
    const client = { clientId: "dev-client", clientSecret: "dev-secret" };
    const strict = appTenant({ apis, clients: [client] });
    const { refresh_token } = await tokensOf(strict);
    expect(await refresh(strict, refresh_token, { audience: BILLING })).toMatchObject({
      status: 403,
      error: "access_denied",
    });
    expect(await refresh(strict, refresh_token, { audience: "https://nope/" })).toMatchObject({
      error_description: "Service not found: https://nope/",
    });
    expect((await refresh(strict, refresh_token, { audience: API })).status).toBe(200);

    const open = appTenant({ apis, clients: [{ ...client, refreshTokenPolicies }] });
    const login = await tokensOf(open);
    const bills = await refresh(open, login.refresh_token, { audience: BILLING });
    expect(bills.scope).toBe("openid profile email offline_access read:bills");
    expect(decodeJwt(bills.access_token).aud).toContain(BILLING);
    expect(decodeJwt((await refresh(open, bills.refresh_token)).access_token).aud).toContain(API);
  });
});

describe("a refresh token policy", () => {
  const apis = [
    { audience: API, scopes: ["read:orders", "write:orders"] },
    { audience: BILLING, scopes: ["read:bills", "write:bills"] },
  ];
  const clients = [
    {
      clientId: "dev-client",
      clientSecret: "dev-secret",
      refreshTokenPolicies: [
        { audience: BILLING, scopes: ["read:bills", "no:such"] },
        { audience: API, scopes: ["write:orders"] },
      ],
    },
  ];

  it("gives what the API knows of it, and leaves out what goes beyond it", async () => {
    const tenant = appTenant({ apis, clients });
    const login = await tokensOf(tenant, { scope: "openid offline_access" });
    const all = await refresh(tenant, login.refresh_token, { audience: BILLING });
    expect(all).toMatchObject({ status: 200, scope: "openid offline_access read:bills" });
    const asked = { audience: BILLING, scope: "read:bills write:bills no:such" };
    const narrow = await refresh(tenant, all.refresh_token, asked);
    expect(narrow).toMatchObject({ status: 200, scope: "read:bills" });
    const beyond = { audience: BILLING, scope: "write:bills" };
    expect(await refresh(tenant, narrow.refresh_token, beyond)).toMatchObject({ error: "invalid_scope" });
    const orders = await refresh(tenant, narrow.refresh_token, { audience: API, scope: "write:orders" });
    expect(orders).toMatchObject({ status: 200, scope: "write:orders" });
  });

  it("leaves the refresh tokens of all audiences one family", async () => {
    const tenant = appTenant({ apis, clients });
    const login = await tokensOf(tenant);
    const bills = await refresh(tenant, login.refresh_token, { audience: BILLING });
    expect((await refresh(tenant, login.refresh_token)).error).toBe("invalid_grant");
    expect((await refresh(tenant, bills.refresh_token)).error).toBe("invalid_grant");
  });
});

describe("revoking", () => {
  it("a refresh token ends its family", async () => {
    const tenant = appTenant();
    const tokens = await tokensOf(tenant);
    expect(await post(tenant, "/oauth/revoke", { token: tokens.refresh_token })).toEqual({ status: 200 });
    expect(await refresh(tenant, tokens.refresh_token)).toEqual(REFUSED);
    expect((await userinfo(tenant, tokens.access_token)).status).toBe(401);
  });

  it("a superseded refresh token ends the family as well", async () => {
    const tenant = appTenant();
    const first = await tokensOf(tenant);
    const second = await refresh(tenant, first.refresh_token);
    await post(tenant, "/oauth/revoke", { token: first.refresh_token });
    expect(await refresh(tenant, second.refresh_token)).toEqual(REFUSED);
  });

  it("an unknown token is answered 200, another client's token and a wrong secret are not", async () => {
    const tenant = appTenant();
    const { refresh_token: token } = await tokensOf(tenant);
    expect(await post(tenant, "/oauth/revoke", { token: "nonsense" })).toEqual({ status: 200 });
    const foreign = { token, client_id: "dev-spa", client_secret: undefined };
    expect(await post(tenant, "/oauth/revoke", foreign)).toMatchObject({ error: "invalid_grant" });
    expect(await post(tenant, "/oauth/revoke", { token, client_secret: "no" })).toMatchObject({
      status: 401,
    });
    expect(await post(tenant, "/oauth/revoke", {})).toMatchObject({ status: 400, error: "invalid_request" });
    expect((await refresh(tenant, token)).status).toBe(200);
  });
});

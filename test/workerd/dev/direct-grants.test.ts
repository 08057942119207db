import { decodeJwt } from "jose/jwt/decode";
import { describe, expect, it } from "vitest";
import { type DevTenant, devTenant } from "../../../src/dev/index.ts";
import {
  API,
  APP,
  appTenant,
  MIRA,
  openTenant,
  post,
  refresh,
  type TokenAnswer,
  userinfo,
} from "./harness.ts";

const REALM = "http://auth0.com/oauth/grant-type/password-realm";
const DATABASE = "Username-Password-Authentication";
const MAIL = "mira.solberg@example.com";

async function ask(
  tenant: DevTenant,
  grant_type: string,
  parameters: Record<string, string | undefined> = {},
): Promise<TokenAnswer> {
  return await post(tenant, "/oauth/token", { grant_type, ...parameters });
}

describe("the client credentials grant", () => {
  it("gives a token for the application itself, and nothing else", async () => {
    const answer = await ask(openTenant(), "client_credentials", { audience: API });
    expect(Object.keys(answer).sort()).toEqual(
      ["access_token", "expires_in", "scope", "status", "token_type"].sort(),
    );
    expect(answer).toMatchObject({ status: 200, scope: "read:orders", token_type: "Bearer" });
    expect(decodeJwt(answer.access_token)).toMatchObject({
      sub: "dev-client@clients",
      azp: "dev-client",
      aud: API,
      gty: "client-credentials",
      scope: "read:orders",
    });
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ["without an audience", { audience: undefined }, "access_denied"],
    ["for an API that does not exist", { audience: "https://nope/" }, "access_denied"],
    ["for scopes the client has not", { scope: "write:orders" }, "invalid_scope"],
    ["for a public client", { client_id: "dev-spa", client_secret: undefined }, "unauthorized_client"],
  ])("is refused %s", async (_what, parameters, error) => {
    const answer = await ask(openTenant(), "client_credentials", { audience: API, ...parameters });
    expect(answer).toMatchObject({ status: 403, error });
  });

  it("is refused for an API the client has no grant for, or without the grant type", async () => {
    const client = { clientId: "dev-client", clientSecret: "dev-secret" };
    const noGrant = appTenant({ clients: [{ ...client, grantTypes: ["client_credentials"] }] });
    const refused = await ask(noGrant, "client_credentials", { audience: API });
    expect(refused).toMatchObject({ status: 403, error: "access_denied" });
    expect(refused.error_description).toContain(`Client is not authorized to access "${API}"`);
    expect(await ask(appTenant(), "client_credentials", { audience: API })).toMatchObject({
      error: "unauthorized_client",
    });
  });

  it("opens to the default client every API there is", async () => {
    const tenant = devTenant({ appBaseUrl: APP, apis: [{ audience: "https://a/", scopes: ["b"] }] });
    const { clientId: client_id, clientSecret: client_secret } = tenant;
    const parameters = { client_id, client_secret, audience: "https://a/" };
    expect(await ask(tenant, "client_credentials", parameters)).toMatchObject({ status: 200, scope: "b" });
  });
});

describe("the password grant", () => {
  const right = { username: MAIL, password: "dev-password", scope: "openid email offline_access" };

  it("logs in one of the people, without a session of the tenant", async () => {
    const tenant = openTenant();
    for (const [grantType, more] of [
      ["password", {}],
      ["password", { realm: DATABASE }],
      [REALM, { realm: DATABASE }],
      ["password", { username: MAIL.toUpperCase() }],
    ] as const) {
      const answer = await ask(tenant, grantType, { ...right, ...more });
      expect(answer).toMatchObject({ status: 200, scope: "openid email offline_access" });
      const claims = decodeJwt(answer.id_token);
      expect(claims).toMatchObject({ sub: MIRA, email: MAIL, aud: "dev-client" });
      expect(claims).not.toHaveProperty("sid");
      expect((await userinfo(tenant, answer.access_token)).status).toBe(200);
      expect((await refresh(tenant, answer.refresh_token)).status).toBe(200);
    }
  });

  it("gives all scopes of the API when none are asked for", async () => {
    const answer = await ask(openTenant(), "password", { ...right, scope: undefined, audience: API });
    expect(answer).toMatchObject({ status: 200, scope: "read:orders write:orders" });
    expect(decodeJwt(answer.access_token).gty).toBe("password");
    expect(answer.id_token).toBeUndefined();
  });

  it.each<[string, Record<string, string | undefined>, number, string]>([
    ["with a wrong password", { password: "wrong" }, 403, "invalid_grant"],
    ["for nobody", { username: "nobody@example.com" }, 403, "invalid_grant"],
    ["without a password", { password: undefined }, 400, "invalid_request"],
    ["without a name", { username: undefined }, 400, "invalid_request"],
    ["for an unknown realm", { realm: "nope" }, 400, "invalid_request"],
    ["for an unknown API", { audience: "https://nope/" }, 403, "access_denied"],
  ])("is refused %s", async (_what, parameters, status, error) => {
    const tenant = openTenant();
    expect(await ask(tenant, "password", { ...right, ...parameters })).toMatchObject({ status, error });
    expect((await ask(tenant, "password", right)).status).toBe(200);
  });

  it("knows a password, a username and a phone number of the options", async () => {
    const user = { sub: "auth0|1", name: "Ada", username: "ada", phone_number: "+4790000000" };
    const tenant = openTenant({ users: [{ ...user, password: "of her own" }] });
    for (const username of ["Ada", "+4790000000"]) {
      expect((await ask(tenant, "password", { username, password: "of her own" })).status).toBe(200);
      const answer = await ask(tenant, "password", { username, password: "dev-password" });
      expect(answer.error_description).toBe("Wrong email or password.");
    }
  });

  it("blocks after ten wrong passwords in a row, for five minutes", async () => {
    let now = 1_800_000_000;
    const tenant = openTenant({ clock: () => now });
    const wrong = { ...right, password: "wrong" };
    for (let tries = 0; tries < 9; tries++) await ask(tenant, "password", wrong);
    expect((await ask(tenant, "password", right)).status).toBe(200);
    for (let tries = 0; tries < 10; tries++) {
      expect((await ask(tenant, "password", wrong)).error).toBe("invalid_grant");
    }
    expect(await ask(tenant, "password", right)).toMatchObject({ status: 429, error: "too_many_attempts" });
    now += 300;
    expect((await ask(tenant, "password", right)).status).toBe(200);
  });
});

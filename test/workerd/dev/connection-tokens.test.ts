import { describe, expect, it } from "vitest";
import {
  API,
  appTenant,
  Browser,
  CALLBACK,
  MIRA,
  openTenant,
  post,
  redeem,
  refresh,
  type TokenAnswer,
} from "./harness.ts";

const GRANT = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";
const REQUESTED = "http://auth0.com/oauth/token-type/federated-connection-access-token";
const NOT_FOUND = "federated_connection_refresh_token_not_found";
const tokenType = (kind: "refresh" | "access") => `urn:ietf:params:oauth:token-type:${kind}_token`;

const exchange = (
  tenant: ReturnType<typeof appTenant>,
  tokens: TokenAnswer,
  parameters: Record<string, string | undefined> = {},
) =>
  post(tenant, "/oauth/token", {
    grant_type: GRANT,
    connection: "google-oauth2",
    subject_token: tokens.refresh_token,
    subject_token_type: tokenType("refresh"),
    requested_token_type: REQUESTED,
    ...parameters,
  });

/** Mira, with accounts of Google linked: her own and another one. */
async function linked() {
  const tenant = openTenant();
  const browser = new Browser(tenant);
  let tokens = await redeem(tenant, await browser.logIn());
  const accounts: string[] = [];
  for (const [index, scope] of ["calendar.read", "mail.read"].entries()) {
    const page = await browser.authorize({
      scope: "openid link_account offline_access",
      requested_connection: "google-oauth2",
      requested_connection_scope: scope,
      id_token_hint: tokens.id_token,
    });
    accounts.push([...page.html.matchAll(/name="account" value="([^"]*)"/g)][index]![1]!);
    await browser.press(page, "account", accounts[index]!);
  }
  tokens = await redeem(tenant, await browser.logIn());
  return { tenant, browser, tokens, accounts };
}

describe("an access token of another service", () => {
  it("is made for the account that was linked, again and again, without using up the refresh token", async () => {
    const { tenant, tokens } = await linked();
    const first = await exchange(tenant, tokens);
    expect(first).toMatchObject({
      status: 200,
      scope: "calendar.read",
      expires_in: 3600,
      token_type: "Bearer",
      issued_token_type: REQUESTED,
    });
    expect(first.access_token).toMatch(/^google-oauth2\.[\w-]{43}$/);
    expect(Object.keys(first)).not.toContain("refresh_token");
    expect((await exchange(tenant, tokens)).access_token).not.toBe(first.access_token);
    expect((await refresh(tenant, tokens.refresh_token)).status).toBe(200);
  });

  it("is made for the account that login_hint names, of several", async () => {
    const { tenant, tokens, accounts } = await linked();
    for (const login_hint of [accounts[1]!, accounts[1]!.split("|")[1]!, "JONAS.adeyemi@example.com"]) {
      expect(await exchange(tenant, tokens, { login_hint })).toMatchObject({
        status: 200,
        scope: "mail.read",
      });
    }
    const nobody = await exchange(tenant, tokens, { login_hint: "nobody@example.com" });
    expect([nobody.status, nobody.error]).toEqual([401, NOT_FOUND]);
  });

  it("is made for an access token as well, whichever client it was given to", async () => {
    const { tenant, tokens } = await linked();
    const spa = { client_id: "dev-spa", client_secret: undefined };
    const foreign = await redeem(tenant, await new Browser(tenant).logIn({ client_id: "dev-spa" }), spa);
    for (const subject_token of [tokens.access_token, foreign.access_token]) {
      const asked = { subject_token, subject_token_type: tokenType("access") };
      expect((await exchange(tenant, tokens, asked)).status).toBe(200);
    }
  });

  it("is made for people who came by that connection", async () => {
    const tenant = openTenant();
    const browser = new Browser(tenant);
    const form = await browser.authorize({ connection: "github" });
    const sub = /name="user" value="([^"]*)"/.exec(form.html)![1]!;
    const tokens = await redeem(tenant, await browser.press(form, "user", sub));
    const answer = await exchange(tenant, tokens, { connection: "github" });
    expect(answer.status).toBe(200);
    expect(answer.scope).toBeUndefined();
    expect((await exchange(tenant, tokens)).error).toBe(NOT_FOUND);
  });

  it("is refused once the account is unlinked", async () => {
    const { tenant, browser, tokens } = await linked();
    for (let i = 0; i < 2; i++) {
      const page = await browser.authorize({
        scope: "openid unlink_account",
        requested_connection: "google-oauth2",
        id_token_hint: tokens.id_token,
      });
      const account = /name="account" value="([^"]*)"/.exec(page.html)![1]!;
      await browser.press(page, "account", account);
    }
    expect(await exchange(tenant, tokens)).toMatchObject({ status: 401, error: NOT_FOUND });
  });

  it("is refused to people without such an account, and of a connection that issues no tokens", async () => {
    const tenant = openTenant();
    const tokens = await redeem(tenant, await new Browser(tenant).logIn());
    expect(await exchange(tenant, tokens)).toMatchObject({ status: 401, error: NOT_FOUND });
    const database = { connection: "Username-Password-Authentication" };
    expect(await exchange(tenant, tokens, database)).toMatchObject({ status: 401, error: NOT_FOUND });
  });

  it.each<[string, Record<string, string | undefined>, number, string]>([
    ["without a connection", { connection: undefined }, 400, "invalid_request"],
    ["of a connection that does not exist", { connection: "nope" }, 400, "invalid_request"],
    ["of another type", { requested_token_type: tokenType("access") }, 400, "invalid_request"],
    ["for a subject of another type", { subject_token_type: "urn:x" }, 400, "invalid_request"],
    ["for no subject", { subject_token: undefined }, 400, "invalid_request"],
    ["with an audience", { audience: API }, 400, "invalid_request"],
    ["for a refresh token nobody knows", { subject_token: "x" }, 403, "invalid_grant"],
    [
      "for an access token nobody knows",
      { subject_token: "x", subject_token_type: tokenType("access") },
      403,
      "invalid_grant",
    ],
    ["without the secret", { client_secret: undefined }, 401, "access_denied"],
  ])("is refused %s", async (_what, parameters, status, error) => {
    const tenant = openTenant();
    const tokens = await redeem(tenant, await new Browser(tenant).logIn());
    const answer = await exchange(tenant, tokens, parameters);
    expect([answer.status, answer.error]).toEqual([status, error]);
  });

  it("is refused for a refresh token that was used, revoked or given to another client", async () => {
    const { tenant, tokens } = await linked();
    const newer = await refresh(tenant, tokens.refresh_token);
    expect((await exchange(tenant, tokens)).error).toBe("invalid_grant");
    expect((await exchange(tenant, newer)).status).toBe(200);
    await post(tenant, "/oauth/revoke", { token: newer.refresh_token });
    expect((await exchange(tenant, newer)).error).toBe("invalid_grant");

    const spa = { client_id: "dev-spa", client_secret: undefined };
    const foreign = await redeem(
      tenant,
      await new Browser(tenant).logIn({ client_id: "dev-spa" }, MIRA),
      spa,
    );
    expect((await exchange(tenant, foreign)).error).toBe("invalid_grant");
    expect(await exchange(tenant, foreign, spa)).toMatchObject({ status: 403, error: "unauthorized_client" });
  });

  it("is refused to a client that may not", async () => {
    const clients = [{ clientId: "dev-client", clientSecret: "dev-secret", callbacks: [CALLBACK] }];
    const tenant = appTenant({ clients });
    const tokens = await redeem(tenant, await new Browser(tenant).logIn());
    expect(await exchange(tenant, tokens)).toMatchObject({ status: 403, error: "unauthorized_client" });
  });
});

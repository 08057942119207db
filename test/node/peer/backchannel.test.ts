import { type LogoutTokenClaims, type StateData, StatefulStateStore } from "@auth0/auth0-server-js";
import { describe, expect, it } from "vitest";
import type { DevTenant } from "../../../src/dev/index.ts";
import { decideNext, TenantBrowser } from "../../support/tenant-browser.ts";
import { API, Jar, MIRA, peerAuthClient, peerServerClient, peerTenant } from "./peer.ts";

const transfer = { type: "money_transfer", amount: "12 EUR" };
const ask = { bindingMessage: "Order 12", loginHint: { sub: MIRA } };

/** A tenant that may be asked every second. */
function quickTenant(): DevTenant {
  return peerTenant(
    {
      backchannelPollInterval: 1,
      apis: [{ audience: API, scopes: ["read:orders"], authorizationDetailsTypes: ["money_transfer"] }],
    },
    { clientSecret: "peer-secret", clientGrants: [], refreshTokenPolicies: [] },
  );
}

describe("@auth0/auth0-server-js logging people in by their approval (CIBA)", () => {
  it("waits until the person has approved, and gets what was granted in detail", async () => {
    const tenant = quickTenant();
    const client = peerServerClient(tenant);
    const login = client.loginBackchannel({
      ...ask,
      authorizationParams: { audience: API, authorization_details: JSON.stringify([transfer]) },
    });
    await decideNext(tenant, "approve");
    expect(await login).toEqual({ authorizationDetails: [transfer] });
    expect(await client.getUser()).toMatchObject({ sub: MIRA, name: "Mira Solberg" });
  });

  it("is told when the person denies, or nobody is meant", async () => {
    const tenant = quickTenant();
    const client = peerServerClient(tenant);
    const login = client.loginBackchannel(ask);
    const outcome = expect(login).rejects.toMatchObject({
      code: "backchannel_authentication_error",
      cause: { error: "access_denied" },
    });
    await decideNext(tenant, "deny");
    await outcome;
    await expect(
      client.loginBackchannel({ ...ask, loginHint: { sub: "auth0|nobody" } }),
    ).rejects.toMatchObject({
      cause: { error: "unknown_user_id" },
    });
    await expect(client.loginBackchannel({ ...ask, bindingMessage: "<b>" })).rejects.toMatchObject({
      cause: { error: "invalid_binding_message" },
    });
  });

  it("may ask for itself, and is told to wait and to slow down", async () => {
    const tenant = quickTenant();
    const client = peerAuthClient(tenant);
    const { authReqId, expiresIn, interval } = await client.initiateBackchannelAuthentication({
      ...ask,
      requestedExpiry: 60,
      authorizationDetails: [transfer],
      authorizationParams: { audience: API },
    });
    expect([expiresIn, interval]).toEqual([60, 1]);
    const error = async () =>
      (await client.backchannelAuthenticationGrant({ authReqId }).catch((reason) => reason)).cause.error;
    expect([await error(), await error()]).toEqual(["authorization_pending", "slow_down"]);
  });
});

describe("@auth0/auth0-server-js told that a session has ended", () => {
  it.each(["sid", "sub"] as const)("verifies the logout token and ends the session, by %s", async (by) => {
    const sessions = new Map<string, StateData>();
    const claims: LogoutTokenClaims[] = [];
    const tenant = peerTenant(
      {
        async appFetch(request) {
          const form = new URLSearchParams(await request.text());
          await client.handleBackchannelLogout(form.get("logout_token")!);
          return new Response(null);
        },
      },
      { clientSecret: "peer-secret", backchannelLogoutUri: "https://app.example/backchannel-logout" },
    );
    const store = {
      get: async (id: string) => sessions.get(id),
      set: async (id: string, state: StateData) => void sessions.set(id, state),
      delete: async (id: string) => void sessions.delete(id),
      deleteByLogoutToken: async (token: LogoutTokenClaims) => {
        claims.push(token);
        for (const [id, { internal, user }] of sessions) {
          if (token.sid ? internal.sid === token.sid : user?.sub === token.sub) sessions.delete(id);
        }
      },
    };
    const secret = "a-secret-for-the-peer-client";
    const client = peerServerClient(tenant, {
      stateStore: new StatefulStateStore({ secret, store }, new Jar()),
    });
    const browser = new TenantBrowser(tenant);
    const url = await client.startInteractiveLogin();
    await client.completeInteractiveLogin(await browser.logIn(url, MIRA));
    expect(await client.getUser()).toMatchObject({ sub: MIRA });

    if (by === "sid") await browser.go(`${tenant.issuer}oidc/logout`);
    else await tenant.backchannelLogout({ sub: MIRA });
    expect(await client.getUser()).toBeUndefined();
    expect(claims).toEqual([by === "sid" ? { sid: expect.any(String), sub: MIRA } : { sub: MIRA }]);
  });
});

import {
  AuthClient,
  edgeAuth,
  type HeadersCookieHandler,
  MemorySessionStore,
  StatefulStateStore,
} from "auth0-edge";
import { describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";
import { visit } from "../../support/server-client.ts";
import { tenantBench } from "../../support/tenant-bench.ts";
import { decideNext } from "../../support/tenant-browser.ts";

const API = "https://api.example.com/";
const transfer = { type: "money_transfer", amount: "12 EUR" };
const ask = { bindingMessage: "Order 12", loginHint: { sub: users.mira } };
const caused = (error: string) => expect.objectContaining({ cause: expect.objectContaining({ error }) });

describe("a back-channel login at the development tenant", () => {
  const quick = { backchannelPollInterval: 1 };

  it("waits for the person's approval, and answers what was granted in detail", async () => {
    const bench = tenantBench(quick);
    const login = visit(bench, (request) =>
      bench.client.loginBackchannel(
        { ...ask, authorizationParams: { audience: API, authorization_details: JSON.stringify([transfer]) } },
        request,
      ),
    );
    await decideNext(bench.tenant, "approve");
    expect(await login).toEqual({ authorizationDetails: [transfer] });
    const session = await bench.client.getSession(bench.request());
    expect(session).toMatchObject({ user: { sub: users.mira }, tokenSets: [{ audience: API }] });
  });

  it("ends when the person denies, and nobody is logged in", async () => {
    const bench = tenantBench(quick);
    const login = visit(bench, (request) => bench.client.loginBackchannel(ask, request));
    const outcome = expect(login).rejects.toThrow(caused("access_denied"));
    await decideNext(bench.tenant, "deny");
    await outcome;
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("is for the organization that was asked for", async () => {
    const organizations = [{ id: "org_acme", name: "acme", members: [users.mira] }];
    const bench = tenantBench({ ...quick, organizations });
    const login = visit(bench, (request) =>
      bench.client.loginBackchannel({ ...ask, authorizationParams: { organization: "acme" } }, request),
    );
    await decideNext(bench.tenant, "approve");
    await login;
    expect(await bench.client.getUser(bench.request())).toMatchObject({ org_id: "org_acme" });
  });

  it("is refused with the tenant's error in the cause", async () => {
    const { client, request } = tenantBench(quick);
    const nobody = { ...ask, loginHint: { sub: "auth0|nobody" } };
    await expect(client.loginBackchannel(nobody, request())).rejects.toThrow(caused("unknown_user_id"));
    const odd = { ...ask, bindingMessage: "<b>" };
    await expect(client.loginBackchannel(odd, request())).rejects.toThrow(caused("invalid_binding_message"));
  });

  it("can be asked for without waiting, and the client is told to slow down", async () => {
    const { clientOptions } = testTenant(quick);
    const client = new AuthClient(clientOptions);
    const { authReqId, interval } = await client.initiateBackchannelAuthentication(ask);
    expect(interval).toBe(1);
    const grant = () => client.backchannelAuthenticationGrant({ authReqId });
    await expect(grant()).rejects.toThrow(caused("authorization_pending"));
    await expect(grant()).rejects.toThrow(caused("slow_down"));
  });
});

describe("a logout that begins at the development tenant", () => {
  /** The app with its sessions in a database, and the tenant in the same process. */
  function app() {
    const store = new MemorySessionStore();
    const tenant = testTenant({
      clients: [{ clientId: "dev-client", clientSecret: "s", backchannelLogoutUri: true }],
      appFetch: (request) => handler.fetch(request),
    });
    const auth = edgeAuth({
      ...tenant.clientOptions,
      secret,
      appBaseUrl: appOrigin,
      stateStore: (options, cookies: HeadersCookieHandler) =>
        new StatefulStateStore({ ...options, store }, cookies),
    });
    const handler = auth.handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getUser()) ?? null),
    );
    const newBrowser = () => new TestBrowser(handler, tenant);
    const user = async (browser: TestBrowser) => await (await browser.send("/")).json();
    return { tenant, newBrowser, user };
  }

  it("ends the app's session of that browser, and of no other", async () => {
    const { newBrowser, user } = app();
    const [one, two] = [newBrowser(), newBrowser()];
    await one.logIn();
    await two.logIn();
    expect(await user(one)).toMatchObject({ sub: users.mira });
    const page = await (await one.send("/dev-tenant/oidc/logout")).text();
    expect(page).toMatch(/Apps that were told[\s\S]*200/);
    expect(await user(one)).toBeNull();
    expect(await user(two)).toMatchObject({ sub: users.mira });
  });

  it("ends all of the person's sessions where that is asked for", async () => {
    const { tenant, newBrowser, user } = app();
    const [one, two, other] = [newBrowser(), newBrowser(), newBrowser()];
    await one.logIn();
    await two.logIn();
    await other.logIn(users.jonas);
    expect(await tenant.backchannelLogout({ sub: users.mira })).toMatchObject([{ status: 200, attempts: 1 }]);
    expect([await user(one), await user(two)]).toEqual([null, null]);
    expect(await user(other)).toMatchObject({ sub: users.jonas });
  });

  it("reaches the app on the way of its own logout, which still goes through", async () => {
    const { newBrowser, user } = app();
    const browser = newBrowser();
    await browser.logIn();
    const { response } = await browser.follow(await browser.send("/auth/logout"));
    expect(response.status).toBe(200);
    expect(await user(browser)).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { TenantBrowser } from "../../support/tenant-browser.ts";
import { API, MIRA, peerAuthClient, peerServerClient, peerTenant } from "./peer.ts";

const JONAS = "auth0|66a1f0c27d3be90012c40a02";
const acme = { id: "org_acme", name: "acme", members: [MIRA] };
const globex = { id: "org_globex", name: "globex", members: [MIRA] };
const transfer = { type: "money_transfer", amount: "12 EUR" };

describe("@auth0/auth0-server-js with pushed authorization requests", () => {
  it("logs in, its parameters kept from the browser", async () => {
    const tenant = peerTenant();
    const client = peerServerClient(tenant);
    const url = await client.startInteractiveLogin({ pushedAuthorizationRequests: true, appState: "here" });
    expect([...url.searchParams.keys()].sort()).toEqual(["client_id", "request_uri"]);
    const result = await client.completeInteractiveLogin(await new TenantBrowser(tenant).logIn(url, MIRA));
    expect(result.appState).toBe("here");
    expect(await client.getUser()).toMatchObject({ sub: MIRA });
  });

  it("is told why a push was refused", async () => {
    const wrong = peerServerClient(peerTenant(), { clientSecret: "wrong" });
    await expect(wrong.startInteractiveLogin({ pushedAuthorizationRequests: true })).rejects.toMatchObject({
      code: "build_authorization_url_error",
      cause: { error: "access_denied", error_description: "Unauthorized" },
    });
  });

  it("gets the details that the person has approved", async () => {
    const tenant = peerTenant(
      {
        apis: [{ audience: API, scopes: ["read:orders"], authorizationDetailsTypes: ["money_transfer"] }],
      },
      { clientSecret: "peer-secret", clientGrants: [], refreshTokenPolicies: [] },
    );
    const client = peerServerClient(tenant);
    const start = (details: unknown) =>
      client.startInteractiveLogin({
        pushedAuthorizationRequests: true,
        authorizationParams: { audience: API, authorization_details: JSON.stringify(details) },
      });
    const approving = new TenantBrowser(tenant);
    await approving.logIn(await start([transfer]), MIRA);
    const { url } = await approving.press("consent");
    const { authorizationDetails } = await client.completeInteractiveLogin(url);
    expect(authorizationDetails).toEqual([transfer]);

    const denying = new TenantBrowser(tenant);
    await denying.logIn(await start([transfer]), MIRA);
    const denied = await denying.press("refuse");
    await expect(client.completeInteractiveLogin(denied.url)).rejects.toMatchObject({
      cause: { error: "access_denied" },
    });
    await expect(start([{ type: "time_travel" }])).rejects.toMatchObject({
      code: "build_authorization_url_error",
      cause: { error: "invalid_authorization_details" },
    });
  });
});

describe("@auth0/auth0-server-js with organizations", () => {
  it.each(["org_acme", "acme"])("logs in to %s and finds it in the session", async (organization) => {
    const tenant = peerTenant({ organizations: [acme, globex] });
    const client = peerServerClient(tenant, { organization });
    const url = await client.startInteractiveLogin();
    await client.completeInteractiveLogin(await new TenantBrowser(tenant).logIn(url, MIRA));
    expect(await client.getUser()).toMatchObject({ sub: MIRA, org_id: "org_acme", org_name: "acme" });
  });

  it("is told of people who are not part of it, and of one that does not exist", async () => {
    const tenant = peerTenant({ organizations: [acme] });
    const client = peerServerClient(tenant);
    const log = async (organization: string, choose: boolean) => {
      const url = await client.startInteractiveLogin({ organization });
      const browser = new TenantBrowser(tenant);
      return choose ? await browser.logIn(url, JONAS) : (await browser.go(url)).url;
    };
    const outsider = await log("acme", true);
    expect(outsider.searchParams.get("error_description")).toBe(
      `user ${JONAS} is not part of the org_acme organization`,
    );
    await expect(client.completeInteractiveLogin(outsider)).rejects.toMatchObject({
      cause: { error: "access_denied" },
    });
    const unknown = await log("nope", false);
    await expect(client.completeInteractiveLogin(unknown)).rejects.toMatchObject({
      cause: { error: "invalid_request" },
    });
  });

  it("lets the person choose where the client requires one and names none", async () => {
    const required = { clientSecret: "peer-secret", organizationUsage: "require" } as const;
    const tenant = peerTenant({ organizations: [acme, globex] }, required);
    const client = peerServerClient(tenant);
    const browser = new TenantBrowser(tenant);
    await browser.logIn(await client.startInteractiveLogin(), MIRA);
    const { url } = await browser.press("organization", "org_globex");
    await client.completeInteractiveLogin(url);
    expect(await client.getUser()).toMatchObject({ org_id: "org_globex" });
  });

  it("accepts an invitation", async () => {
    const tenant = peerTenant({ organizations: [acme] });
    const client = peerServerClient(tenant);
    const { invitation, organization } = await tenant.invite({
      organization: "acme",
      email: "jonas.adeyemi@example.com",
    });
    const url = await client.startInteractiveLogin({ organization, invitation });
    await client.completeInteractiveLogin(await new TenantBrowser(tenant).logIn(url, JONAS));
    expect(await client.getUser()).toMatchObject({ sub: JONAS, org_id: "org_acme" });
  });
});

describe("@auth0/auth0-auth-js with a connection", () => {
  it("logs in by an account of that connection", async () => {
    const tenant = peerTenant();
    const client = peerAuthClient(tenant);
    const { authorizationUrl, codeVerifier } = await client.buildAuthorizationUrl({
      authorizationParams: { connection: "google-oauth2" },
    });
    const callback = await new TenantBrowser(tenant).logIn(authorizationUrl);
    const { claims } = await client.getTokenByCode(callback, { codeVerifier });
    expect(claims!.sub).toMatch(/^google-oauth2\|\d{21}$/);
  });
});

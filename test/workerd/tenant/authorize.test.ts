import { describe, expect, it } from "vitest";
import { users } from "../../support/browser.ts";
import { comeBack, visit } from "../../support/server-client.ts";
import { type TenantBench, tenantBench } from "../../support/tenant-bench.ts";
import { TenantBrowser } from "../../support/tenant-browser.ts";

const API = "https://api.example.com/";
const transfer = { type: "money_transfer", amount: "12 EUR" };
const acme = { id: "org_acme", name: "acme", members: [users.mira] };
const globex = { id: "org_globex", name: "globex", members: [users.mira] };

const caused = (error: string) => expect.objectContaining({ cause: expect.objectContaining({ error }) });
const user = (bench: TenantBench) => bench.client.getUser(bench.request());
type Login = Parameters<TenantBench["client"]["startInteractiveLogin"]>[0];
const start = (bench: TenantBench, login: Login) =>
  visit(bench, (request) => bench.client.startInteractiveLogin(login, request));

describe("a pushed authorization request at the development tenant", () => {
  it("logs in, and the browser carries none of its parameters", async () => {
    const bench = tenantBench();
    const url = await start(bench, { pushedAuthorizationRequests: true, appState: "here" });
    expect([...url.searchParams.keys()].sort()).toEqual(["client_id", "request_uri"]);
    const callback = await bench.browser.logIn(url, users.mira);
    expect(await comeBack(bench, callback)).toMatchObject({ appState: "here" });
    expect(await user(bench)).toMatchObject({ sub: users.mira });
    const again = await new TenantBrowser(bench.tenant).go(url);
    expect(again.html).toContain("invalid_request_uri");
  });

  it("is refused with the tenant's error in the cause", async () => {
    const bench = tenantBench({}, { clientSecret: "wrong" });
    await expect(start(bench, { pushedAuthorizationRequests: true })).rejects.toThrow(
      caused("access_denied"),
    );
  });

  it("may be the only kind a client accepts", async () => {
    const client = { clientId: "strict", clientSecret: "s", requirePushedAuthorizationRequests: true };
    const bench = tenantBench({ clients: [client] });
    const { url } = await bench.browser.go(await start(bench, {}));
    await expect(comeBack(bench, url)).rejects.toThrow(caused("invalid_request"));
    await bench.logIn({ pushedAuthorizationRequests: true });
    expect(await user(bench)).toMatchObject({ sub: users.mira });
  });
});

describe("a rich authorization request at the development tenant", () => {
  const asking = (details: unknown): Login => ({
    pushedAuthorizationRequests: true,
    authorizationParams: { audience: API, authorization_details: JSON.stringify(details) },
  });

  it("answers what the person has approved", async () => {
    const bench = tenantBench();
    await bench.browser.logIn(await start(bench, asking([transfer])), users.mira);
    const { url } = await bench.browser.press("consent");
    expect(await comeBack(bench, url)).toMatchObject({ authorizationDetails: [transfer] });
  });

  it("ends in an error when the person denies, and makes no session", async () => {
    const bench = tenantBench();
    await bench.browser.logIn(await start(bench, asking([transfer])), users.mira);
    const { url } = await bench.browser.press("refuse");
    await expect(comeBack(bench, url)).rejects.toThrow(caused("access_denied"));
    expect(await user(bench)).toBeUndefined();
  });

  it("is refused for a type nobody registered, before the browser is sent anywhere", async () => {
    const refused = caused("invalid_authorization_details");
    await expect(start(tenantBench(), asking([{ type: "time_travel" }]))).rejects.toThrow(refused);
  });

  it("does not go through the browser", async () => {
    const bench = tenantBench();
    const { url } = await bench.browser.go(
      await start(bench, { ...asking([transfer]), pushedAuthorizationRequests: false }),
    );
    await expect(comeBack(bench, url)).rejects.toThrow(caused("invalid_request"));
  });
});

describe("organizations at the development tenant", () => {
  it.each(["org_acme", "acme", "ACME"])("a login to %s has its claims", async (organization) => {
    const bench = tenantBench({ organizations: [acme, globex] }, { organization });
    await bench.logIn();
    expect(await user(bench)).toMatchObject({ sub: users.mira, org_id: "org_acme", org_name: "acme" });
  });

  it("a person who is not part of it is refused, and one it does not know", async () => {
    const bench = tenantBench({ organizations: [acme] });
    await expect(bench.logIn({ organization: "acme" }, users.jonas)).rejects.toThrow(caused("access_denied"));
    const { url } = await bench.browser.go(await start(bench, { organization: "nope" }));
    await expect(comeBack(bench, url)).rejects.toThrow(caused("invalid_request"));
  });

  it("the person chooses where the client requires one", async () => {
    const client = { clientId: "b2b", clientSecret: "s", organizationUsage: "require" } as const;
    const bench = tenantBench({ organizations: [acme, globex], clients: [client] });
    await bench.browser.logIn(await start(bench, {}), users.mira);
    const { url } = await bench.browser.press("organization", "org_globex");
    await comeBack(bench, url);
    expect(await user(bench)).toMatchObject({ org_id: "org_globex" });
  });

  it("an invitation makes a member of the person it was sent to, and of nobody else", async () => {
    const bench = tenantBench({ organizations: [acme] });
    const invite = () => bench.tenant.invite({ organization: "acme", email: "jonas.adeyemi@example.com" });
    const { organization, invitation } = await invite();
    await bench.logIn({ organization, invitation }, users.jonas);
    expect(await user(bench)).toMatchObject({ sub: users.jonas, org_id: "org_acme" });
    const other = await invite();
    await expect(bench.logIn({ organization, invitation: other.invitation }, users.zoe)).rejects.toThrow(
      caused("access_denied"),
    );
  });
});

describe("a connection at the development tenant", () => {
  it("lets in people of that connection", async () => {
    const bench = tenantBench();
    const authorizationParams = { connection: "google-oauth2" };
    const callback = await bench.browser.logIn(await start(bench, { authorizationParams }));
    await comeBack(bench, callback);
    expect((await user(bench))!.sub).toMatch(/^google-oauth2\|\d{21}$/);
  });

  it("is refused when it does not exist", async () => {
    const bench = tenantBench();
    const { url } = await bench.browser.go(
      await start(bench, { authorizationParams: { connection: "nope" } }),
    );
    await expect(comeBack(bench, url)).rejects.toThrow(caused("invalid_request"));
  });
});

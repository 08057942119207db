import { beforeEach, describe, expect, it } from "vitest";
import { users } from "../../support/browser.ts";
import { visit } from "../../support/server-client.ts";
import { type TenantBench, tenantBench } from "../../support/tenant-bench.ts";
import { TenantBrowser } from "../../support/tenant-browser.ts";

const caused = (error: string) => expect.objectContaining({ cause: expect.objectContaining({ error }) });

let bench: TenantBench;

beforeEach(async () => {
  bench = tenantBench();
  await bench.logIn();
});

const session = () => bench.client.getSession(bench.request());
const connectionToken = (options: { connection: string; loginHint?: string }) =>
  visit(bench, (request) => bench.client.getAccessTokenForConnection(options, request));

const startLink = (connection: string, connectionScope?: string) =>
  visit(bench, (request) =>
    bench.client.startLinkUser({ connection, connectionScope, appState: "back" }, request),
  );
const completeLink = (url: URL) => visit(bench, (request) => bench.client.completeLinkUser(url, request));

/** Links the nth account of a connection; answers its `sub`. */
async function link(connection: string, connectionScope?: string, index = 0): Promise<string> {
  const { html } = await bench.browser.go(await startLink(connection, connectionScope));
  const account = [...html.matchAll(/name="account" value="([^"]*)"/g)][index]![1]!;
  const { url } = await bench.browser.press("account", account);
  expect(await completeLink(url)).toEqual({ appState: "back" });
  return account;
}

describe("linking an account at the development tenant", () => {
  it("keeps the session but for its ID token, and the person can log in with it", async () => {
    const before = (await session())!;
    const account = await link("google-oauth2", "calendar.read");
    const after = (await session())!;
    expect(after.idToken).not.toBe(before.idToken);
    expect({ ...after, idToken: "" }).toEqual({ ...before, idToken: "" });

    const other = new TenantBrowser(bench.tenant);
    const authorizationParams = { connection: "google-oauth2" };
    const start = await visit(bench, (request) =>
      bench.client.startInteractiveLogin({ authorizationParams }, request),
    );
    const callback = await other.logIn(start, account);
    await visit(bench, (request) => bench.client.completeInteractiveLogin(callback, request));
    expect(await bench.client.getUser(bench.request())).toMatchObject({ sub: users.mira });
  });

  it("saves nothing when the person refuses or the connection does not exist", async () => {
    const before = await session();
    await bench.browser.go(await startLink("github"));
    const { url } = await bench.browser.press("refuse");
    await expect(completeLink(url)).rejects.toThrow(caused("access_denied"));
    const unknown = await bench.browser.go(await startLink("nope"));
    await expect(completeLink(unknown.url)).rejects.toThrow(caused("invalid_request"));
    expect(await session()).toEqual(before);
  });

  it("is undone by unlinking, once", async () => {
    const account = await link("google-oauth2");
    const startUnlink = () =>
      visit(bench, (request) => bench.client.startUnlinkUser({ connection: "google-oauth2" }, request));
    const completeUnlink = (url: URL) =>
      visit(bench, (request) => bench.client.completeUnlinkUser(url, request));
    await bench.browser.go(await startUnlink());
    const { url } = await bench.browser.press("account", account);
    await completeUnlink(url);
    expect(await bench.client.getUser(bench.request())).toMatchObject({ sub: users.mira });
    const none = await bench.browser.go(await startUnlink());
    await expect(completeUnlink(none.url)).rejects.toThrow(caused("access_denied"));
  });
});

describe("an access token of another service at the development tenant", () => {
  it("comes for the linked account, is kept, and follows the login hint", async () => {
    await link("google-oauth2", "calendar.read");
    const second = await link("google-oauth2", "mail.read", 1);
    const first = await connectionToken({ connection: "google-oauth2" });
    expect(first).toMatchObject({ connection: "google-oauth2", scope: "calendar.read" });
    expect(await connectionToken({ connection: "google-oauth2" })).toEqual(first);
    const loginHint = second.split("|")[1]!;
    expect(await connectionToken({ connection: "google-oauth2", loginHint })).toMatchObject({
      scope: "mail.read",
      loginHint,
    });
  });

  it("is refused to a person without such an account", async () => {
    const refused = caused("federated_connection_refresh_token_not_found");
    await expect(connectionToken({ connection: "github" })).rejects.toThrow(refused);
    await link("github", "repo");
    await expect(connectionToken({ connection: "github", loginHint: "somebody" })).rejects.toThrow(refused);
    expect(await connectionToken({ connection: "github" })).toMatchObject({ scope: "repo" });
  });
});

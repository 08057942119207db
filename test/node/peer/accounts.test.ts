import type { ServerClient } from "@auth0/auth0-server-js";
import { beforeEach, describe, expect, it } from "vitest";
import type { DevTenant } from "../../../src/dev/index.ts";
import { TenantBrowser } from "../../support/tenant-browser.ts";
import { MIRA, peerAuthClient, peerServerClient, peerTenant } from "./peer.ts";

let tenant: DevTenant;
let client: ServerClient;
let browser: TenantBrowser;

beforeEach(async () => {
  tenant = peerTenant();
  client = peerServerClient(tenant);
  browser = new TenantBrowser(tenant);
  const url = await client.startInteractiveLogin();
  await client.completeInteractiveLogin(await browser.logIn(url, MIRA));
});

/** Links the nth account of a connection; answers its `sub`. */
async function link(connection: string, connectionScope: string, index = 0): Promise<string> {
  const { html } = await browser.go(
    await client.startLinkUser({ connection, connectionScope, appState: { index } }),
  );
  const account = [...html.matchAll(/name="account" value="([^"]*)"/g)][index]![1]!;
  const { url } = await browser.press("account", account);
  expect(await client.completeLinkUser(url)).toEqual({ appState: { index } });
  return account;
}

describe("@auth0/auth0-server-js changing a person's accounts", () => {
  it("links one: the session stays that of the same person, who can log in with it", async () => {
    const account = await link("google-oauth2", "calendar.read");
    expect(await client.getUser()).toMatchObject({ sub: MIRA });
    const other = peerServerClient(tenant);
    const url = await other.startInteractiveLogin({ authorizationParams: { connection: "google-oauth2" } });
    await other.completeInteractiveLogin(await new TenantBrowser(tenant).logIn(url, account));
    expect(await other.getUser()).toMatchObject({ sub: MIRA });
  });

  it("is told when the person refuses, or the connection does not exist", async () => {
    await browser.go(await client.startLinkUser({ connection: "github", connectionScope: "repo" }));
    const refused = await browser.press("refuse");
    await expect(client.completeLinkUser(refused.url)).rejects.toMatchObject({
      cause: { error: "access_denied" },
    });
    const unknown = await browser.go(
      await client.startLinkUser({ connection: "nope", connectionScope: "x" }),
    );
    await expect(client.completeLinkUser(unknown.url)).rejects.toMatchObject({
      cause: { error: "invalid_request" },
    });
  });

  it("unlinks one, and is told when there is none", async () => {
    const account = await link("google-oauth2", "calendar.read");
    await browser.go(await client.startUnlinkUser({ connection: "google-oauth2" }));
    const { url } = await browser.press("account", account);
    await client.completeUnlinkUser(url);
    expect(await client.getUser()).toMatchObject({ sub: MIRA });
    const none = await browser.go(await client.startUnlinkUser({ connection: "google-oauth2" }));
    await expect(client.completeUnlinkUser(none.url)).rejects.toMatchObject({
      cause: { error: "access_denied" },
    });
  });
});

describe("@auth0/auth0-server-js with access tokens of other services", () => {
  it("gets that of the linked account, keeps it, and chooses by login hint", async () => {
    await link("google-oauth2", "calendar.read");
    const second = await link("google-oauth2", "mail.read", 1);
    const first = await client.getAccessTokenForConnection({ connection: "google-oauth2" });
    expect(first).toMatchObject({ connection: "google-oauth2", scope: "calendar.read" });
    expect(await client.getAccessTokenForConnection({ connection: "google-oauth2" })).toEqual(first);
    const auth = peerAuthClient(tenant);
    const { refreshToken } = (await client.getSession())!;
    const hinted = {
      connection: "google-oauth2",
      refreshToken: refreshToken!,
      loginHint: second.split("|")[1]!,
    };
    expect(await auth.getTokenForConnection(hinted)).toMatchObject({ scope: "mail.read" });
  });

  it("gets it for an access token as well", async () => {
    await link("github", "repo");
    const { accessToken } = await client.getAccessToken();
    const token = await peerAuthClient(tenant).getTokenForConnection({ connection: "github", accessToken });
    expect(token).toMatchObject({ scope: "repo" });
    expect(token.accessToken).not.toBe(accessToken);
  });

  it("is told when the person has no such account", async () => {
    await expect(client.getAccessTokenForConnection({ connection: "github" })).rejects.toMatchObject({
      code: "token_for_connection_error",
      cause: { error: "federated_connection_refresh_token_not_found" },
    });
  });
});

import type { ServerClient } from "@auth0/auth0-server-js";
import { beforeEach, describe, expect, it } from "vitest";
import type { DevTenant } from "../../../src/dev/index.ts";
import { API, BILLING, choose, peerServerClient, peerTenant } from "./peer.ts";

let tenant: DevTenant;
let client: ServerClient;

beforeEach(() => {
  tenant = peerTenant({ accessTokenLifetime: 1 });
  client = peerServerClient(tenant);
});

describe("@auth0/auth0-server-js at the development tenant", () => {
  it("logs in, refreshes when the token has expired, revokes and logs out", async () => {
    const url = await client.startInteractiveLogin({ appState: { from: "here" } });
    const result = await client.completeInteractiveLogin(await choose(tenant, url));
    expect(result.appState).toEqual({ from: "here" });
    expect(await client.getUser()).toMatchObject({ name: "Mira Solberg", email_verified: true });

    const first = await client.getAccessToken();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const second = await client.getAccessToken();
    expect(second.accessToken).not.toBe(first.accessToken);

    const logoutUrl = await client.logout({ returnTo: "https://app.example/" });
    expect(await client.getUser()).toBeUndefined();
    const done = (await tenant.fetch(new Request(logoutUrl)))!;
    expect(done.headers.get("location")).toBe("https://app.example/");
  });

  it("is told when the person denies", async () => {
    const url = await client.startInteractiveLogin();
    const denied = await choose(tenant, url, { refuse: "deny" });
    await expect(client.completeInteractiveLogin(denied)).rejects.toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ error: "access_denied" }) }),
    );
  });

  it("gets tokens for several APIs from one login, as its refresh token policies say", async () => {
    const authorizationParams = { audience: API, scope: "openid offline_access read:orders" };
    const url = await client.startInteractiveLogin({ authorizationParams });
    await client.completeInteractiveLogin(await choose(tenant, url));
    const bills = await client.getAccessToken({ audience: BILLING, scope: "read:bills write:bills" });
    expect(bills.scope).toBe("read:bills");
    const orders = await client.getAccessToken({ audience: API, scope: "read:orders" });
    expect(orders.scope).toContain("read:orders");
    await expect(client.getAccessToken({ audience: "https://nope.example/" })).rejects.toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ error: "access_denied" }) }),
    );
  });
});

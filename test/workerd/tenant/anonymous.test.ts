import { AuthClient, isFederatedDomain } from "auth0-edge";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { refused } from "../../support/auth0-clients.ts";
import { clientBench } from "../../support/server-client.ts";
import { API, Browser, MIRA, openTenant } from "../dev/harness.ts";

const audience = "https://catalog.example/";
const apis = [
  { audience: API, scopes: ["read:orders"] },
  { audience, scopes: ["read:catalog"], anonymousScopes: ["read:catalog"] },
];

describe("an anonymous session at the development tenant", () => {
  it("is made, renewed, replaced when it is over, and ended", async () => {
    let now = Math.floor(Date.now() / 1000);
    const tenant = openTenant({ apis, clock: () => now });
    const { anonymous } = new AuthClient(tenant.clientOptions);
    const begun = await anonymous.createSession({ audience, metadata: { from: "landing" } });
    expect(begun).toMatchObject({ scope: "read:catalog", sessionTokenExpiresAt: expect.any(Number) });
    const { sub } = decodeJwt(begun.accessToken);
    expect(sub).toMatch(/^anon@/);
    const { sessionToken } = begun;
    const renewed = await anonymous.getAccessToken({ sessionToken, audience });
    expect(renewed).toMatchObject({ sessionToken, sessionReplaced: false });
    expect(decodeJwt(renewed.accessToken).sub).toBe(sub);
    now += 31 * 86_400;
    const replaced = await anonymous.getAccessToken({ sessionToken, audience });
    expect(replaced.sessionReplaced).toBe(true);
    expect(decodeJwt(replaced.accessToken).sub).not.toBe(sub);
    await anonymous.logout();
  });

  it("is refused for an API that takes no such callers, and for too much metadata", async () => {
    const { anonymous } = new AuthClient(openTenant({ apis }).clientOptions);
    await expect(anonymous.createSession({ audience: API })).rejects.toThrow(
      refused("invalid_target", { statusCode: 400 }),
    );
    await expect(anonymous.createSession({ metadata: { a: "x".repeat(2000) } })).rejects.toThrow(
      refused("invalid_request"),
    );
  });

  it("gives a ticket that a login takes along", async () => {
    const tenant = openTenant({ apis });
    const bench = clientBench(tenant.clientOptions);
    const { anonymous } = bench.client.authClient;
    const { sessionToken } = await anonymous.createSession();
    const ticket = await anonymous.mintTransferToken(sessionToken);
    expect(ticket).toEqual(expect.any(String));
    expect(await anonymous.mintTransferToken("no session")).toBeNull();
    const authorizationParams = { anon_transfer_token: ticket };
    const request = bench.request();
    const url = await bench.client.startInteractiveLogin({ authorizationParams }, request);
    bench.keep(request);
    expect(url.searchParams.get("anon_transfer_token")).toBe(ticket);
    const browser = new Browser(tenant);
    const callback = await browser.press(await browser.show(url.href), "user", MIRA);
    await bench.client.completeInteractiveLogin(callback, bench.request());
  });
});

describe("isFederatedDomain at the development tenant", () => {
  it("knows the domains of people who log in elsewhere, and no others", async () => {
    const federatedDomains = ["acme-at-the-tenant.example"];
    const { domain, customFetch } = openTenant({ federatedDomains }).clientOptions;
    expect(await isFederatedDomain(domain, "ACME-at-the-tenant.example", { customFetch })).toBe(true);
    expect(await isFederatedDomain(domain, "elsewhere-at-the-tenant.example", { customFetch })).toBe(false);
  });
});

import { decodeJwt } from "jose/jwt/decode";
import { describe, expect, it } from "vitest";
import { testTenant, users } from "../../support/browser.ts";
import { clientBench, comeBack, visit } from "../../support/server-client.ts";
import { TenantBrowser } from "../../support/tenant-browser.ts";

const API = "https://api.example.com/";
const subjectTokenType = "urn:acme:support-case";

describe("a session handed over at the development tenant", () => {
  it("opens as the customer in another app, once, and the tokens name the agent", async () => {
    const tenant = testTenant({
      clients: [
        {
          clientId: "desk",
          clientSecret: "desk-secret",
          grantTypes: [
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:token-exchange",
          ],
          canCreateSessionTransferToken: true,
        },
        { clientId: "shop", clientSecret: "shop-secret", allowDelegatedAccess: true },
      ],
      tokenExchangeProfiles: [{ subjectTokenType, resolve: () => ({ sub: users.mira }) }],
    });
    const browser = new TenantBrowser(tenant);
    const desk = clientBench({ ...tenant.clientOptions });
    const shop = clientBench({ ...tenant.clientOptions, clientId: "shop", clientSecret: "shop-secret" });

    const start = await visit(desk, (request) => desk.client.startInteractiveLogin({}, request));
    await comeBack(desk, await browser.logIn(start, users.jonas));
    const result = await visit(desk, (request) =>
      desk.client.requestSessionTransferToken({ subjectToken: "case-12", subjectTokenType }, request),
    );
    const redirect = desk.client.buildSessionTransferRedirect("https://shop.example/auth/login", result);
    const session_transfer_token = redirect.searchParams.get("session_transfer_token")!;

    const authorizationParams = { session_transfer_token, audience: API, scope: "openid read:orders" };
    const startShop = () =>
      visit(shop, (request) => shop.client.startInteractiveLogin({ authorizationParams }, request));
    const { url } = await browser.go(await startShop());
    await comeBack(shop, url);
    expect(await shop.client.getUser(shop.request())).toMatchObject({
      sub: users.mira,
      act: { sub: users.jonas },
    });
    const { accessToken } = await shop.client.getAccessToken({ audience: API }, shop.request());
    expect(decodeJwt(accessToken)).toMatchObject({ sub: users.mira, act: { sub: users.jonas } });
    expect(await desk.client.getUser(desk.request())).toMatchObject({ sub: users.jonas });

    const again = await browser.go(await startShop());
    expect(again.html).toContain("The session transfer token that the app sent");
  });
});

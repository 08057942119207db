import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { type DevTenantOptions, devTenant } from "../../../src/dev/index.ts";
import { TenantBrowser } from "../../support/tenant-browser.ts";
import { API, CALLBACK, MIRA, peerServerClient } from "./peer.ts";

const JONAS = "auth0|66a1f0c27d3be90012c40a02";
const subjectTokenType = "urn:acme:support-case";

/** An app of agents and an app of customers at one tenant; Jonas is logged in as agent. */
async function supportDesk(options: DevTenantOptions = {}) {
  const tenant = devTenant({
    apis: [{ audience: API, scopes: ["read:orders"] }],
    clients: [
      {
        clientId: "desk",
        clientSecret: "desk-secret",
        callbacks: [CALLBACK],
        grantTypes: [
          "authorization_code",
          "refresh_token",
          "urn:ietf:params:oauth:grant-type:token-exchange",
        ],
        canCreateSessionTransferToken: true,
      },
      { clientId: "shop", clientSecret: "shop-secret", callbacks: [CALLBACK], allowDelegatedAccess: true },
      { clientId: "other", clientSecret: "other-secret", callbacks: [CALLBACK] },
    ],
    tokenExchangeProfiles: [{ subjectTokenType, resolve: () => ({ sub: MIRA }) }],
    ...options,
  });
  const clientOf = (clientId: string) =>
    peerServerClient(tenant, { clientId, clientSecret: `${clientId}-secret` });
  const desk = clientOf("desk");
  const browser = new TenantBrowser(tenant);
  const callback = await browser.logIn(await desk.startInteractiveLogin(), JONAS);
  await desk.completeInteractiveLogin(callback);
  return { desk, browser, clientOf };
}

describe("@auth0/auth0-server-js handing over a session", () => {
  it("opens the customer's session in another app, whose tokens name the agent", async () => {
    const { desk, browser, clientOf } = await supportDesk();
    const result = await desk.requestSessionTransferToken({ subjectToken: "case-12", subjectTokenType });
    const redirect = desk.buildSessionTransferRedirect("https://shop.example/auth/login", result);
    const session_transfer_token = redirect.searchParams.get("session_transfer_token")!;

    const shop = clientOf("shop");
    const authorizationParams = {
      session_transfer_token,
      audience: API,
      scope: "openid profile read:orders",
    };
    const { url } = await browser.go(await shop.startInteractiveLogin({ authorizationParams }));
    await shop.completeInteractiveLogin(url);
    expect(await shop.getUser()).toMatchObject({ sub: MIRA, act: { sub: JONAS } });
    const { accessToken } = await shop.getAccessToken({ audience: API });
    expect(decodeJwt(accessToken)).toMatchObject({ sub: MIRA, act: { sub: JONAS } });
    expect((await shop.getSession())!.refreshToken).toBeUndefined();

    const again = await browser.go(await shop.startInteractiveLogin({ authorizationParams }));
    expect(again.html).toContain("The session transfer token that the app sent");
  });

  it("opens nothing in an app that does not allow it", async () => {
    const { desk, browser, clientOf } = await supportDesk();
    const { sessionTransferToken } = await desk.requestSessionTransferToken({
      subjectToken: "x",
      subjectTokenType,
    });
    const authorizationParams = { session_transfer_token: sessionTransferToken };
    const page = await browser.go(await clientOf("other").startInteractiveLogin({ authorizationParams }));
    expect(page.html).toContain("Log in to other");
  });

  it("keeps to the organization it was asked for", async () => {
    const organizations = [
      { id: "org_acme", name: "acme", members: [MIRA, JONAS] },
      { id: "org_globex", name: "globex", members: [MIRA] },
    ];
    const { desk, browser, clientOf } = await supportDesk({ organizations });
    const result = await desk.requestSessionTransferToken({
      subjectToken: "case-12",
      subjectTokenType,
      organization: "acme",
    });
    const shop = clientOf("shop");
    const authorizationParams = { session_transfer_token: result.sessionTransferToken };
    const elsewhere = await browser.go(
      await shop.startInteractiveLogin({ organization: "globex", authorizationParams }),
    );
    expect(elsewhere.html).toContain("Log in to shop");
    const { url } = await browser.go(
      await shop.startInteractiveLogin({ organization: "acme", authorizationParams }),
    );
    await shop.completeInteractiveLogin(url);
    expect(await shop.getUser()).toMatchObject({ sub: MIRA, org_id: "org_acme", act: { sub: JONAS } });
  });
});

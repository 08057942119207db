import { AuthClient } from "auth0-edge";
import { DEV_TENANT_GRANT_TYPES, devTenant } from "auth0-edge/dev";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";
import { faintTexts, sidewaysPixels, tabTo } from "../../support/page-checks.ts";
import { serveTenant, type TenantServer } from "../peer/tenant-server.ts";

const executablePath = findChromium();
if (!executablePath) console.warn(HOW_TO_GET_CHROMIUM);

const API = "https://api.example.com/";
const MIRA = "auth0|66a1f0c27d3be90012c40a01";
const details = [
  { type: "money_transfer", instructedAmount: { amount: "12.50", currency: "EUR" }, to: "Hanna" },
];

describe.skipIf(!executablePath)("the tenant's pages of a login in Chromium", () => {
  let server: TenantServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await serveTenant((appBaseUrl) =>
      devTenant({
        appBaseUrl,
        appFetch: () => new Response(null),
        clients: [
          {
            clientId: "shop",
            clientSecret: "secret",
            name: "Shop",
            callbacks: [`${appBaseUrl}/callback`],
            grantTypes: DEV_TENANT_GRANT_TYPES,
            organizationRequireBehavior: "post_login_prompt",
            backchannelLogoutUri: true,
          },
        ],
      }),
    );
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGUMENTS });
  });
  afterEach(async () => {
    await context?.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(options: Parameters<Browser["newContext"]>[0] = {}): Promise<void> {
    context = await browser.newContext({ baseURL: server.origin, ...options });
    page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  }

  const client = () =>
    new AuthClient({
      ...server.tenant.clientOptions,
      authorizationParams: { redirect_uri: `${server.origin}/callback` },
    });

  /** Where a login with details goes, up to their consent. */
  async function toConsent(): Promise<URL> {
    const { authorizationUrl } = await client().buildAuthorizationUrl({
      pushedAuthorizationRequests: true,
      authorizationParams: {
        audience: API,
        organization: "harbour",
        authorization_details: JSON.stringify(details),
      },
    });
    return authorizationUrl;
  }

  const button = (name: string) => page.getByRole("button", { name, exact: true });

  it("let the person approve in detail with the keyboard alone", async () => {
    await open();
    await page.goto((await toConsent()).href);
    await tabTo(page, "Continue as Mira Solberg");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Shop asks for your approval" }).waitFor();
    await tabTo(page, "Approve");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/callback\?code=/);
  });

  it("lead through organization, linking and back to the app", async () => {
    await open();
    const { authorizationUrl, codeVerifier } = await client().buildAuthorizationUrl();
    await page.goto(authorizationUrl.href);
    await button("Continue as Mira Solberg").click();
    await button("Continue with Harbour Supplies").click();
    await page.waitForURL(/\/callback/);
    const { idToken, claims } = await client().getTokenByCode(new URL(page.url()), { codeVerifier });
    expect(claims).toMatchObject({ sub: MIRA, org_name: "harbour" });

    const link = { connection: "google-oauth2", connectionScope: "calendar.read", idToken: idToken! };
    const { linkUserUrl } = await client().buildLinkUserUrl({
      ...link,
      authorizationParams: { organization: "harbour" },
    });
    await page.goto(linkUserUrl.href);
    await button("Link Mira Solberg").click();
    await page.waitForURL(/\/callback\?code=/);
    await page.goto(`/dev-tenant/people/${encodeURIComponent(MIRA)}`);
    expect(await page.getByText("google-oauth2", { exact: true }).isVisible()).toBe(true);
    await button("End sessions everywhere").click();
    await page.getByText("All sessions, first attempt").waitFor();
  });

  it("let a request be approved, whoever it is for", async () => {
    await open();
    const login = { bindingMessage: "Kiosk 7", loginHint: { sub: MIRA } };
    const { authReqId } = await client().initiateBackchannelAuthentication(login);
    await page.goto("/dev-tenant");
    await page.getByRole("link", { name: "Requests for approval" }).click();
    await page.getByRole("form", { name: "Shop asks Mira Solberg" }).waitFor();
    expect(await page.getByText("Kiosk 7").isVisible()).toBe(true);
    await button("Approve as Mira Solberg").click();
    await page.getByText("Nothing is waiting").waitFor();
    const { claims } = await client().backchannelAuthenticationGrant({ authReqId });
    expect(claims!.sub).toBe(MIRA);
  });

  it("send an invitation to the mailbox", async () => {
    await open();
    await page.goto("/dev-tenant");
    await page.getByRole("link", { name: "Harbour Supplies" }).click();
    await page.getByLabel("E-mail address").fill("jonas.adeyemi@example.com");
    await page.getByLabel("Application").selectOption("shop");
    await button("Invite").click();
    await page.getByRole("heading", { name: "You are invited to Harbour Supplies" }).waitFor();
  });

  it.each(["light", "dark"] as const)("are readable on a phone, %s", async (colorScheme) => {
    await open({ viewport: { width: 320, height: 640 }, colorScheme });
    const login = { bindingMessage: "Kiosk 7, code 4711", loginHint: { sub: MIRA } };
    const { authReqId } = await client().initiateBackchannelAuthentication(login);
    const look = async () => {
      const path = new URL(page.url()).pathname;
      expect(await page.evaluate(sidewaysPixels), `${path} scrolls sideways`).toBe(0);
      expect(await page.evaluate(faintTexts), `${path} has faint text`).toEqual([]);
    };
    for (const path of [
      "",
      "/approve",
      `/people/${encodeURIComponent(MIRA)}`,
      "/organizations/org_Hd3Vk9PsYm6JgR1a",
    ]) {
      await page.goto(`/dev-tenant${path}`);
      await look();
    }
    await page.goto((await toConsent()).href);
    await look();
    await button("Continue as Mira Solberg").click();
    await button("Approve").waitFor();
    await look();
    const { authorizationUrl } = await client().buildAuthorizationUrl({
      authorizationParams: { connection: "google-oauth2", login_hint: "nobody@example.com" },
    });
    await page.goto(authorizationUrl.href);
    await look();
    await page.goto("/dev-tenant/approve");
    await button("Deny as Mira Solberg").first().click();
    await client()
      .backchannelAuthenticationGrant({ authReqId })
      .catch(() => undefined);
  });
});

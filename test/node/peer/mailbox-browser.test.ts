import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";
import { peerAuthClient, peerTenant } from "./peer.ts";
import { serveTenant, type TenantServer } from "./tenant-server.ts";

const executablePath = findChromium();
if (!executablePath) console.warn(HOW_TO_GET_CHROMIUM);

/** What the page calls; the types of browsers are not those of Node. */
declare const getSelection: () => { toString(): string };

describe.skipIf(!executablePath)("the tenant's mailbox in Chromium", () => {
  let server: TenantServer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await serveTenant((appBaseUrl) =>
      peerTenant({ appBaseUrl }, { clientSecret: "peer-secret", callbacks: [`${appBaseUrl}/callback`] }),
    );
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGUMENTS });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  });
  afterEach(async () => {
    await page.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  const open = () => page.goto(`${server.origin}/dev-tenant/mailbox`);

  it("shows a code that one click selects, and is cleared by its button", async () => {
    const { passwordless } = peerAuthClient(server.tenant);
    await passwordless.sendSms({ phoneNumber: "+14155550100" });
    const { code } = server.tenant.mailbox()[0]!;
    await open();
    await page.getByText(code!).click();
    expect((await page.evaluate(() => getSelection().toString())).trim()).toBe(code);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByText("No messages yet").waitFor();
    expect(server.tenant.mailbox()).toEqual([]);
  });

  it("has links that lead back to the app, logged in", async () => {
    const redirect_uri = `${server.origin}/callback`;
    const authParams = { redirect_uri, state: "the-state", scope: "openid" };
    const { passwordless } = peerAuthClient(server.tenant);
    await passwordless.sendEmail({ email: "ada@example.com", send: "link", authParams });
    await open();
    await page.getByRole("link", { name: "Open the link" }).click();
    await page.waitForURL(/\/callback\?code=.*state=the-state/);
  });

  it("leads to the page for a new password", async () => {
    const client = peerAuthClient(server.tenant);
    const connection = "Username-Password-Authentication";
    await client.database.changePassword({ email: "mira.solberg@example.com", connection });
    await open();
    await page.getByRole("link", { name: "Open the link" }).first().click();
    const field = page.getByLabel("New password");
    await field.fill("weak");
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByRole("alert").waitFor();
    // Chromium itself notes every page that is answered 400.
    expect(complaints.splice(0)).toHaveLength(1);
    await field.fill("Correct horse 1");
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByRole("heading", { name: "Your password has been changed" }).waitFor();
    const login = { username: "mira.solberg@example.com", password: "Correct horse 1" };
    expect((await client.getTokenByPassword(login)).accessToken).toEqual(expect.any(String));
  });
});

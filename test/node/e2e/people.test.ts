import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { continueAs, describeInChromium, isLoggedIn, logIn } from "./stage.ts";

describeInChromium("the showcase's accounts, organizations and approvals", (stage) => {
  it("links a second account, gets a token of its service, and unlinks it; the person stays the same", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    await page.goto("/accounts");
    const linked = page.getByRole("list", { name: "Linked accounts" });
    expect(await page.getByText("No other account is linked yet.").isVisible()).toBe(true);
    await page.getByRole("link", { name: "Link an account of Google" }).click();
    await page.getByRole("button", { name: "Link Mira Solberg" }).click();
    await page.waitForURL(/\/accounts$/);
    expect(await linked.textContent()).toContain("google-oauth2");
    expect(await page.getByRole("heading", { name: "Mira Solberg" }).isVisible()).toBe(true);

    await page.getByRole("button", { name: "Get a Google token" }).click();
    const status = page.getByRole("status");
    await status.waitFor();
    expect(await status.textContent()).toContain("calendar.readonly");

    await page.getByRole("link", { name: "Unlink that of Google" }).click();
    await page.getByRole("button", { name: "Unlink Mira Solberg" }).click();
    await page.waitForURL(/\/accounts$/);
    expect(await page.getByText("No other account is linked yet.").isVisible()).toBe(true);
    expect(await isLoggedIn(page)).toBe(true);
  });

  it("shows the page for members to whoever logs in to their organization, and to no one else", async () => {
    const page = await stage.newBrowser();
    await page.goto("/organizations");
    await page.getByRole("link", { name: "Harbour Supplies", exact: true }).click();
    await continueAs(page, "Mira Solberg");
    await page.waitForURL(/\/organizations$/);
    expect(await page.getByRole("main").textContent()).toContain("org_Hd3Vk9PsYm6JgR1a");
    // A page for members of another one asks for a login to that.
    await page.getByRole("link", { name: "The page for members of nordlicht" }).click();
    await continueAs(page, "Mira Solberg");
    await page.getByRole("heading", { name: "Welcome to nordlicht" }).waitFor();

    const stranger = await stage.newBrowser();
    await logIn(stranger, "Zoë Tanabe");
    await stranger.goto("/organizations/members");
    await continueAs(stranger, "Zoë Tanabe");
    await stranger.waitForURL(/\/auth\/callback/);
    expect(await stranger.getByRole("heading").textContent()).toBe("You did not log in");
  });

  it("accepts an invitation, once", async () => {
    const page = await stage.newBrowser();
    await page.goto("/organizations");
    await page.getByRole("link", { name: "Invite to Nordlicht Studio" }).click();
    await page.getByLabel("E-mail address").fill("zoe.tanabe@example.com");
    await page.getByRole("button", { name: "Invite" }).click();
    const link = page.getByRole("link", { name: "Open the link" }).first();
    const url = (await link.getAttribute("href"))!;
    await link.click();
    await continueAs(page, "Zoë Tanabe");
    await page.getByRole("heading", { name: "Hello, Zoë" }).waitFor();
    await page.goto("/organizations/members");
    await page.getByRole("heading", { name: "Welcome to nordlicht" }).waitFor();

    const other = await stage.newBrowser();
    await other.goto(url);
    expect(await other.getByRole("main").textContent()).not.toContain("Continue as");
    expect(await isLoggedIn(other)).toBe(false);
  });

  it("logs somebody in who approves on another device, which shows the same words", async () => {
    const page = await stage.newBrowser();
    const words = await ask(page, "Jonas Adeyemi");
    const phone = await stage.newBrowser();
    const request = await requestOn(phone, words);
    await request.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: "Jonas Adeyemi" }).waitFor();
    expect(page.url()).toBe(`${stage.example.url}/profile`);
    // The session is one like any other: it has a refresh token.
    await page.goto("/apis?call");
    await page.getByRole("heading", { name: "Invoices 200" }).waitFor();
  });

  it("says so when it was denied, and leaves alone who is logged in", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    const words = await ask(page, "Zoë Tanabe");
    const phone = await stage.newBrowser();
    await (await requestOn(phone, words)).getByRole("button", { name: "Deny" }).click();
    await page.getByRole("heading", { name: "It was denied" }).waitFor();
    await page.goto("/profile");
    expect(await page.getByRole("heading", { name: "Mira Solberg" }).isVisible()).toBe(true);
  });

  it("waits for no approval that nobody asked for in this browser", async () => {
    const page = await stage.newBrowser();
    for (const path of ["/approval/waiting", "/approval/outcome"]) {
      await page.goto(path);
      expect(page.url()).toBe(`${stage.example.url}/approval`);
    }
    const form = { sub: "auth0|nobody" };
    const headers = { origin: "https://other.example" };
    expect((await page.request.post("/approval", { form, headers, maxRedirects: 0 })).status()).toBe(403);
  });
});

/** Asks a person for approval; answers the words that both devices show. */
async function ask(page: Page, name: string): Promise<string> {
  await page.goto("/approval");
  await page.getByLabel("Whom to ask").selectOption(name);
  await page.getByRole("button", { name: "Ask for approval" }).click();
  await page.getByRole("heading", { name: "Waiting for approval" }).waitFor();
  return (await page.locator(".binding").textContent())!;
}

/** The request for approval on everybody's phone that shows these words. */
async function requestOn(phone: Page, words: string) {
  const request = phone.getByRole("form").filter({ hasText: words });
  await expect
    .poll(
      async () => {
        await phone.goto("/dev-tenant/approve");
        return await request.count();
      },
      { timeout: 10_000 },
    )
    .toBe(1);
  return request;
}

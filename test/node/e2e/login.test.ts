import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { continueAs, describeInChromium, expireAccessTokens, isLoggedIn, logIn } from "./stage.ts";

describeInChromium("logging in with Chromium", (stage) => {
  it("goes through the picker, greets the person, and a reload keeps the session", async () => {
    const page = await stage.newBrowser();
    await logIn(page, "Zoë Tanabe");
    expect(page.url()).toBe(`${stage.example.url}/`);
    await page.reload();
    expect(await page.getByRole("heading", { name: "Hello, Zoë" }).isVisible()).toBe(true);
  });

  it("comes back to the page that wanted a user", async () => {
    const page = await stage.newBrowser();
    await page.goto("/profile?from=a-link");
    await continueAs(page, "Jonas Adeyemi");
    await page.getByRole("heading", { name: "Jonas Adeyemi" }).waitFor();
    expect(page.url()).toBe(`${stage.example.url}/profile?from=a-link`);
  });

  it("finishes in both of two tabs that log in at the same time", async () => {
    const first = await stage.newBrowser();
    const second = await first.context().newPage();
    await first.goto("/auth/login");
    await second.goto("/auth/login?returnTo=/profile");
    await continueAs(first, "Mira Solberg");
    await first.getByRole("heading", { name: "Hello, Mira" }).waitFor();
    await continueAs(second, "Jonas Adeyemi");
    await second.getByRole("heading", { name: "Jonas Adeyemi" }).waitFor();
    expect(await transactions(first)).toEqual([]);
  });

  it.each([
    { choice: "Deny", status: 403, title: "You did not log in", code: "access_denied" },
    { choice: "Fail", status: 502, title: "The login service had a problem", code: "server_error" },
  ])("says what happened when the tenant answers '$choice', and there is no session", async (expected) => {
    const page = await stage.newBrowser();
    await page.goto("/auth/login");
    expect(await refuse(page, expected.choice)).toBe(expected.status);
    expect(await page.getByRole("heading").textContent()).toBe(expected.title);
    expect(await page.getByRole("main").textContent()).toContain(expected.code);
    expect(await page.getByRole("link", { name: "Try again" }).isVisible()).toBe(true);
    expect(await isLoggedIn(page)).toBe(false);
    expect(await transactions(page)).toEqual([]);
  });

  it.each(["Deny", "Fail"])(
    "leaves an earlier session alone when the tenant answers '%s'",
    async (choice) => {
      const page = await stage.newBrowser();
      await logIn(page);
      await page.goto("/auth/login");
      await refuse(page, choice);
      expect(await isLoggedIn(page)).toBe(true);
    },
  );

  it("survives a restart of the Worker: session, refresh token and used code are remembered", async () => {
    const page = await stage.newBrowser();
    await page.goto("/auth/login");
    const begun = (await page.context().cookies()).filter(({ name }) => name.startsWith("__a0_tx"));
    const callback = page.waitForRequest(/\/auth\/callback/);
    await continueAs(page, "Mira Solberg");
    const usedUrl = (await callback).url();
    await page.getByRole("heading", { name: "Hello, Mira" }).waitFor();

    await stage.example.restart();
    expect(await isLoggedIn(page)).toBe(true);
    await expireAccessTokens(page, stage.example);
    await page.goto("/apis?call");
    expect(await page.getByText("Pour-over kettle").isVisible()).toBe(true);

    // As somebody would who had read the address and kept the transaction.
    await page.context().addCookies(begun);
    const replay = await page.goto(usedUrl);
    expect(replay!.status()).toBe(400);
    expect(await page.getByRole("main").textContent()).toContain("invalid_grant");
    expect(await isLoggedIn(page)).toBe(true);
  });
});

/** Lets the login fail on the tenant's page; answers the status of the page it ends on. */
async function refuse(page: Page, choice: string): Promise<number> {
  const callback = page.waitForResponse(/\/auth\/callback/);
  await page.getByRole("button", { name: choice }).click();
  const status = (await callback).status();
  await page.waitForURL(/\/auth\/callback/);
  return status;
}

/** Logins that were begun and not finished. */
async function transactions(page: Page): Promise<string[]> {
  const cookies = await page.context().cookies();
  return cookies.map(({ name }) => name).filter((name) => name.startsWith("__a0_tx"));
}

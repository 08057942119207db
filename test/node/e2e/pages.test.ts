import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeInChromium, logIn, openSession } from "./stage.ts";

describeInChromium("the example's pages in Chromium", (stage) => {
  it("fetch a token and show what the API answers to it", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    await page.getByRole("main").getByRole("link", { name: "Call the API" }).click();
    await page.getByRole("link", { name: "Get a token and call the API" }).click();
    await page.getByRole("heading", { name: "Answer 200" }).waitFor();
    const answer = JSON.parse((await page.locator("pre").textContent())!);
    expect(answer.customer).toMatch(/^auth0\|/);
    expect(answer.orders).toHaveLength(3);
  });

  it("show claims and session, and never a token", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    const { idToken, refreshToken, tokenSets } = await openSession(page, stage.example);
    const tokens = [idToken!, refreshToken!, ...tokenSets.map(({ accessToken }) => accessToken)];
    expect(tokens).toHaveLength(3);
    for (const path of ["/", "/profile", "/orders", "/orders?call"]) {
      await page.goto(path);
      const text = await page.content();
      expect(
        tokens.filter((token) => text.includes(token)),
        `tokens in ${path}`,
      ).toEqual([]);
    }
    await page.goto("/profile");
    expect(await page.getByRole("row", { name: "email_verified" }).textContent()).toContain("true");
    expect(await page.getByText("one sealed cookie").isVisible()).toBe(true);
  });

  it("keep the session out of the reach of scripts", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === "__a0_session")).toMatchObject({
      httpOnly: true,
      sameSite: "Lax",
      path: "/",
    });
    expect(await page.evaluate(() => document.cookie)).toBe("");
  });

  it("break none of their own security rules", async () => {
    const page = await stage.newBrowser();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await logIn(page);
    for (const path of ["/", "/profile", "/orders?call"]) await page.goto(path);
    expect(complaints).toEqual([]);
  });

  it("can be used with the keyboard alone", async () => {
    const page = await stage.newBrowser();
    await page.goto("/");
    await tabTo(page, "Log in");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Log in to auth0-edge Example" }).waitFor();
    await tabTo(page, "Continue as Mira Solberg");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Hello, Mira" }).waitFor();
    await tabTo(page, "Call the API");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Orders" }).waitFor();
  });

  it("say what is wrong with a callback nobody asked for, and where to go on", async () => {
    const page = await stage.newBrowser();
    const response = await page.goto("/auth/callback?code=a-code&state=a-state");
    expect(response!.status()).toBe(400);
    expect(await page.getByRole("heading").textContent()).toBe("This login is no longer valid");
    await page.getByRole("link", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Log in to auth0-edge Example" }).waitFor();
  });

  it("say that there is no such page", async () => {
    const page = await stage.newBrowser();
    expect((await page.goto("/nowhere"))!.status()).toBe(404);
    expect(await page.getByRole("heading").textContent()).toBe("There is no such page");
  });
});

/** Presses Tab until a link or button of that name has the focus, as often as a patient person would. */
async function tabTo(page: Page, name: string): Promise<void> {
  const names: string[] = [];
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(
      () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "",
    );
    if (focused === name) return;
    names.push(focused);
  }
  throw new Error(`Tab did not reach "${name}", only: ${names.join(", ")}`);
}

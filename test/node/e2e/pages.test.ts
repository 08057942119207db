import { expect, it } from "vitest";
import {
  brokenBones,
  brokenFrame,
  faintTexts,
  openDetails,
  sidewaysPixels,
  tabTo,
} from "../../support/page-checks.ts";
import { describeInChromium, logIn, openSession } from "./stage.ts";

/** Every page but the first. */
const pages = ["/profile", "/sessions", "/apis", "/accounts", "/organizations", "/approval", "/cookies"];

describeInChromium("the example's pages in Chromium", (stage) => {
  it("show claims and session, and never a token", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    const { idToken, refreshToken, tokenSets } = await openSession(page, stage.example);
    const tokens = [idToken!, refreshToken!, ...tokenSets.map(({ accessToken }) => accessToken)];
    expect(tokens).toHaveLength(3);
    for (const path of ["/", ...pages, "/apis?call"]) {
      await page.goto(path);
      const text = await page.content();
      expect(
        tokens.filter((token) => text.includes(token)),
        `tokens in ${path}`,
      ).toEqual([]);
    }
    await page.goto("/profile");
    expect(await page.getByRole("row", { name: "email_verified" }).textContent()).toContain("true");
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
    for (const path of ["/", ...pages, "/apis?call", "/approval/waiting"]) await page.goto(path);
    expect(complaints).toEqual([]);
  });

  it.each([
    { colorScheme: "light", width: 1280, who: "somebody" },
    { colorScheme: "dark", width: 1280, who: "nobody" },
    { colorScheme: "light", width: 320, who: "nobody" },
    { colorScheme: "dark", width: 320, who: "somebody" },
  ] as const)(
    "can be read and heard: $colorScheme, $width pixels wide, $who logged in",
    async ({ colorScheme, width, who }) => {
      const page = await stage.newBrowser({ viewport: { width, height: 800 }, colorScheme });
      if (who === "somebody") await logIn(page);
      const open = who === "somebody" ? pages : ["/sessions", "/organizations", "/approval", "/cookies"];
      for (const path of ["/", ...open, "/apis?call", "/nowhere"]) {
        if (who === "nobody" && path.startsWith("/apis")) continue;
        await page.goto(path);
        await page.evaluate(openDetails);
        expect(await page.evaluate(sidewaysPixels), `${path} scrolls sideways`).toBe(0);
        expect(await page.evaluate(faintTexts), `${path} has faint text`).toEqual([]);
        expect(await page.evaluate(brokenBones), `${path} has broken bones`).toEqual([]);
        const frame = await page.evaluate(brokenFrame);
        const expected = path === "/nowhere" ? ["0 of nav [aria-current=page]"] : [];
        expect(frame, `${path} has a broken frame`).toEqual(expected);
      }
    },
  );

  it("can be used with the keyboard alone", async () => {
    const page = await stage.newBrowser();
    await page.goto("/");
    await tabTo(page, "Log in");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Log in to auth0-edge Example" }).waitFor();
    await tabTo(page, "Continue as Mira Solberg");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Hello, Mira" }).waitFor();
    await tabTo(page, "Call the APIs");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Two APIs" }).waitFor();
    await tabTo(page, "Pay an invoice");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "asked for it" }).waitFor();
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

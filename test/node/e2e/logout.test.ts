import { expect, it } from "vitest";
import { describeInChromium, expireAccessTokens, isLoggedIn, logIn } from "./stage.ts";

describeInChromium("logging out with Chromium", (stage) => {
  it("ends the session here and at the tenant", async () => {
    const page = await stage.newBrowser();
    const authorization = page.waitForRequest(/\/dev-tenant\/authorize/);
    await logIn(page);
    const silent = `${(await authorization).url()}&prompt=none`;
    const askTenant = async (): Promise<URL> => {
      const answer = await page.request.get(silent, { maxRedirects: 0 });
      return new URL(answer.headers().location!);
    };
    expect((await askTenant()).searchParams.has("code")).toBe(true);

    await page.getByRole("main").getByRole("link", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in at the edge" }).waitFor();
    expect(page.url()).toBe(`${stage.example.url}/`);
    expect(await isLoggedIn(page)).toBe(false);
    expect((await askTenant()).searchParams.get("error")).toBe("login_required");
  });

  it("is not undone by a response that was on its way", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    await expireAccessTokens(page, stage.example);

    // This response carries the refreshed session, and is held back on its way to the browser.
    let release = () => {};
    const loggedOut = new Promise<void>((resolve) => {
      release = resolve;
    });
    let answer = (_setCookie: string) => {};
    const answered = new Promise<string>((resolve) => {
      answer = resolve;
    });
    await page.route("**/apis?call", async (route) => {
      const response = await route.fetch();
      answer(response.headers()["set-cookie"] ?? "");
      await loggedOut;
      await route.fulfill({ response });
    });
    const late = page.goto("/apis?call");
    expect(await answered).toMatch(/^__a0_session=/);

    const other = await page.context().newPage();
    await other.goto("/auth/logout");
    expect(await isLoggedIn(other)).toBe(false);
    expect(await sessionCookies()).toEqual([]);
    release();
    await late;

    // The browser keeps the cookie, as it must, and it is worth nothing.
    expect(await sessionCookies()).toEqual(["__a0_session"]);
    expect(await isLoggedIn(page)).toBe(false);
    // Nor does it help to lose the mark that the logout has left in the browser: the app's own list knows as well.
    await page.context().clearCookies({ name: "__a0_session.ended" });
    expect(await isLoggedIn(page)).toBe(false);

    async function sessionCookies(): Promise<string[]> {
      const cookies = await page.context().cookies();
      return cookies.map(({ name }) => name).filter((name) => name === "__a0_session");
    }
  });

  it("lets the same browser log in again", async () => {
    const page = await stage.newBrowser();
    await logIn(page, "Mira Solberg");
    await page.goto("/auth/logout?returnTo=/");
    await logIn(page, "Jonas Adeyemi");
    expect(await isLoggedIn(page)).toBe(true);
  });
});

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import {
  continueAs,
  describeInChromium,
  expireAccessTokens,
  isLoggedIn,
  logIn,
  openSession,
} from "./stage.ts";

const places = {
  "Workers KV": "in Workers KV",
  "Durable Object": "in a Durable Object of its own",
  Cookies: "in one sealed cookie",
};

describeInChromium("the showcase's sessions, APIs and cookies", (stage) => {
  it("moves the session of one browser to each place, where it works and stays", async () => {
    const page = await stage.newBrowser();
    const other = await stage.newBrowser();
    await logIn(page);
    await logIn(other, "Jonas Adeyemi");
    for (const [name, words] of Object.entries(places)) {
      await moveTo(page, name);
      expect(await page.getByRole("radio", { name }).isChecked()).toBe(true);
      await page.goto("/");
      const text = await page.getByRole("main").textContent();
      expect(text).toContain("Hello, Mira");
      expect(text).toContain(words);
      await page.goto("/apis?call");
      expect(await page.getByText("Pour-over kettle").isVisible()).toBe(true);
    }
    await other.goto("/sessions");
    expect(await other.getByRole("radio", { name: "Cookies" }).isChecked()).toBe(true);
    expect(await isLoggedIn(other)).toBe(true);
  });

  it("ends the session in the place that was left: its cookies are worth nothing there any more", async () => {
    const page = await stage.newBrowser();
    const thief = await stage.newBrowser();
    await logIn(page);
    await moveTo(page, "Durable Object");
    await thief.context().addCookies(await page.context().cookies());
    expect(await isLoggedIn(thief)).toBe(true);
    await moveTo(page, "Workers KV");
    expect(await isLoggedIn(page)).toBe(true);
    expect(await isLoggedIn(thief)).toBe(false);
  });

  it("says so when the tenant does not know the person any more, and asks them to log in", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    await page.context().clearCookies({ name: /^dev_tenant/ });
    await page.goto("/sessions");
    await page.getByRole("radio", { name: "Workers KV" }).check();
    await page.getByRole("button", { name: "Move my session" }).click();
    await page.getByRole("heading", { name: "Please log in again" }).waitFor();
    await page.getByRole("status").getByRole("link", { name: "Log in" }).click();
    await continueAs(page, "Mira Solberg");
    await page.waitForURL(/\/sessions$/);
    expect(await page.getByRole("radio", { name: "Workers KV" }).isChecked()).toBe(true);
    expect(await page.getByRole("button", { name: "Log out everywhere" }).isVisible()).toBe(true);
  });

  it("logs out everywhere whatever the place: browsers that keep sessions elsewhere hear of it", async () => {
    const [cookies, kv, object] = [
      await stage.newBrowser(),
      await stage.newBrowser(),
      await stage.newBrowser(),
    ];
    for (const page of [cookies, kv, object]) await logIn(page);
    await moveTo(kv, "Workers KV");
    await moveTo(object, "Durable Object");
    await kv.goto("/sessions");
    await kv.getByRole("button", { name: "Log out everywhere" }).click();
    await kv.getByRole("heading", { name: "Log in at the edge" }).waitFor();
    for (const page of [cookies, kv, object]) expect(await isLoggedIn(page)).toBe(false);
  });

  it("hears of a logout at the tenant also in a place that is not the default", async () => {
    const page = await stage.newBrowser();
    await logIn(page, "Zoë Tanabe");
    await moveTo(page, "Durable Object");
    const elsewhere = await stage.newBrowser();
    await elsewhere.context().addCookies(await page.context().cookies());
    expect(await isLoggedIn(elsewhere)).toBe(true);
    // The tenant tells the app with a logout token, in a request that has no cookie.
    await page.goto("/dev-tenant/oidc/logout");
    await expect.poll(() => isLoggedIn(elsewhere), { timeout: 10_000 }).toBe(false);
  });

  it("logs in without being asked only whom the tenant knows", async () => {
    const page = await stage.newBrowser();
    await page.goto("/");
    await page.getByRole("link", { name: "Try a silent login" }).click();
    await page.getByRole("status").waitFor();
    expect(await page.getByRole("status").textContent()).toContain("login_required");
    // What anybody can write into an address is not said to be the tenant's word.
    await page.goto("/?error=Call+0800");
    expect(await page.getByRole("status").count()).toBe(0);

    await logIn(page);
    await page.context().clearCookies({ name: "__a0_session" });
    await page.goto("/");
    await page.getByRole("link", { name: "Try a silent login" }).click();
    await page.getByRole("heading", { name: "Hello, Mira" }).waitFor();
  });

  it("leads to the session inspector, which knows the place", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    await moveTo(page, "Durable Object");
    await page.getByRole("navigation").getByRole("link", { name: "Inspector" }).click();
    await page.getByRole("heading", { name: "Session inspector" }).waitFor();
    expect(await page.getByRole("main").textContent()).toContain("Durable Object");
  });

  it("takes no other place than there are, and no form of another site", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    const post = (place: string, origin: string) =>
      page.request.post("/sessions/place", { form: { place }, headers: { origin }, maxRedirects: 0 });
    expect((await post("redis", stage.example.url)).status()).toBe(400);
    expect((await post("kv", "https://other.example")).status()).toBe(403);
    expect((await post("x".repeat(20_000), stage.example.url)).status()).toBe(413);
    const broken = { "content-type": "multipart/form-data", origin: stage.example.url };
    const answer = await page.request.post("/sessions/place", { data: "place", headers: broken });
    expect(answer.status()).toBe(400);
    expect(await isLoggedIn(page)).toBe(true);
  });

  it("calls two APIs with one refresh token, and pays once it has asked for that scope", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    const atLogin = await openSession(page, stage.example);
    expect(atLogin.tokenSets.map(({ audience }) => audience)).toEqual(["https://api.example.com/"]);
    await page.getByRole("link", { name: "Call the APIs" }).click();
    await page.getByRole("link", { name: "Call both APIs" }).click();
    await page.getByRole("heading", { name: "Orders 200" }).waitFor();
    await page.getByRole("heading", { name: "Invoices 200" }).waitFor();
    const answers = await page.locator(".card pre").allTextContents();
    expect(answers.map((text) => JSON.parse(text))).toEqual([
      expect.objectContaining({ customer: atLogin.user!.sub, orders: expect.any(Array) }),
      expect.objectContaining({ customer: atLogin.user!.sub, invoices: expect.any(Array) }),
    ]);
    expect((await scopes(page)).at(-1)).toEqual({
      audience: "https://invoices.example.com/",
      scope: "read:invoices",
    });

    await page.getByRole("button", { name: "Pay an invoice" }).click();
    await page.getByRole("heading", { name: "Paying with the token that can read 403" }).waitFor();
    await page.getByRole("heading", { name: "Paying with a token that was asked for it 200" }).waitFor();
    expect((await scopes(page)).at(-1)!.scope.split(" ").sort()).toEqual(["pay:invoices", "read:invoices"]);

    // Both are renewed by the same refresh token, one after the other.
    await expireAccessTokens(page, stage.example);
    await page.goto("/apis?call");
    await page.getByRole("heading", { name: "Orders 200" }).waitFor();
    await page.getByRole("heading", { name: "Invoices 200" }).waitFor();

    async function scopes(page: Page) {
      const { tokenSets } = await openSession(page, stage.example);
      return tokenSets.map(({ audience, scope }) => ({ audience, scope: scope! }));
    }
  });

  it("shows every cookie the browser has sent with its size, and no value of one that is sealed", async () => {
    const page = await stage.newBrowser();
    await page.goto("/cookies");
    expect(await page.getByText("None. Log in").isVisible()).toBe(true);
    await logIn(page);
    await page.goto("/auth/login");
    await page.goto("/cookies");
    const cookies = (await page.context().cookies()).filter(({ path }) => path === "/");
    const rows = page.getByRole("list", { name: "Cookies" }).getByRole("listitem");
    const texts = await rows.allTextContents();
    expect(texts).toHaveLength(cookies.length);
    for (const { name, value } of cookies) {
      const row = texts.find((text) => text.startsWith(`${name} `))!;
      expect(row).toContain(`${(name.length + value.length).toLocaleString("en")} bytes`);
      expect(row).not.toContain(value.slice(0, 20));
    }
    expect(texts.some((text) => text.includes("A login that was begun"))).toBe(true);
    expect(await page.getByText("All of it stands in the cookie above.").isVisible()).toBe(true);

    await page.goto("/auth/logout");
    await page.goto("/cookies");
    expect(await page.getByText("Names sessions that were logged out here").isVisible()).toBe(true);
  });

  it("tells a part of a session, as large ones have, from a session in one cookie", async () => {
    const page = await stage.newBrowser();
    await logIn(page);
    // Left over from a session that took several cookies.
    await page.context().addCookies([{ name: "__a0_session.0", value: "2~left", url: stage.example.url }]);
    await page.goto("/cookies");
    expect(await page.getByText("A part of a session that is too large").isVisible()).toBe(true);
    expect(await page.getByRole("list", { name: "Parts of the session" }).isVisible()).toBe(true);
  });
});

/** Chooses a place on the page for that, and waits until the session is there. */
async function moveTo(page: Page, name: string): Promise<void> {
  await page.goto("/sessions");
  await page.getByRole("radio", { name }).check();
  await page.getByRole("button", { name: "Move my session" }).click();
  await page.waitForURL(/\/sessions$/);
  await page.getByRole("button", { name: "Move my session" }).waitFor();
}

import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";
import { brokenBones, faintTexts, sidewaysPixels, tabTo } from "../../support/page-checks.ts";
import { type OwnPages, type ServedApp, startOwnPages } from "./own-pages.ts";

const executablePath = findChromium();
if (!executablePath) console.warn(HOW_TO_GET_CHROMIUM);

const callback = "/auth/callback?code=a&state=b";

describe.skipIf(!executablePath)("the pages of edgeAuth and of the session inspector in Chromium", () => {
  let own: OwnPages;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    own = await startOwnPages();
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGUMENTS });
  });
  afterEach(async () => {
    await context?.close();
    // A page with a status of 4xx or 5xx is one of these too, and meant to be.
    expect(complaints.splice(0).filter((text) => !text.startsWith("Failed to load resource"))).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    own?.close();
    vi.restoreAllMocks();
  });

  async function open(options: Parameters<Browser["newContext"]>[0] = {}): Promise<void> {
    context = await browser.newContext(options);
    context.setDefaultTimeout(10_000);
    page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  }

  async function inspect({ origin }: ServedApp): Promise<void> {
    await page.goto(`${origin}/auth/login?returnTo=/auth/inspector`);
    await button("Continue as Mira Solberg").click();
    await page.getByRole("heading", { name: "Session inspector" }).waitFor();
  }

  const button = (name: string) => page.getByRole("button", { name });

  const pages: [string, () => Promise<unknown>][] = [
    ["a callback that is not valid", () => page.goto(own.app.origin + callback)],
    ["a themed page", () => page.goto(own.themed.origin + callback)],
    ["a login service that is away", () => page.goto(`${own.alone.origin}/auth/login`)],
    ["the configuration page", () => page.goto(own.unset.origin)],
    ["the inspector of nobody", () => page.goto(`${own.app.origin}/auth/inspector`)],
    ["the inspector of a large session", () => inspect(own.large)],
    [
      "the inspector of expired tokens",
      async () => {
        await inspect(own.app);
        await button("Expire the access tokens").click();
        await page.getByText("Header and claims").first().click();
      },
    ],
  ];

  describe.each(["light", "dark"] as const)("in the %s", (colorScheme) => {
    it.each(pages)("can be read and does not scroll sideways on a small phone: %s", async (_name, goTo) => {
      await open({ viewport: { width: 320, height: 640 }, colorScheme });
      await goTo();
      expect(await page.evaluate(sidewaysPixels)).toBe(0);
      expect(await page.evaluate(faintTexts)).toEqual([]);
    });
  });

  it.each(pages)(
    "have a heading, landmarks, names for all that is pressed, and no script: %s",
    async (_name, goTo) => {
      await open();
      await goTo();
      expect(await page.evaluate(brokenBones)).toEqual([]);
    },
  );

  it("show where the focus is", async () => {
    await open();
    for (const url of [
      own.app.origin + callback,
      own.themed.origin + callback,
      `${own.app.origin}/auth/inspector`,
    ]) {
      await page.goto(url);
      await page.keyboard.press("Tab");
      const width = await page.locator(":focus").evaluate((element) => {
        const style = (
          globalThis as unknown as { getComputedStyle(e: unknown): Record<string, string> }
        ).getComputedStyle(element);
        return style.outlineStyle === "none" ? 0 : Number.parseFloat(style.outlineWidth!);
      });
      expect(width, url).toBeGreaterThanOrEqual(1);
    }
  });

  it("show the logo that the theme names, and lead to help", async () => {
    await open();
    await page.goto(own.themed.origin + callback);
    const image = page.locator("header img");
    expect(
      await image.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth),
    ).toBe(96);
    expect(await page.getByRole("link", { name: "Get help" }).getAttribute("href")).toBe(
      "mailto:help@example.com",
    );
  });

  it("begin another try from where a login failed, by the keyboard alone", async () => {
    await open();
    await page.goto(own.app.origin + callback);
    await tabTo(page, "Try again");
    await page.keyboard.press("Enter");
    await button("Continue as Mira Solberg").waitFor();
  });

  it("let a session age by the keyboard alone: expire, refresh, log out by the back channel", async () => {
    await open();
    await inspect(own.app);
    await tabTo(page, "Expire the access tokens");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("have expired").waitFor();
    await page.getByText(/^ended \d+ s ago$/).waitFor();
    await tabTo(page, "Refresh now");
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("new tokens are there").waitFor();
    await tabTo(page, "Log out by the back channel");
    await page.keyboard.press("Enter");
    // Cookies alone cannot be ended from outside, and the page says so.
    await page.getByRole("status").getByText("did not accept that").waitFor();
  });

  it("log out by way of the tenant, and come back to the app", async () => {
    await open();
    await inspect(own.app);
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await page.waitForURL(`${own.app.origin}/`);
    await page.goto(`${own.app.origin}/auth/inspector`);
    await page.getByText("Nobody is logged in here").waitFor();
  });

  it("have bars with a value, a limit and a name that says the same", async () => {
    await open();
    await inspect(own.large);
    const bars = await page.getByRole("meter").all();
    expect(bars.length).toBeGreaterThanOrEqual(7);
    const names = await Promise.all(bars.map((bar) => bar.getAttribute("aria-label")));
    expect(
      names.filter((name) => /^__a0_session\.\d: [\d,]+ bytes of 4,096 bytes$/.test(name!)),
    ).toHaveLength(2);
    for (const bar of bars) {
      const [value, max] = await Promise.all(
        ["value", "max"].map(async (name) => Number(await bar.getAttribute(name))),
      );
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThanOrEqual(max!);
    }
  });

  it("are checked by checks that find what is wrong", async () => {
    await open();
    await page.setContent(
      '<body style="width:3000px"><h1>a</h1><h1>b</h1><h3>c</h3><button></button><meter></meter><p style="color:#888">grey</p><p style="opacity:.4">pale</p><th>d</th><img src="data:,">',
    );
    expect(await page.evaluate(sidewaysPixels)).toBeGreaterThan(0);
    expect(await page.evaluate(faintTexts)).toEqual(["grey (3.54)", "pale (2.85)"]);
    expect(await page.evaluate(brokenBones)).toEqual(
      expect.arrayContaining([
        "2 of h1",
        "0 of main",
        "no language",
        "no title",
        "h3 after h1: c",
        "a BUTTON without a name",
        "a METER without a name",
        "an img without alt",
        "a BODY that should not be",
      ]),
    );
  });
});

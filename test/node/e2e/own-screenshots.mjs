/**
 * Pictures of the pages of `edgeAuth` and of the session inspector, to be looked at: `npx node test/node/e2e/own-screenshots.mjs`
 * writes them to `test/.output/`. A word as argument takes only the pages whose name has it.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";
import { startOwnPages } from "./own-pages.ts";

const folder = fileURLToPath(new URL("../../.output/", import.meta.url));
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const only = process.argv[2] ?? "";

const executablePath = findChromium();
if (!executablePath) {
  console.error(HOW_TO_GET_CHROMIUM);
  process.exit(1);
}
await mkdir(folder, { recursive: true });
const own = await startOwnPages();
// What the pages are about goes to the log as well.
console.error = () => undefined;

const pages = {
  "error-callback": (page) => page.goto(`${own.app.origin}/auth/callback?code=a&state=b`),
  "error-focus": async (page) => {
    await page.goto(`${own.app.origin}/auth/callback?code=a&state=b`);
    await page.keyboard.press("Tab");
  },
  "error-denied": async (page) => {
    await page.goto(`${own.app.origin}/auth/login`);
    await page.getByRole("button", { name: "Deny" }).click();
    await page.waitForURL(/callback/);
  },
  "error-away": (page) => page.goto(`${own.alone.origin}/auth/login`),
  "error-themed": (page) => page.goto(`${own.themed.origin}/auth/callback?code=a&state=b`),
  configuration: (page) => page.goto(`${own.unset.origin}/`),
  "inspector-empty": (page) => page.goto(`${own.app.origin}/auth/inspector`),
  "inspector-full": (page) => inspect(page, own.app),
  "inspector-large": (page) => inspect(page, own.large),
  "inspector-expired": async (page) => {
    await inspect(page, own.app);
    await page.getByRole("button", { name: "Expire the access tokens" }).click();
  },
  "inspector-details": async (page) => {
    await inspect(page, own.app);
    await page.getByText("Header and claims").first().click();
  },
};

const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ["light", "dark"]) await shoot(size, { viewport, colorScheme });
  }
} finally {
  await browser.close();
  own.close();
}
console.log(`Pictures are in ${folder}`);
process.exit();

async function shoot(size, options) {
  for (const [name, open] of Object.entries(pages)) {
    if (!name.includes(only)) continue;
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await open(page);
    await page.screenshot({
      path: join(folder, `own-${name}-${size}-${options.colorScheme}.png`),
      fullPage: true,
    });
    await context.close();
  }
}

async function inspect(page, app) {
  await page.goto(`${app.origin}/auth/login?returnTo=/auth/inspector`);
  await page.getByRole("button", { name: "Continue as Mira Solberg" }).click();
  await page.getByRole("heading", { name: "Session inspector" }).waitFor();
}

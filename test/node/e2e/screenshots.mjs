/**
 * Pictures of every page, to be looked at: `npx node test/node/e2e/screenshots.mjs` writes them to `test/.output/`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";
import { startExample } from "./example.ts";

const folder = fileURLToPath(new URL("../../.output/", import.meta.url));
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

const executablePath = findChromium();
if (!executablePath) {
  console.error(HOW_TO_GET_CHROMIUM);
  process.exit(1);
}
await mkdir(folder, { recursive: true });
const example = await startExample();
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
  for (const [size, viewport] of Object.entries(sizes)) {
    for (const colorScheme of ["light", "dark"]) await shoot(size, { viewport, colorScheme });
  }
} finally {
  await browser.close();
  await example.remove();
}
console.log(`Pictures are in ${folder}`);

async function shoot(size, options) {
  const context = await browser.newContext({ ...options, baseURL: example.url });
  const page = await context.newPage();
  const take = (name) =>
    page.screenshot({ path: join(folder, `${name}-${size}-${options.colorScheme}.png`), fullPage: true });
  const show = async (name, path) => {
    await page.goto(path);
    await take(name);
  };
  await show("1-home", "/");
  await page.keyboard.press("Tab");
  await take("1-home-focus");
  await show("2-error", "/auth/callback?code=a-code&state=a-state");
  await show("3-picker", "/auth/login");
  await page.getByRole("button", { name: "Deny" }).click();
  await page.waitForURL(/callback/);
  await take("4-denied");
  await page.goto("/auth/login");
  await page.getByRole("button", { name: "Continue as Mira Solberg" }).click();
  await page.getByRole("heading", { name: "Hello" }).waitFor();
  await take("5-greeting");
  await show("6-profile", "/profile");
  await show("7-orders", "/orders");
  await show("8-api", "/orders?call");
  await show("9-nowhere", "/nowhere");
  await show("tenant-mailbox", "/dev-tenant/mailbox");
  await context.close();
}

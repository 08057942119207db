/**
 * Pictures of a running small example, to be looked at: `node test/node/e2e/platform-screenshots.mjs http://localhost:8787`. Home,
 * home and profile of somebody, and a page that is not there; on a desktop and a phone, light and dark.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM_ARGUMENTS, findChromium } from "../../support/chromium.ts";

const baseURL = process.argv[2] ?? "http://localhost:8787";
const folder = fileURLToPath(new URL("../../.output/platforms/", import.meta.url));
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGUMENTS });
for (const [size, viewport] of Object.entries({
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
})) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await (await browser.newContext({ baseURL, viewport, colorScheme })).newPage();
    const take = async (name) => {
      await page.screenshot({ path: `${folder}${name}-${size}-${colorScheme}.png`, fullPage: true });
    };
    await page.goto("/");
    await take("start");
    await page.goto("/profile");
    await page.getByRole("button", { name: "Continue as Zoë Tanabe" }).click();
    await page.getByRole("heading", { name: "Zoë Tanabe" }).waitFor();
    await take("profile");
    await page.goto("/");
    await take("home");
    await page.goto("/nowhere");
    await take("nowhere");
  }
}
await browser.close();
console.log(folder);

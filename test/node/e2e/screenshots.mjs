/**
 * Pictures of every page, to be looked at: `npx node test/node/e2e/screenshots.mjs` writes them to `test/.output/`. A word
 * as argument takes only the pages whose name has it.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";
import { startExample } from "./example.ts";

const folder = fileURLToPath(new URL("../../.output/", import.meta.url));
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const only = process.argv[2] ?? "";

const executablePath = findChromium();
if (!executablePath) {
  console.error(HOW_TO_GET_CHROMIUM);
  process.exit(1);
}
await mkdir(folder, { recursive: true });

/** How to come to a page; those of the first list with nobody logged in. */
const strangers = {
  "1-home": open("/"),
  "1-home-focus": async (page) => {
    await page.goto("/");
    await page.keyboard.press("Tab");
  },
  "2-error": open("/auth/callback?code=a-code&state=a-state"),
  "3-picker": open("/auth/login"),
  "4-denied": async (page) => {
    await page.goto("/auth/login");
    await page.getByRole("button", { name: "Deny" }).click();
    await page.waitForURL(/callback/);
  },
  "5-nowhere": open("/nowhere"),
  "6-sessions-stranger": open("/sessions"),
  "7-cookies-stranger": open("/cookies"),
  "8-approval": open("/approval"),
  "8-approval-waiting": async (page) => {
    await page.goto("/approval");
    await page.getByRole("button", { name: "Ask for approval" }).click();
    await page.getByRole("heading", { name: "Waiting" }).waitFor();
  },
  "8-approval-denied": async (page) => {
    await page.goto("/approval");
    await page.getByRole("button", { name: "Ask for approval" }).click();
    const phone = await page.context().newPage();
    await phone.goto("/dev-tenant/approve");
    while (!(await phone.getByRole("button", { name: "Deny" }).count())) await phone.reload();
    while (await phone.getByRole("button", { name: "Deny" }).count()) {
      await phone.getByRole("button", { name: "Deny" }).first().click();
    }
    await page.getByRole("heading", { name: "denied" }).waitFor();
  },
};
const people = {
  "10-greeting": open("/"),
  "11-profile": open("/profile"),
  "12-sessions": open("/sessions"),
  "13-apis": open("/apis"),
  "13-apis-called": open("/apis?call"),
  "13-apis-paid": async (page) => {
    await page.goto("/apis");
    await page.getByRole("button", { name: "Pay an invoice" }).click();
    await page.getByRole("heading", { name: "asked for it" }).waitFor();
  },
  "14-accounts": open("/accounts"),
  "15-organizations": open("/organizations"),
  "16-cookies": async (page) => {
    await page.goto("/auth/login");
    await page.goto("/cookies");
  },
  "15-organizations-of-one": async (page) => {
    await page.goto("/organizations/members");
    await page.getByRole("button", { name: "Continue as Mira Solberg" }).click();
    await page.getByRole("heading", { name: "Welcome" }).waitFor();
    await page.goto("/organizations");
  },
  "15-members": open("/organizations/members"),
  "14-accounts-linked": async (page) => {
    await page.goto("/accounts");
    const link = page.getByRole("link", { name: "Link an account of Google" });
    if (await link.count()) {
      await link.click();
      await page.getByRole("button", { name: "Link Mira Solberg" }).click();
      await page.waitForURL(/accounts$/);
    }
    await page.getByRole("button", { name: "Get a Google token" }).click();
    await page.getByRole("status").waitFor();
  },
  "18-inspector": open("/auth/inspector"),
  "17-code": async (page) => {
    await page.goto("/apis");
    await page.getByText("The code").click();
  },
};

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
  const take = async (pages) => {
    for (const [name, reach] of Object.entries(pages)) {
      if (!name.includes(only)) continue;
      await reach(page);
      const path = join(folder, `${name}-${size}-${options.colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
  };
  await take(strangers);
  await page.goto("/auth/login");
  await page.getByRole("button", { name: "Continue as Mira Solberg" }).click();
  await page.getByRole("heading", { name: "Hello" }).waitFor();
  await take(people);
  await context.close();
}

function open(path) {
  return (page) => page.goto(path);
}

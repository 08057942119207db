import { setTimeout as sleep } from "node:timers/promises";
import { type Browser as Chromium, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loginTokenLifetime } from "../../stampede/issuer/issuer.ts";
import { createWorld, type World } from "../../stampede/world.ts";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";

const executablePath = findChromium();
if (!executablePath) console.warn(HOW_TO_GET_CHROMIUM);

describe.skipIf(!executablePath)("a logout in Chromium, with sessions in cookies and a coordinator", () => {
  let world: World;
  let browser: Chromium;
  beforeAll(async () => {
    const launched = chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGUMENTS });
    [world, browser] = await Promise.all([createWorld({ store: "stateless" }), launched]);
  });
  afterAll(() => Promise.all([browser?.close(), world?.close()]));

  it("is not undone by a refresh whose response was held back on its way", async () => {
    const context = await browser.newContext({ baseURL: world.runtime.url });
    context.setDefaultTimeout(10_000);
    const [page, other] = [await context.newPage(), await context.newPage()];
    const statusOf = async () => (await other.goto("/user"))!.status();
    await page.goto("/auth/login?returnTo=/user");
    expect(await statusOf()).toBe(200);
    await sleep((loginTokenLifetime + 0.2) * 1000);

    let release = () => {};
    const loggedOut = new Promise<void>((resolve) => {
      release = resolve;
    });
    let answer = (_setCookie: string) => {};
    const answered = new Promise<string>((resolve) => {
      answer = resolve;
    });
    await page.route("**/token", async (route) => {
      const response = await route.fetch();
      answer(response.headers()["set-cookie"] ?? "");
      await loggedOut;
      await route.fulfill({ response });
    });
    const late = page.goto("/token");
    expect(await answered).toMatch(/^__a0_session=/);
    await other.goto("/auth/logout");
    expect(await statusOf()).toBe(401);
    release();
    expect((await late)!.status()).toBe(200);

    // The browser has the late response's cookie, and it is worth nothing.
    const names = (await context.cookies()).map(({ name }) => name);
    expect(names).toContain("__a0_session");
    expect(await statusOf()).toBe(401);
    expect((await other.goto("/token"))!.status()).toBe(401);
    // Two things see to that: the mark in the browser, and the list of revocations.
    await context.clearCookies({ name: "__a0_session.ended" });
    expect(await statusOf()).toBe(401);
    expect(world.issuer.record.tokenCalls).toBe(1);
  });
});

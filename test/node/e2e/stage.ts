import { HeadersCookieHandler, type StateData, StatelessStateStore } from "auth0-edge";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";
import { type Example, startExample } from "./example.ts";

/** The example and a Chromium to look at it. */
export interface Stage {
  example: Example;
  /** A browser that knows nothing yet, with one tab. It is closed after the test. */
  newBrowser(options?: BrowserContextOptions): Promise<Page>;
}

/**
 * Tests that need Chromium: one example and one browser process for all of them. Skipped, and said so, without one.
 *
 * @param options of the example's start script
 */
export function describeInChromium(
  name: string,
  tests: (stage: Stage) => void,
  options: string[] = [],
): void {
  const executablePath = findChromium();
  if (!executablePath) console.warn(HOW_TO_GET_CHROMIUM);
  describe.skipIf(!executablePath)(name, () => {
    let browser: Browser;
    const contexts: BrowserContext[] = [];
    const stage = {
      async newBrowser(options) {
        const context = await browser.newContext({ baseURL: stage.example.url, ...options });
        context.setDefaultTimeout(10_000);
        contexts.push(context);
        return await context.newPage();
      },
    } as Stage;
    beforeAll(async () => {
      const launched = chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGUMENTS });
      [browser, stage.example] = await Promise.all([launched, startExample(options)]);
    });
    afterEach(async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    });
    afterAll(() => Promise.all([browser?.close(), stage.example?.remove()]));
    tests(stage);
  });
}

/** Chooses a person on the tenant's page. */
export async function continueAs(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Continue as ${name}` }).click();
}

/** Logs in from the home page, up to the greeting. */
export async function logIn(page: Page, name = "Mira Solberg"): Promise<void> {
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
  await continueAs(page, name);
  await page.getByRole("heading", { name: `Hello, ${name.split(" ")[0]}` }).waitFor();
}

/** Whether the app greets somebody. */
export async function isLoggedIn(page: Page): Promise<boolean> {
  await page.goto("/");
  return await page.getByRole("heading", { name: "Hello" }).isVisible();
}

/** The session in a browser's cookies, opened with the secret of the app. */
export async function openSession(page: Page, example: Example): Promise<StateData> {
  const { store, request } = await storeOf(page, example);
  return (await store.get("__a0_session", { request }))!;
}

/** Lets the access tokens of a browser's session expire, so that the next call has to refresh. */
export async function expireAccessTokens(page: Page, example: Example): Promise<void> {
  const { store, request } = await storeOf(page, example);
  const state = (await store.get("__a0_session", { request }))!;
  const expired = { ...state, tokenSets: state.tokenSets.map((set) => ({ ...set, expiresAt: 1 })) };
  const headers = new Headers();
  await store.set("__a0_session", expired, false, { request, headers });
  const cookies = headers.getSetCookie().map((line) => /^(?<name>[^=]+)=(?<value>[^;]*)/.exec(line)!.groups!);
  await page
    .context()
    .addCookies(cookies.map(({ name, value }) => ({ name: name!, value: value!, url: example.url })));
}

async function storeOf(page: Page, example: Example) {
  const handler = new HeadersCookieHandler();
  const secret = await example.secret();
  const cookies = await page.context().cookies(example.url);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  return {
    store: new StatelessStateStore({ secret, cookie: { secure: false } }, handler),
    request: { headers: new Headers({ cookie }) },
  };
}

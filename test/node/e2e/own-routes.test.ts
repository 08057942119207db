import { serve } from "@hono/node-server";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { devTenant } from "../../../src/dev/index.ts";
import { accessTokenRoute, edgeAuth, linkRoutes, profileRoute } from "../../../src/index.ts";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";

const executablePath = findChromium();
if (!executablePath) console.warn(HOW_TO_GET_CHROMIUM);

interface Site {
  port: number;
  close(): void;
}

function served(fetch: (request: Request) => Response | Promise<Response>): Promise<Site> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, overrideGlobalObjects: false }, ({ port }) =>
      resolve({ port, close: () => void server.close() }),
    );
  });
}

const page = (body: string) =>
  new Response(`<!doctype html><title>A page</title>${body}`, { headers: { "content-type": "text/html" } });

describe.skipIf(!executablePath)("the routes in Chromium, which says itself where requests come from", () => {
  let browser: Browser;
  let app: Site;
  let evil: Site;
  let origin: string;
  let context: BrowserContext;
  let tab: Page;

  beforeAll(async () => {
    let answer: (request: Request) => Promise<Response> = () => Promise.resolve(new Response());
    app = await served((request) => answer(request));
    origin = `http://localhost:${app.port}`;
    const tenant = devTenant({ appBaseUrl: origin });
    const handler = edgeAuth({
      ...tenant.clientOptions,
      secret: "a-secret-for-tests-that-has-more-than-32-characters",
      appBaseUrl: origin,
      moreRoutes: [linkRoutes(), profileRoute(), accessTokenRoute()],
    }).handler(async (_request, _env, _ctx, login) => {
      const name = (await login.getUser())?.name ?? "nobody";
      return page(
        `<h1>${name}</h1><a href="/auth/logout">Log out</a><a href="/auth/link?connection=github">Link</a>`,
      );
    });
    answer = async (request) => (await tenant.fetch(request)) ?? (await handler.fetch(request));
    // Another name of this machine is another site.
    evil = await served(() =>
      page(
        ["login", "logout", "link?connection=github", "unlink?connection=github"]
          .map(
            (route) =>
              `<a href="${origin}/auth/${route}">${route}</a><form method="post" action="${origin}/auth/${route}"><button>${route}</button></form>`,
          )
          .join(""),
      ),
    );
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_ARGUMENTS });
  });
  afterAll(async () => {
    await browser?.close();
    app?.close();
    evil?.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    context.setDefaultTimeout(10_000);
    tab = await context.newPage();
    await tab.goto(`${origin}/auth/login`);
    await tab.getByRole("button", { name: "Continue as Mira Solberg" }).click();
    await tab.getByRole("heading", { name: "Mira Solberg" }).waitFor();
  });
  afterEach(async () => {
    await context.close();
  });

  const who = async (): Promise<string | null> => {
    await tab.goto(origin);
    return await tab.getByRole("heading").textContent();
  };

  it("log out by a link of the app", async () => {
    await tab.getByRole("link", { name: "Log out" }).click();
    await tab.getByRole("heading", { name: "nobody" }).waitFor();
  });

  it("do nothing for another site, whether by a link or by a form", async () => {
    for (const route of ["logout", "link?connection=github", "unlink?connection=github"]) {
      for (const role of ["link", "button"] as const) {
        await tab.goto(`http://127.0.0.1:${evil.port}`);
        const answered = tab.waitForResponse((response) => response.url().includes("/auth/"));
        await tab.getByRole(role, { name: route, exact: true }).click();
        expect((await answered).status(), `${role} ${route}`).toBe(403);
        await tab.getByRole("heading", { name: /still logged in|stay as they are/ }).waitFor();
      }
    }
    expect(await who()).toBe("Mira Solberg");
  });

  it("let another site begin logins, but not pile up their cookies", async () => {
    for (let count = 0; count < 7; count++) {
      await tab.goto(`http://127.0.0.1:${evil.port}`);
      await tab.getByRole("button", { name: "login", exact: true }).click();
      await tab.waitForURL((url) => url.origin === origin);
    }
    const kept = (await context.cookies(origin)).filter(({ name }) => name.startsWith("__a0_tx."));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThanOrEqual(4);
  });

  it("link by a link of the app", async () => {
    await tab.getByRole("link", { name: "Link" }).click();
    await tab.getByRole("heading", { name: "Link an account of GitHub" }).waitFor();
  });

  const fetched = async (
    path: string,
    init: { credentials?: "include"; mode?: "no-cors"; headers?: Record<string, string> } = {},
  ): Promise<unknown> =>
    await tab.evaluate(
      async ([url, options]) => {
        try {
          const response = await fetch(url, options);
          return [response.status, response.type, await response.text()];
        } catch (error) {
          return (error as Error).name;
        }
      },
      [`${origin}${path}`, init] as const,
    );

  it("give the user and a token to scripts of the app, and to nobody else", async () => {
    expect(await fetched("/auth/profile")).toEqual([200, "basic", expect.stringContaining("Mira Solberg")]);
    expect(await fetched("/auth/access-token")).toEqual([200, "basic", expect.stringContaining('"token"')]);
    await tab.goto(`http://127.0.0.1:${evil.port}`);
    for (const path of ["/auth/profile", "/auth/access-token"]) {
      expect(await fetched(path, { credentials: "include" })).toBe("TypeError");
      expect(await fetched(path, { credentials: "include", headers: { "x-requested-with": "x" } })).toBe(
        "TypeError",
      );
      // Not even the opaque answer comes through: Cross-Origin-Resource-Policy.
      expect(await fetched(path, { credentials: "include", mode: "no-cors" })).toBe("TypeError");
      expect((await tab.goto(`${origin}${path}`))?.status()).toBe(403);
      await tab.goto(`http://127.0.0.1:${evil.port}`);
    }
  });

  it("log in silently whom the issuer knows, and come back with login_required for anybody else", async () => {
    await context.clearCookies({ name: "__a0_session" });
    expect(await who()).toBe("nobody");
    await tab.goto(`${origin}/auth/login?prompt=none&returnTo=/page`);
    expect(tab.url()).toBe(`${origin}/page`);
    expect(await who()).toBe("Mira Solberg");
    await context.clearCookies();
    await tab.goto(`${origin}/auth/login?prompt=none&returnTo=/page`);
    expect(tab.url()).toBe(`${origin}/page?error=login_required`);
  });
});

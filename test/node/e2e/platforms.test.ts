import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium, HOW_TO_GET_CHROMIUM } from "../../support/chromium.ts";
import { freePort } from "../../support/free-port.ts";
import { run, type Started } from "./example.ts";
import { continueAs } from "./stage.ts";

const manifest = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };

/** What an npm script runs, without the `node` it begins with. */
function commandOf(script: string): string[] {
  const [program, ...rest] = scripts[script]!.split(" ");
  expect(program).toBe("node");
  return rest;
}

const executablePath = findChromium();
if (!executablePath) console.warn(HOW_TO_GET_CHROMIUM);

describe.each([
  { script: "start:deno", platform: "Deno" },
  { script: "start:node", platform: "Node" },
  { script: "start:bun", platform: "Bun" },
  { script: "start:vercel", platform: "Vercel" },
])("npm run $script", ({ script, platform }) => {
  let port: number;
  let url: string;
  let started: Started;
  let browser: Browser | undefined;
  let page: Page;
  beforeAll(async () => {
    port = await freePort();
    url = `http://localhost:${port}`;
    started = run(["--port", `${port}`], commandOf(script));
    await started.ready;
    if (!executablePath) return;
    browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
    const context = await browser.newContext({ baseURL: url });
    context.setDefaultTimeout(10_000);
    page = await context.newPage();
  });
  afterAll(async () => {
    started?.child.kill("SIGTERM");
    await browser?.close();
  });

  it("says where to look, what to do and how to end it", () => {
    expect(started.output()).toContain(url);
    expect(started.output()).toContain("Choose who to be.");
    expect(started.output()).toContain("Ctrl+C stops it");
  });

  it("answers a program without a user with a 401 and a reason", async () => {
    const answer = await fetch(`${url}/profile`, { headers: { accept: "application/json" } });
    expect([answer.status, await answer.json()]).toMatchObject([401, { reason: "no_session" }]);
  });

  it("says what to do when the port is taken", async () => {
    const second = run(["--port", `${port}`], commandOf(script));
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(`Port ${port} is taken. Choose another: npm run ${script} -- --port`);
  });

  describe.skipIf(!executablePath)("in Chromium", () => {
    it("one logs in as somebody, sees who one is, and logs out again", async () => {
      const isOpen = script !== "start:vercel";
      await page.goto("/");
      if (isOpen) await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
      await continueAs(page, "Zoë Tanabe");
      await page.getByRole("heading", { name: "Hello, Zoë" }).waitFor();
      expect(page.url()).toBe(`${url}/`);
      expect(await page.getByRole("contentinfo").textContent()).toBe(
        `An example of auth0-edge on ${platform}`,
      );

      await page.reload();
      await page.getByRole("navigation").getByRole("link", { name: "Profile" }).click();
      await page.getByRole("heading", { name: "Zoë Tanabe" }).waitFor();
      expect(await page.getByRole("main").textContent()).toContain("zoe.tanabe@example.com");

      await page.getByRole("banner").getByRole("link", { name: "Log out" }).click();
      // All pages of the one on Vercel want a login.
      if (isOpen) await page.getByRole("heading", { name: "Log in at the edge" }).waitFor();
      else await page.getByRole("button", { name: "Continue as Zoë Tanabe" }).waitFor();
      const cookies = (await page.context().cookies()).map(({ name }) => name);
      expect(cookies.filter((name) => /^__a0_session(\.\d)?$/.test(name))).toEqual([]);
    });

    it("comes back to the page that wanted a user", async () => {
      await page.context().clearCookies();
      await page.goto("/profile?from=a-link");
      await continueAs(page, "Jonas Adeyemi");
      await page.getByRole("heading", { name: "Jonas Adeyemi" }).waitFor();
      expect(page.url()).toBe(`${url}/profile?from=a-link`);
    });

    it("runs no script and loads nothing from elsewhere", async () => {
      const requests: string[] = [];
      page.on("request", (request) => requests.push(new URL(request.url()).origin));
      const response = await page.goto("/");
      expect(response!.headers()["content-security-policy"]).toContain("default-src 'none'");
      expect(await page.locator("script").count()).toBe(0);
      expect(new Set(requests)).toEqual(new Set([url]));
    });
  });

  it("ends on a signal and leaves nothing behind", async () => {
    started.child.kill("SIGINT");
    expect(await started.exited).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });
});

it.each(["quick-start.ts", "quick-start-hono.ts"])(
  "Bun serves the Worker's %s as it stands",
  async (file) => {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const settings = {
      ...{ AUTH0_DOMAIN: "tenant.example", AUTH0_CLIENT_ID: "a-client", APP_BASE_URL: url },
      ...{ AUTH0_SECRET: "a secret of more than thirty-two characters", PORT: `${port}` },
    };
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const bun = spawn(`${root}node_modules/.bin/bun`, [`examples/cloudflare/${file}`], {
      cwd: root,
      env: { ...process.env, ...settings },
      stdio: "ignore",
    });
    onTestFinished(() => void bun.kill("SIGKILL"));
    const headers = { accept: "application/json" };
    const answer = await vi.waitFor(
      () => fetch(`${url}/${file.includes("hono") ? "profile" : ""}`, { headers }),
      {
        timeout: 20_000,
        interval: 100,
      },
    );
    expect([answer.status, await answer.json()]).toMatchObject([401, { reason: "no_session" }]);
  },
);

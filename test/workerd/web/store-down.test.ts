import { edgeAuth, MemorySessionStore, SessionStoreError, statefulStore } from "auth0-edge";
import { describe, expect, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant } from "../../support/browser.ts";

describe("an app whose session store is down", () => {
  const tenant = testTenant();
  const appWith = (options: Parameters<typeof statefulStore>[1] = {}) => {
    const store = new MemorySessionStore();
    const auth = edgeAuth({
      ...tenant.clientOptions,
      ...{ secret, appBaseUrl: appOrigin, stateStore: statefulStore(store, options) },
    });
    const app = auth.handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getUser())?.name ?? null),
    );
    return { store, app, browser: new TestBrowser(app, tenant) };
  };
  const breakDown = (store: MemorySessionStore) =>
    vi.spyOn(store, "get").mockImplementation(() => Promise.reject(new SessionStoreError()));

  it("answers 503 with a code, and serves the same session once it is back", async () => {
    const silenced = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { store, browser } = appWith();
    await browser.logIn();
    const down = breakDown(store);
    const response = await browser.send("/", { headers: { accept: "application/json" } });
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
      503,
      "session_store_error",
    ]);
    const page = await browser.send("/", { headers: { accept: "text/html" } });
    expect(await page.text()).toContain("Sessions cannot be reached right now");
    down.mockRestore();
    expect(await (await browser.send("/")).json()).toBe("Mira Solberg");
    silenced.mockRestore();
  });

  it("is anonymous meanwhile where that is wanted, and nobody is logged out", async () => {
    const { store, browser } = appWith({ onStoreError: "anonymous" });
    await browser.logIn();
    const down = breakDown(store);
    expect(await (await browser.send("/")).json()).toBeNull();
    down.mockRestore();
    expect(await (await browser.send("/")).json()).toBe("Mira Solberg");
  });

  it.each(["get", "set", "delete"] as const)(
    "hears in the log what the database itself said, whatever it throws and how: %s",
    async (call) => {
      const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
      const { store, browser } = appWith();
      if (call !== "set") await browser.logIn();
      vi.spyOn(store, call).mockImplementation(() => {
        throw new Error("ECONNREFUSED\n10.0.0.7:6379");
      });
      const response = await (call === "set"
        ? browser.logIn()
        : browser.send(call === "get" ? "/" : "/auth/logout"));
      expect(response.status).toBe(503);
      expect(await response.text()).not.toContain("ECONNREFUSED");
      expect(logged.mock.calls).toEqual([
        [
          expect.stringMatching(
            /^auth0-edge: The session store could not be reached\. ECONNREFUSED 10\.0\.0\.7:6379 \(request [\da-f-]{36}\)$/,
          ),
        ],
      ]);
      logged.mockRestore();
    },
  );

  it("passes on what is wrong with the app itself", async () => {
    const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin });
    const app = auth.handler(() => {
      throw new TypeError("a bug of the app");
    });
    await expect(app.fetch(new Request(appOrigin))).rejects.toThrow("a bug of the app");
  });
});

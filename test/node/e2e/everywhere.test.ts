import { expect, it } from "vitest";
import { describeInChromium, isLoggedIn, logIn } from "./stage.ts";

/** What the page that greets people says of each place. */
const places = {
  cookies: "one sealed cookie",
  kv: "in Workers KV",
  "durable-object": "in a Durable Object of its own",
};

for (const [place, words] of Object.entries(places)) {
  describeInChromium(
    `the example with sessions in ${place}`,
    (stage) => {
      it("logs out in all browsers at once, and nobody else", async () => {
        const [laptop, phone, colleague] = [
          await stage.newBrowser(),
          await stage.newBrowser(),
          await stage.newBrowser(),
        ];
        await logIn(laptop);
        await logIn(phone);
        await logIn(colleague, "Jonas Adeyemi");
        expect(await laptop.getByRole("main").textContent()).toContain(words);

        await laptop.goto("/sessions");
        await laptop.getByRole("button", { name: "Log out everywhere" }).click();
        await laptop.getByRole("heading", { name: "Log in at the edge" }).waitFor();
        expect(await isLoggedIn(laptop)).toBe(false);
        expect(await isLoggedIn(phone)).toBe(false);
        expect(await isLoggedIn(colleague)).toBe(true);
        await colleague.goto("/apis?call");
        expect(await colleague.getByText("Pour-over kettle").isVisible()).toBe(true);
        // Who logged out everywhere may come back.
        await logIn(phone);
        expect(await isLoggedIn(phone)).toBe(true);
      });

      if (place !== "cookies") return;
      // How a session hears of it differs, and is for the tests of the stores.
      it("hears of a logout at the tenant, wherever that was", async () => {
        const page = await stage.newBrowser();
        await logIn(page, "Zoë Tanabe");
        const cookies = await page.context().cookies();
        const elsewhere = await stage.newBrowser();
        await elsewhere.context().addCookies(cookies);
        expect(await isLoggedIn(elsewhere)).toBe(true);
        await page.goto("/auth/logout");
        await expect.poll(() => isLoggedIn(elsewhere), { timeout: 10_000 }).toBe(false);
      });
    },
    ["--var", `SESSION_STORE:${place}`],
  );
}

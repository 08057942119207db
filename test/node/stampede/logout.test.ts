import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loginTokenLifetime } from "../../stampede/issuer/issuer.ts";
import type { OwnIssuer } from "../../stampede/issuer/own.ts";
import { type Browser, createWorld, type World } from "../../stampede/world.ts";

describe.each(["durable-object", "stateless", "kv"] as const)(
  "while a session is refreshed (%s)",
  (store) => {
    let world: World<OwnIssuer>;
    beforeAll(async () => {
      world = await createWorld({ store });
    });
    afterAll(() => world?.close());

    it("a logout stays, whatever the refresh brings afterwards", async () => {
      const browser = await logIn("mira");
      const old = browser.copy();
      await duringRefresh(browser, async () => {
        expect((await browser.send("/auth/logout")).status).toBe(303);
      });
      await expectToBeLoggedOut(browser);
      // A cookie of before names a session that is no more.
      await expectToBeLoggedOut(old);
      expect(tokenCallsOf("mira")).toBe(1);
    });

    it("a logout from the back channel stays", async () => {
      const browser = await logIn("jonas/his-sid");
      await duringRefresh(browser, async () => {
        const body = new URLSearchParams({ logout_token: world.issuer.logoutToken({ sid: "his-sid" }) });
        const response = await fetch(`${world.runtime.url}/auth/backchannel-logout`, {
          method: "POST",
          body,
        });
        expect(response.status).toBe(200);
      });
      await expectToBeLoggedOut(browser);
      expect(tokenCallsOf("jonas")).toBe(1);
    });

    it("a logout everywhere ends it from another browser, and nobody else's", async () => {
      const [phone, laptop, stranger] = [await logIn("zoe"), await logIn("zoe"), await logIn("ines")];
      await duringRefresh(laptop, async () => {
        expect((await phone.ask("/logout-everywhere")).status).toBe(200);
      });
      await expectToBeLoggedOut(phone);
      await expectToBeLoggedOut(laptop);
      expect((await stranger.ask("/user")).status).toBe(200);
      // Whoever logs in again is logged in.
      const again = await world.logIn("zoe");
      expect((await again.ask("/user")).status).toBe(200);
    });

    /** A browser whose access token has expired. */
    async function logIn(user: string): Promise<Browser> {
      const browser = await world.logIn(user);
      await sleep((loginTokenLifetime + 0.2) * 1000);
      return browser;
    }

    /** The answer to the refresh comes to the browser after all else, with whatever cookies it sets. */
    async function duringRefresh(browser: Browser, work: () => Promise<void>): Promise<void> {
      const hold = world.issuer.holds.hold("rotated");
      const late = browser.ask("/token");
      await hold.reached;
      await work();
      hold.release();
      await late;
    }

    async function expectToBeLoggedOut(browser: Browser): Promise<void> {
      expect((await browser.ask("/user")).status).toBe(401);
      expect((await browser.ask("/token")).status).toBe(401);
    }

    function tokenCallsOf(user: string): number | undefined {
      return world.issuer.record.tokenCallsOf.get(user);
    }
  },
);

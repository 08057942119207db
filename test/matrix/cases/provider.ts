import assert from "node:assert/strict";
import { oidcBrowser } from "../../support/oidc-browser.ts";
import { type Case, wait } from "../case.ts";
import { assertRenewals } from "../renewal.ts";
import type { Visitor } from "../visitor.ts";

const mount = "/oidc";

/** At `oidc-provider`, an implementation that is not ours. */
export const providerCases: Case[] = [
  {
    name: "another OpenID provider: login, renewal with rotation, logout",
    async run({ visitor, url }) {
      const [alice, browser] = [visitor(), oidcBrowser()];
      const logIn = async (login: string) => {
        await alice.visit(await browser.logIn(await alice.beginLogin(mount), { login }));
        return (await alice.visit(`${mount}/`)).text;
      };
      assert.equal(await logIn("alice"), "Hello alice Example");
      await assertRenewals(alice, mount);
      const { status, location } = await alice.visit(`${mount}/auth/logout`);
      assert.equal(status, 303);
      assert.equal((await browser.logOut(location!)).href, url + mount);
      assert.equal((await alice.ask(`${mount}/session`)).status, 401);
      assert.equal(await logIn("bob"), "Hello bob Example", "the provider has forgotten alice");
    },
  },
  {
    name: "another OpenID provider: a session that has ended there ends here, by its logout token",
    async run({ visitor, url, provider }) {
      const [carol, browser] = [visitor(), oidcBrowser()];
      await carol.visit(await browser.logIn(await carol.beginLogin(mount), { login: "carol" }));
      assert.equal((await session(carol)).status, 200);
      const query = new URLSearchParams({ client_id: "matrix", post_logout_redirect_uri: url + mount });
      await browser.logOut(new URL(`${provider.url}/session/end?${query}`));
      // The browser may be back before the token has come.
      for (let tries = 0; tries < 40 && (await session(carol)).status === 200; tries++) await wait(0.1);
      assert.equal((await session(carol)).body.reason, "invalid_session");
    },
  },
];

const session = (visitor: Visitor) => visitor.ask(`${mount}/session`);

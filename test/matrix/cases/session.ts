import assert from "node:assert/strict";
import { audience } from "../audience.ts";
import { type Case, type World, wait } from "../case.ts";
import { assertRenewals } from "../renewal.ts";

export const sessionCases: Case[] = [
  {
    name: "a page that asks for nobody sets no cookie and stays cacheable, one that does is private",
    async run({ visitor }) {
      const mira = visitor();
      await mira.logIn();
      const open = await mira.visit("/runtime");
      assert.equal(open.headers.get("cache-control"), "public, max-age=60");
      assert.deepEqual(open.headers.getSetCookie(), []);
      const own = await mira.visit("/");
      assert.match(own.headers.get("cache-control") ?? "", /private, no-store/);
      assert.deepEqual(own.headers.getSetCookie(), []);
    },
  },
  {
    name: "a session too large for one cookie takes several, and one again when it is small",
    async run({ visitor }) {
      const mira = visitor();
      await mira.logIn();
      const names = () => mira.jar.names().filter((name) => name.startsWith("__a0_session"));
      const random = [...crypto.getRandomValues(new Uint8Array(2000))]
        .map((byte) => byte.toString(16))
        .join("");
      const notes = random.padEnd(4000, "x").slice(0, 4000);
      const answer = await mira.visit("/notes", { method: "POST", body: notes });
      assert.ok(answer.headers.getSetCookie().length >= 3, "two parts, and the whole is removed");
      assert.deepEqual(names(), ["__a0_session.0", "__a0_session.1"]);
      assert.equal((await mira.ask("/session")).body.notes, 4000);
      await mira.visit("/notes", { method: "POST", body: "few" });
      assert.deepEqual(names(), ["__a0_session"]);
      assert.equal((await mira.ask("/session")).body.notes, 3);
    },
  },
  {
    name: "a session that cannot be kept in cookies is refused, and the one there was stays",
    async run({ visitor }) {
      const mira = visitor();
      await mira.logIn();
      assert.equal((await mira.visit("/notes", { method: "POST", body: "x".repeat(9000) })).status, 413);
      assert.equal((await mira.visit("/")).text, "Hello Mira Solberg");
    },
  },
  {
    name: "activity extends a rolling session, and without any it ends",
    async run({ visitor }) {
      const mira = visitor();
      await mira.logIn({ mount: "/brief" });
      const first = (await mira.ask("/brief/session")).body.sid;
      for (let visit = 0; visit < 3; visit++) {
        await wait(1.6);
        const { status, body } = await mira.ask("/brief/session");
        assert.equal(status, 200);
        assert.equal(body.sid, first);
      }
      const cookie = mira.jar.header();
      await wait(4.4);
      assert.deepEqual(mira.jar.names(), [], "the browser has forgotten it");
      const headers = { cookie, accept: "application/json" };
      const { status, text } = await mira.visit("/brief/session", { headers });
      assert.equal(status, 401);
      assert.equal(JSON.parse(text).reason, "invalid_session", "a cookie kept by force does not help");
    },
  },
  ...["", "/stateful"].map((mount) => ({
    name: `an access token that has ended is renewed, refresh tokens rotate, ${mount ? "in a store" : "in cookies"}`,
    async run({ visitor }: World) {
      const mira = visitor();
      await mira.logIn({ mount });
      await assertRenewals(mira, mount);
    },
  })),
  {
    name: "an API is called with a token of its own, renewed once where it is refused, and nobody else gets it",
    async run({ visitor, api, tenant }) {
      const mira = visitor();
      await mira.logIn();
      const call = (path: string, origin = api.url) =>
        mira.ask(`/api?${new URLSearchParams({ url: origin + path })}`);
      const good = { audience, cookies: false };
      assert.deepEqual((await call("/orders")).body, good);
      assert.deepEqual((await call("/once/more")).body, good);
      assert.deepEqual((await call("/away")).body, { audience: null, cookies: false });
      assert.equal((await call("/orders", tenant.url)).status, 403);
      assert.equal((await visitor().ask(`/api?url=${api.url}`)).status, 401);
    },
  },
  {
    name: "a body that streams comes through with the person in it",
    async run({ visitor }) {
      const mira = visitor();
      await mira.logIn();
      assert.equal((await mira.visit("/stream")).text, "Hello Mira Solberg!");
      assert.equal((await visitor().visit("/stream")).text, "Hello stranger!");
    },
  },
];

import assert from "node:assert/strict";
import { users } from "../../support/browser.ts";
import type { Case } from "../case.ts";

/** Places outside of the app, in the spellings that have fooled others. */
const elsewhere = [
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "/\t/evil.example/",
  "/.//evil.example/",
  "http:evil.example",
  "javascript:alert(1)",
  "http://localhost@evil.example/",
];

export const loginCases: Case[] = [
  {
    name: "discovery is asked for once, and so are the keys, however many requests come",
    async run({ visitor, tenant }) {
      const mira = visitor();
      await mira.logIn();
      for (let round = 0; round < 10; round++) {
        const five = [0, 1, 2, 3, 4];
        const logins = five.map(() => visitor().logIn());
        const reads = five.map(() => mira.ask("/session"));
        const [callbacks, sessions] = await Promise.all([Promise.all(logins), Promise.all(reads)]);
        assert.ok(callbacks.every(({ status }) => status === 302));
        assert.ok(sessions.every(({ status }) => status === 200));
      }
      assert.equal(tenant.asked("/.well-known/openid-configuration"), 1);
      assert.equal(tenant.asked("/.well-known/jwks.json"), 1);
    },
  },
  {
    name: "the app runs where it is said to run",
    async run({ visitor, runtimeName }) {
      assert.equal((await visitor().visit("/runtime")).text, runtimeName);
    },
  },
  {
    name: "a login goes to the issuer with state, nonce and PKCE, and nothing else can be put into it",
    async run({ visitor, url }) {
      const query = "?returnTo=/orders&audience=other&scope=admin&redirect_uri=https://evil.example/";
      const { searchParams } = await visitor().beginLogin("", query);
      assert.equal(searchParams.get("response_type"), "code");
      assert.equal(searchParams.get("client_id"), "matrix");
      assert.equal(searchParams.get("redirect_uri"), `${url}/auth/callback`);
      assert.equal(searchParams.get("scope"), "openid profile email offline_access");
      assert.equal(searchParams.get("audience"), null);
      assert.equal(searchParams.get("code_challenge_method"), "S256");
      for (const name of ["code_challenge", "state", "nonce"]) {
        assert.match(searchParams.get(name) ?? "", /^[\w-]{22,}$/, name);
      }
    },
  },
  {
    name: "the callback makes the session and goes on to where the person wanted",
    async run({ visitor }) {
      const zoe = visitor();
      const answer = await zoe.logIn({ user: users.zoe, query: "?returnTo=/orders%3Fpage=2" });
      assert.equal(answer.status, 302);
      assert.equal(answer.headers.get("location"), "/orders?page=2");
      assert.match(answer.headers.get("cache-control") ?? "", /no-store/);
      const [line] = answer.headers.getSetCookie().filter((text) => text.startsWith("__a0_session="));
      assert.match(line ?? "", /; HttpOnly/i);
      assert.match(line ?? "", /; SameSite=Lax/i);
      assert.match(line ?? "", /; Path=\/(;|$)/i);
      // Browsers take no Secure cookie from http, but on this machine.
      assert.doesNotMatch(line ?? "", /; Secure/i);
      assert.equal((await zoe.visit("/")).text, "Hello Zoë Tanabe");
      assert.equal((await zoe.ask("/session")).body.sub, users.zoe);
    },
  },
  {
    name: "sessions in a store leave an id in the browser and nothing more",
    async run({ visitor }) {
      const mira = visitor();
      const answer = await mira.logIn({ mount: "/stateful" });
      assert.equal(answer.headers.get("location"), "/stateful/");
      assert.ok(mira.jar.bytes((name) => name.startsWith("__a0_stateful")) < 400);
      assert.equal((await mira.visit("/stateful/")).text, "Hello Mira Solberg");
      assert.equal((await mira.visit("/", { headers: { accept: "*/*" } })).status, 401);
    },
  },
  {
    name: "logins in several tabs of one browser all finish, and none of them twice",
    async run({ visitor }) {
      const mira = visitor();
      const tabs = ["/one", "/two", "/three"];
      const begun: URL[] = [];
      for (const tab of tabs) begun.push(await mira.beginLogin("", `?returnTo=${tab}`));
      for (const index of [2, 0, 1]) {
        const callback = await mira.choose(begun[index]!);
        assert.equal((await mira.visit(callback)).headers.get("location"), tabs[index]);
        assert.equal((await mira.visit(callback)).status, 400);
      }
      assert.equal((await mira.visit("/")).text, "Hello Mira Solberg");
    },
  },
  {
    name: "a login that somebody else began is not finished in this browser",
    async run({ visitor }) {
      const [mallory, mira] = [visitor(), visitor()];
      const callback = await mallory.choose(await mallory.beginLogin());
      assert.equal((await mira.visit(callback)).status, 400);
      assert.equal((await mira.ask("/session")).status, 401);
    },
  },
  {
    name: "nobody is sent to another site after the login",
    async run({ visitor }) {
      for (const place of elsewhere) {
        const { headers } = await visitor().logIn({ query: `?returnTo=${encodeURIComponent(place)}` });
        assert.equal(headers.get("location"), "/", place);
      }
    },
  },
  {
    name: "a browser that fetches ahead begins no login",
    async run({ visitor }) {
      for (const headers of [{ "sec-purpose": "prefetch;prerender" }, { purpose: "prefetch" }]) {
        const answer = await visitor().visit("/auth/login", { headers });
        assert.equal(answer.status, 204);
        assert.deepEqual(answer.headers.getSetCookie(), []);
      }
    },
  },
];

import assert from "node:assert/strict";
import { users } from "../../support/browser.ts";
import { type Case, type World, wait } from "../case.ts";
import type { Visitor } from "../visitor.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };

export const logoutCases: Case[] = [
  ...["", "/stateful"].map((mount) => ({
    name: `a logout ends the session here and at the issuer, ${mount ? "in a store" : "in cookies"}`,
    run: (world: World) => logsOut(world, mount),
  })),
  {
    name: "a logout wins over a response that was on its way",
    async run({ visitor }) {
      const mira = visitor();
      await mira.logIn();
      const late = mira.jar.get("__a0_session")!;
      await mira.visit("/auth/logout");
      mira.jar.put("__a0_session", late);
      assert.equal((await mira.ask("/session")).status, 401);
    },
  },
  {
    name: "nobody is sent to another site after the logout",
    async run({ visitor, url }) {
      const mira = visitor();
      await mira.logIn();
      const { location } = await mira.visit("/auth/logout?returnTo=https://evil.example/");
      assert.equal(location?.searchParams.get("post_logout_redirect_uri"), url);
    },
  },
  {
    name: "neither another site nor a browser that fetches ahead logs anybody out",
    async run({ visitor }) {
      const mira = visitor();
      await mira.logIn();
      const crossSite = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
      assert.equal((await mira.visit("/auth/logout", { headers: crossSite })).status, 403);
      assert.equal(
        (await mira.visit("/auth/logout", { headers: { "sec-purpose": "prefetch" } })).status,
        204,
      );
      assert.equal((await mira.visit("/")).text, "Hello Mira Solberg");
    },
  },
  {
    name: "a back-channel logout ends the session it names, and then all of the person",
    async run({ visitor, tenant: { tenant } }) {
      // Nobody else of the suite logs in as this person here, or they would be logged out as well.
      const [desk, phone] = [visitor(), visitor()];
      for (const browser of [desk, phone]) await browser.logIn({ mount: "/stateful", user: users.zoe });
      const { sid } = (await session(desk)).body;
      assert.deepEqual(await statusesOf(tenant.backchannelLogout({ sid: `${sid}` })), [200]);
      assert.deepEqual((await session(desk)).body.reason, "invalid_session");
      assert.equal((await session(phone)).status, 200);
      assert.deepEqual(await statusesOf(tenant.backchannelLogout({ sub: users.zoe })), [200]);
      assert.equal((await session(phone)).status, 401);
      // The issuer's clock counts whole seconds.
      await wait(1.1);
      await desk.logIn({ mount: "/stateful", user: users.zoe });
      assert.equal((await session(desk)).status, 200, "they can log in again");
    },
  },
  {
    name: "a logout token that is none is refused, and ends nothing",
    async run({ visitor, tenant: { tenant } }) {
      const jonas = visitor();
      await jonas.logIn({ mount: "/stateful", user: users.jonas });
      const { sid } = (await session(jonas)).body;
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const claims = {
        iss: tenant.issuer,
        aud: "matrix",
        iat: Math.floor(Date.now() / 1000),
        exp: Math.floor(Date.now() / 1000) + 60,
        jti: "one",
        events: { "http://schemas.openid.net/event/backchannel-logout": {} },
        sid,
      };
      const unsigned = [
        `${encode({ alg: "none" })}.${encode(claims)}.`,
        `${encode({ alg: "RS256" })}.${encode(claims)}.AAAA`,
      ];
      for (const token of [...unsigned, "a.b.c", "", "x".repeat(70_000)]) {
        for (const mount of ["/stateful", ""]) {
          const sent = { method: "POST", headers: form, body: `logout_token=${token}` };
          const { status, headers } = await jonas.visit(`${mount}/auth/backchannel-logout`, sent);
          assert.equal(status, 400);
          assert.match(headers.get("cache-control") ?? "", /no-store/);
        }
      }
      assert.equal((await jonas.visit("/stateful/auth/backchannel-logout")).status, 405);
      assert.equal((await session(jonas)).status, 200);
    },
  },
];

const session = (visitor: Visitor) => visitor.ask("/stateful/session");

async function statusesOf(
  deliveries: Promise<readonly { status?: number }[]>,
): Promise<(number | undefined)[]> {
  return (await deliveries).map(({ status }) => status);
}

async function logsOut({ visitor, url }: World, mount: string): Promise<void> {
  const mira = visitor();
  await mira.logIn({ mount });
  const kept = mira.jar.header();
  const { status, location } = await mira.visit(`${mount}/auth/logout?returnTo=${mount}/bye`);
  assert.equal(status, 303);
  assert.equal((await mira.leave(location!)).href, `${url}${mount}/bye`);
  assert.equal((await mira.ask(`${mount}/session`)).status, 401);
  if (!mount) return;
  const headers = { cookie: kept, accept: "application/json" };
  assert.equal(
    (await mira.visit(`${mount}/session`, { headers })).status,
    401,
    "a copy of the cookie is dead",
  );
}

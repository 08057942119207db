import assert from "node:assert/strict";
import type { Case, World } from "../case.ts";

const name = "__a0_session";

export const badInputCases: Case[] = [
  {
    name: "cookies that are garbage make an anonymous request",
    run: ({ visitor }) =>
      refusesEach({ visitor }, [
        "x",
        "....",
        "%E0%A4%A",
        '{"user":{"sub":"auth0|1"}}',
        "eyJhbGciOiJub25lIn0..a.b.c",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoieC4xIn0..a.b.c",
        "a".repeat(4000),
        "\u00e9\u00ff",
      ]),
  },
  {
    name: "a cookie that was changed anywhere makes an anonymous request",
    async run({ visitor }) {
      const value = await sessionOf({ visitor });
      const parts = value.split(".");
      const places = [0, 2, 3, 4].map((index) => parts.slice(0, index).join(".").length + 3);
      const flip = (place: number) =>
        value.slice(0, place) + (value[place] === "A" ? "B" : "A") + value.slice(place + 1);
      await refusesEach({ visitor }, [...places.map(flip), value.slice(0, -8), `${value}AAAA`, `${value}.x`]);
      assert.equal((await ask({ visitor }, `${name}=${value}`)).status, 200, "as it was, it serves");
    },
  },
  {
    name: "a cookie larger than any of ours makes an anonymous request",
    async run({ visitor }) {
      const value = await sessionOf({ visitor });
      await refusesEach({ visitor }, ["a".repeat(12_000), value + "a".repeat(8000)]);
      const parts = [0, 1, 2].map((index) => `${name}.${index}=${index ? "" : "3~"}${"a".repeat(3800)}`);
      assert.equal((await ask({ visitor }, parts.join("; "))).status, 401);
      assert.equal((await ask({ visitor }, `${name}.0=9~a; ${name}.1=b`)).status, 401);
    },
  },
  {
    name: "a cookie that was sealed for something else is no session",
    async run({ visitor }) {
      const mira = visitor();
      await mira.beginLogin();
      const transaction = mira.jar.names().find((one) => one.startsWith("__a0_tx"))!;
      await mira.logIn({ mount: "/stateful" });
      await refusesEach({ visitor }, [
        mira.jar.get(transaction) ?? assert.fail("there is a transaction"),
        mira.jar.get("__a0_stateful") ?? assert.fail("there is the id of a session"),
      ]);
    },
  },
  {
    name: "of cookies with one name the first counts, as in every browser's order",
    async run({ visitor }) {
      const value = await sessionOf({ visitor });
      assert.equal((await ask({ visitor }, `${name}=${value}; ${name}=garbage`)).status, 200);
      assert.equal((await ask({ visitor }, `${name}=garbage; ${name}=${value}`)).status, 401);
    },
  },
  {
    name: "a hundred strange cookies beside the session do not disturb it",
    async run({ visitor }) {
      const value = await sessionOf({ visitor });
      const others = Array.from({ length: 100 }, (_, index) => `${name}${index}=__a0_tx.${index}; ;=;a=="`);
      const { status } = await ask({ visitor }, [...others, `${name}=${value}`].join("; "));
      assert.equal(status, 200);
    },
  },
  {
    name: "callbacks that answer no login are pages of 400, never an error of the server",
    async run({ visitor }) {
      const queries = [
        "",
        "?code=1",
        "?state=1",
        "?code=1&state=2",
        "?code=&state=",
        `?code=1&state=${"s".repeat(5000)}`,
      ];
      for (const query of [...queries, "?error=server_error", "?state[]=1&code[]=2", "?code=%00&state=%ff"]) {
        const { status } = await visitor().visit(`/auth/callback${query}`);
        assert.equal(status, 400, query.slice(0, 40));
      }
    },
  },
];

type Visitors = Pick<World, "visitor">;

async function sessionOf({ visitor }: Visitors): Promise<string> {
  const mira = visitor();
  await mira.logIn();
  return mira.jar.get(name)!;
}

async function ask({ visitor }: Visitors, cookie: string) {
  const headers = { cookie, accept: "application/json" };
  const { status, text } = await visitor().visit("/session", { headers });
  return { status, body: JSON.parse(text) };
}

async function refusesEach(world: Visitors, values: string[]): Promise<void> {
  for (const value of values) {
    const { status, body } = await ask(world, `${name}=${value}`);
    assert.equal(status, 401, value.slice(0, 60));
    assert.equal(body.reason, "invalid_session");
  }
}

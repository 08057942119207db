import assert from "node:assert/strict";
import { wait } from "./case.ts";
import { tokenLifetime } from "./tenant.ts";
import type { Visitor } from "./visitor.ts";

/** Lets the access token of a session end twice: each time there is a new one, and a new refresh token, in the same session. */
export async function assertRenewals(visitor: Visitor, mount: string): Promise<void> {
  const seen = [(await visitor.ask(`${mount}/session`)).body];
  for (let round = 0; round < 2; round++) {
    await wait(tokenLifetime + 0.2);
    const { status, body } = await visitor.ask(`${mount}/token`);
    assert.equal(status, 200);
    const session = (await visitor.ask(`${mount}/session`)).body;
    assert.equal(session.accessToken, body.accessToken, "it is kept");
    seen.push(session);
  }
  for (const name of ["accessToken", "refreshToken"]) {
    const tokens = seen.map((session) => session[name]);
    assert.ok(tokens.every((token) => typeof token === "string"));
    assert.equal(new Set(tokens).size, 3, `${name}s are new each time`);
  }
  assert.equal(new Set(seen.map(({ sid }) => sid)).size, 1);
}

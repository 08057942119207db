import { beforeEach, describe, expect, it } from "vitest";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, comeBack, hostileBench, logInAt, startAt } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const session = () => bench.client.getSession(bench.request());
const refused = (code: string, error?: string) =>
  expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });
const tokenCalls = () => issuer.requests.filter((path) => path === "/token").length;
const transactions = () => [...bench.jar.keys()].filter((name) => name.startsWith("__a0_tx"));

describe("weak spots of @auth0/auth0-server-js, logging in:", () => {
  it("1. tokens that come without an ID token are never put into another user's session", async () => {
    await logInAt(issuer, bench);
    const before = await session();
    issuer.misbehave.token = ({ id_token: _, ...body }) =>
      Response.json({ ...body, access_token: "of-somebody-else", refresh_token: "of-somebody-else" });
    await expect(logInAt(issuer, bench)).rejects.toThrow(refused("token_by_code_error", "invalid_response"));
    expect(await session()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain("of-somebody-else");
  });

  it("2. whoever was to come from an organization does not get in without an ID token that says so", async () => {
    const organization = { organization: "org_acme" };
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    await expect(logInAt(issuer, bench, organization)).rejects.toThrow(refused("token_by_code_error"));
    expect(await session()).toBeUndefined();
    issuer.misbehave = {};
    await expect(logInAt(issuer, bench, organization)).rejects.toThrow(
      refused("organization_validation_error"),
    );
    issuer.claims.org_id = "org_other";
    await expect(logInAt(issuer, bench, organization)).rejects.toThrow(
      refused("organization_validation_error"),
    );
    expect(await session()).toBeUndefined();
    issuer.claims.org_id = "org_acme";
    await logInAt(issuer, bench, organization);
    expect((await session())!.user).toMatchObject({ org_id: "org_acme" });
  });

  it("3. the same user logging in again gets a new session: new claims, new sid, a new absolute duration", async () => {
    Object.assign(issuer.claims, { sid: "first", name: "Mira Weiss" });
    await logInAt(issuer, bench);
    const before = await session();
    later(2.5 * 86_400);
    Object.assign(issuer.claims, { sid: "second", name: "Mira Braun" });
    await logInAt(issuer, bench);
    const after = await session();
    expect(after!.user).toMatchObject({ sub: before!.user!.sub, sid: "second", name: "Mira Braun" });
    expect(after!.tokenSets).toHaveLength(1);
    // The session of before would end after 12 hours, at the three days of its absolute duration.
    later(23 * 3600);
    expect(await session()).toBeDefined();
  });

  it("11. a caller's own state and nonce are used, and the callback is checked against them", async () => {
    const own = { state: "s".repeat(8) + crypto.randomUUID(), nonce: "n".repeat(8) + crypto.randomUUID() };
    const callback = await startAt(issuer, bench, own);
    expect(callback.searchParams.get("state")).toBe(own.state);
    expect(issuer.claims.nonce).toBe(own.nonce);
    await comeBack(bench, callback);
    expect(await session()).toBeDefined();

    const another = await startAt(issuer, bench, own);
    issuer.claims.nonce = "somebody-else's";
    await expect(comeBack(bench, another)).rejects.toThrow(
      refused("token_by_code_error", "invalid_response"),
    );
    await expect(startAt(issuer, bench, { state: "guessable" })).rejects.toThrow(
      refused("invalid_configuration_error"),
    );
  });

  it("12. logins in several tabs all finish, and a callback that failed leaves no transaction behind", async () => {
    const first = await startAt(issuer, bench);
    const ofFirst = issuer.claims.nonce;
    const second = await startAt(issuer, bench);
    expect(transactions()).toHaveLength(2);
    await comeBack(bench, second);
    issuer.claims.nonce = ofFirst;
    await comeBack(bench, first);
    expect(transactions()).toEqual([]);

    const failing = await startAt(issuer, bench);
    issuer.misbehave.token = () => Response.json({ error: "invalid_grant" }, { status: 403 });
    await expect(comeBack(bench, failing)).rejects.toThrow(refused("token_by_code_error", "invalid_grant"));
    expect(transactions()).toEqual([]);
    const calls = tokenCalls();
    await expect(comeBack(bench, failing)).rejects.toThrow(refused("missing_transaction_error"));
    expect(tokenCalls()).toBe(calls);
  });

  it("13. whoever asked for max_age gets nobody in whose authentication is older, or has no time", async () => {
    const now = Math.floor(Date.now() / 1000);
    for (const auth_time of [undefined, now - 3600]) {
      issuer.claims.auth_time = auth_time;
      await expect(logInAt(issuer, bench, { max_age: 60 })).rejects.toThrow(
        refused("token_by_code_error", "invalid_response"),
      );
    }
    expect(await session()).toBeUndefined();
    issuer.claims.auth_time = now - 10;
    await logInAt(issuer, bench, { max_age: 60 });
    expect(await session()).toBeDefined();
  });
});

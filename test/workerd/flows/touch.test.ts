import { type HeadersStoreOptions, MemorySessionStore, type StateData, type StateStore } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  benches,
  type ClientBench,
  clientBench,
  logInAt,
  statefulBench,
  visit,
} from "../../support/server-client.ts";

const day = 86_400;
let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
});

const touch = () => visit(bench, (options) => bench.client.touch(options));
const user = () => bench.client.getUser(bench.request());
/** `Max-Age` of the session cookies a touch sets; none where it sets no cookie. */
async function maxAges(): Promise<number[]> {
  const options = bench.request();
  await bench.client.touch(options);
  bench.keep(options);
  const lines = options.headers.getSetCookie().filter((line) => !/max-age=0/i.test(line));
  return lines.map((line) => Number(/max-age=(\d+)/i.exec(line)?.[1]));
}

describe.each(Object.entries(benches))("touch, with sessions in %s,", (_place, open) => {
  it("extends a rolling session at once, where reading would wait", async () => {
    bench = open(issuer);
    await logInAt(issuer, bench);
    later(600);
    const reading = bench.request();
    await bench.client.getUser(reading);
    expect(reading.headers.getSetCookie()).toEqual([]);
    expect(await maxAges()).toEqual([day]);
    later(day - 1);
    expect(await user()).toBeDefined();
    later(1);
    expect(await user()).toBeUndefined();
  });

  it("answers whether there is a session", async () => {
    bench = open(issuer);
    expect(await touch()).toBe(false);
    await logInAt(issuer, bench);
    expect(await touch()).toBe(true);
    await visit(bench, (options) => bench.client.logout({}, options));
    expect(await touch()).toBe(false);
    await logInAt(issuer, bench);
    later(day);
    expect(await touch()).toBe(false);
  });

  it("never extends past the absolute duration", async () => {
    bench = open(issuer, { absoluteDuration: 3600, inactivityDuration: 1800 });
    await logInAt(issuer, bench);
    later(1700);
    expect(await maxAges()).toEqual([1800]);
    later(1700);
    expect(await maxAges()).toEqual([200]);
    later(199);
    expect(await touch()).toBe(true);
    later(1);
    expect(await touch()).toBe(false);
    expect(await user()).toBeUndefined();
  });

  it("never extends past the identity provider's ceiling, and finds no session there", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) + 600;
    bench = open(issuer);
    await logInAt(issuer, bench);
    later(500);
    expect(await maxAges()).toEqual([100]);
    later(75);
    expect(await touch()).toBe(false);
  });

  it("leaves a session alone that does not roll", async () => {
    bench = open(issuer, { rolling: false, absoluteDuration: 3600 });
    await logInAt(issuer, bench);
    later(1800);
    expect(await maxAges()).toEqual([]);
    expect(await touch()).toBe(true);
    later(1800);
    expect(await touch()).toBe(false);
  });

  it("is response_committed where the browser could not hear of it any more", async () => {
    bench = open(issuer);
    await logInAt(issuer, bench);
    const left = { ...bench.request(), committed: true };
    await expect(bench.client.touch(left)).rejects.toMatchObject({ code: "response_committed" });
    const { request } = bench.request();
    await expect(bench.client.touch({ request })).rejects.toMatchObject({
      code: "missing_required_argument_error",
    });
  });

  it("changes nothing of the session, and loses no change of the same request", async () => {
    bench = open(issuer);
    await logInAt(issuer, bench);
    const before = await bench.client.getSession(bench.request());
    const options = bench.request();
    await Promise.all([
      bench.client.updateSession({ cart: ["book"] }, options),
      bench.client.touch(options),
      bench.client.updateSession({ theme: "dark" }, options),
    ]);
    bench.keep(options);
    const after = await bench.client.getSession(bench.request());
    expect(after).toEqual({ ...before, cart: ["book"], theme: "dark" });
  });
});

describe("touch", () => {
  it("tells a database that can be told how long the session lives now, and writes none of its data", async () => {
    const calls: unknown[][] = [];
    class Database extends MemorySessionStore<HeadersStoreOptions> {
      override set(...args: Parameters<MemorySessionStore<HeadersStoreOptions>["set"]>) {
        calls.push(["set"]);
        return super.set(...args);
      }
      override touch(id: string, expiresIn: number) {
        calls.push(["touch", expiresIn]);
        return super.touch(id, expiresIn);
      }
    }
    bench = statefulBench(issuer, {}, new Database());
    await logInAt(issuer, bench);
    later(60);
    await touch();
    expect(calls).toEqual([["set"], ["touch", day]]);
  });

  it("writes the session once more to a store of one's own that knows no touch", async () => {
    const writes: (boolean | undefined)[] = [];
    let kept: StateData | undefined;
    const stateStore: StateStore<HeadersStoreOptions> = {
      set: async (_identifier, state, isLogin) => {
        kept = state;
        writes.push(isLogin);
      },
      get: async () => kept,
      delete: async () => {
        kept = undefined;
      },
      deleteByLogoutToken: async () => undefined,
    };
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
    expect(await touch()).toBe(false);
    await logInAt(issuer, bench);
    expect(await touch()).toBe(true);
    expect(writes).toEqual([true, false]);
  });
});

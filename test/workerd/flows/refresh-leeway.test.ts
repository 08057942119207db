import { edgeAuth, MemorySessionStore } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant } from "../../support/browser.ts";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  hostileBench,
  logInAt,
  statefulBench,
  visit,
} from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const refreshes = () => issuer.requests.filter((path) => path === "/token").length - 1;
const ask = () => visit(bench, (options) => bench.client.getAccessToken(options));
const benchWith = (refreshLeeway: number) => {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  return clientBench({ domain, clientId, clientSecret, customFetch, refreshLeeway });
};
/** From now on the issuer gives tokens that live so many seconds. */
const tokensLive = (seconds: number): void => {
  issuer.misbehave.token = (body) => Response.json({ ...body, expires_in: seconds });
};

describe("an access token that is about to end", () => {
  it("is refreshed ten seconds before it does, and not earlier", async () => {
    await logInAt(issuer, bench);
    const first = await ask();
    later(3589);
    expect((await ask()).accessToken).toBe(first.accessToken);
    expect(refreshes()).toBe(0);
    later(1);
    const second = await ask();
    expect(second.accessToken).not.toBe(first.accessToken);
    expect((await ask()).accessToken).toBe(second.accessToken);
    expect(refreshes()).toBe(1);
  });

  it.each([
    [0, 3599, 3600],
    [60, 3539, 3540],
    [300, 3299, 3300],
  ])("is refreshed %d seconds before it does where the option says so", async (leeway, before, at) => {
    bench = benchWith(leeway);
    await logInAt(issuer, bench);
    later(before);
    await ask();
    expect(refreshes()).toBe(0);
    later(at - before);
    await ask();
    expect(refreshes()).toBe(1);
  });

  it("serves to its end where there is no refresh token", async () => {
    issuer.misbehave.token = ({ refresh_token: _, ...body }) => Response.json(body);
    await logInAt(issuer, bench);
    later(3599);
    expect((await ask()).expiresAt).toBe(Math.floor(Date.now() / 1000) + 1);
    later(1);
    await expect(ask()).rejects.toMatchObject({ code: "token_by_refresh_token_error" });
    expect(refreshes()).toBe(0);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["cannot be reached", () => Promise.reject(new TypeError("connection refused"))],
    ["fails", () => new Response("no", { status: 503 })],
    ["answers nonsense", () => new Response("<h1>hi</h1>")],
  ])("serves while it lives where the issuer %s, and the session stays as it is", async (_name, answer) => {
    for (const open of [hostileBench, statefulBench]) {
      bench = open(issuer);
      issuer.misbehave = {};
      await logInAt(issuer, bench);
      const first = await ask();
      const before = await bench.client.getSession(bench.request());
      later(3595);
      issuer.misbehave.token = answer;
      expect(await ask()).toEqual(first);
      expect(await bench.client.getSession(bench.request())).toEqual(before);
      later(5);
      await expect(ask()).rejects.toMatchObject({ code: "token_by_refresh_token_error" });
      expect(await bench.client.getUser(bench.request())).toBeDefined();
    }
  });

  it("serves while it lives where the issuer refuses the refresh token, which a database then forgets for good", async () => {
    for (const open of [hostileBench, statefulBench]) {
      bench = open(issuer);
      issuer.misbehave = {};
      await logInAt(issuer, bench);
      const first = await ask();
      const before = await bench.client.getSession(bench.request());
      later(3595);
      issuer.misbehave.token = () => Response.json({ error: "invalid_grant" }, { status: 403 });
      expect(await ask()).toEqual(first);
      const refreshToken = open === hostileBench ? before?.refreshToken : undefined;
      expect(await bench.client.getSession(bench.request())).toEqual({ ...before, refreshToken });
      later(5);
      await expect(ask()).rejects.toMatchObject({
        code: "token_by_refresh_token_error",
        cause: { error: "invalid_grant" },
      });
      expect(await bench.client.getUser(bench.request())).toBeDefined();
    }
  });

  it("serves where the issuer's metadata cannot be had", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const discoveryCache = { ttl: 0 };
    bench = clientBench({ domain, clientId, clientSecret, customFetch, discoveryCache });
    await logInAt(issuer, bench);
    const first = await ask();
    later(3595);
    issuer.misbehave.discovery = () => new Response(null, { status: 503 });
    expect(await ask()).toEqual(first);
    later(5);
    await expect(ask()).rejects.toMatchObject({ code: "discovery_error" });
  });

  it("serves where the caller gives up waiting for the next one", async () => {
    await logInAt(issuer, bench);
    const first = await ask();
    later(3595);
    issuer.misbehave.token = () => new Promise(() => undefined);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const options = { ...bench.request(), signal: controller.signal };
    expect(await bench.client.getAccessToken(options)).toEqual(first);
  });

  it("is no answer any more when it ended while the issuer was asked", async () => {
    await logInAt(issuer, bench);
    later(3595);
    issuer.misbehave.token = () => {
      later(5);
      return new Response(null, { status: 503 });
    };
    await expect(ask()).rejects.toMatchObject({
      code: "token_by_refresh_token_error",
      cause: { error: "request_failed" },
    });
  });

  it("serves without a question to the issuer where its answer could not be kept", async () => {
    await logInAt(issuer, bench);
    const first = await ask();
    later(3595);
    expect(await bench.client.getAccessToken({ ...bench.request(), committed: true })).toEqual(first);
    const { request } = bench.request();
    expect(await bench.client.getAccessToken({ request })).toEqual(first);
    expect(refreshes()).toBe(0);
  });

  it("is not handed out after a logout in the meantime", async () => {
    bench = statefulBench(issuer);
    await logInAt(issuer, bench);
    later(3595);
    issuer.misbehave.token = async (body) => {
      await bench.client.logout({}, bench.request());
      return Response.json(body);
    };
    await expect(ask()).rejects.toMatchObject({ code: "missing_session_error" });
  });

  it("hands on the error of a database that could not keep the next one", async () => {
    const memory = new MemorySessionStore();
    // As databases are that know nothing of renewals: the flow writes what came.
    const [get, set] = [memory.get.bind(memory), memory.set.bind(memory)];
    const others = { delete: memory.delete.bind(memory), deleteByLogoutToken: () => Promise.resolve() };
    bench = statefulBench(issuer, {}, { get, set, ...others });
    await logInAt(issuer, bench);
    later(3595);
    const down = new Error("the database is down");
    const { stateStore } = bench;
    issuer.misbehave.token = (body) => {
      stateStore.set = () => Promise.reject(down);
      return Response.json(body);
    };
    await expect(ask()).rejects.toBe(down);
  });
});

describe("access tokens that live shorter than the leeway", () => {
  it("of 5 seconds are refreshed when half of that is over, once, however often they are asked for", async () => {
    tokensLive(5);
    await logInAt(issuer, bench);
    for (const _ of [1, 2, 3]) await ask();
    expect(refreshes()).toBe(0);
    later(2);
    for (const _ of [1, 2, 3]) await ask();
    expect(refreshes()).toBe(0);
    for (const round of [1, 2, 3]) {
      later(3);
      const sets = [await ask(), await ask(), await ask()];
      expect(new Set(sets.map((set) => set.accessToken)).size).toBe(1);
      expect(refreshes()).toBe(round);
    }
  });

  it.each([0, 1, 2, 19, 20, 21, 599, 600])("of %d seconds cost no refresh on each call", async (seconds) => {
    bench = benchWith(300);
    tokensLive(seconds);
    await logInAt(issuer, bench);
    for (const _ of [1, 2, 3]) await ask();
    // What has no life at all has to be refreshed each time: there is nothing to serve.
    expect(refreshes()).toBe(seconds === 0 ? 3 : 0);
    later(Math.ceil(seconds / 2));
    for (const _ of [1, 2, 3]) await ask();
    expect(refreshes()).toBe(seconds === 0 ? 6 : 1);
  });
});

describe("the option refreshLeeway", () => {
  it.each([-1, 301, Number.NaN, Number.POSITIVE_INFINITY, "10", null, {}])("cannot be %s", (leeway) => {
    expect(() => benchWith(leeway as number)).toThrow(
      expect.objectContaining({
        code: "invalid_configuration_error",
        message: expect.stringContaining("'refreshLeeway'"),
      }),
    );
  });

  it("is one of edgeAuth as well", async () => {
    const tenant = testTenant({ accessTokenLifetime: 1000 });
    const auth = edgeAuth({ ...tenant.clientOptions, secret, appBaseUrl: appOrigin, refreshLeeway: 200 });
    const app = auth.handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getAccessToken()).accessToken),
    );
    const browser = new TestBrowser(app, tenant);
    await browser.logIn();
    const token = async () => await (await browser.send("/")).json();
    const first = await token();
    later(799);
    expect(await token()).toBe(first);
    later(1);
    expect(await token()).not.toBe(first);
  });
});

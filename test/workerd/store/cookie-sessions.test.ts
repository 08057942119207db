import { cookieSessions, HeadersCookieHandler, type HeadersStoreOptions } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { later } from "../../support/clock.ts";
import { MemoryCoordinator, MemoryRevocationList } from "../../support/memory-lists.ts";
import { type RotatingIssuer, rotatingIssuer } from "../../support/rotating-issuer.ts";
import { type ClientBench, clientBench, logInAt, visit } from "../../support/server-client.ts";
import { SECRET } from "../../support/sessions.ts";

let issuer: RotatingIssuer;
let coordinator: MemoryCoordinator;
let revocations: MemoryRevocationList;
let bench: ClientBench;

const newBench = (): ClientBench => {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const stateStore = cookieSessions<HeadersStoreOptions>({ coordinator, revocations })(
    { secret: SECRET, absoluteDuration: 7200 },
    new HeadersCookieHandler(),
  );
  return clientBench({ domain, clientId, clientSecret, customFetch, stateStore });
};

beforeEach(async () => {
  issuer = await rotatingIssuer();
  coordinator = new MemoryCoordinator();
  revocations = new MemoryRevocationList();
  bench = newBench();
  issuer.claims.sid = "sid-1";
  await logInAt(issuer, bench);
});

describe("sessions in cookies with a coordinator", () => {
  it("spend a refresh token once, however many requests carry it, and go on with its successor", async () => {
    later(3700);
    const requests = Array.from({ length: 50 }, () => bench.request());
    const tokens = await Promise.all(requests.map((options) => bench.client.getAccessToken(options)));
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(issuer.spent).toHaveLength(1);
    bench.keep(requests[17]!);
    await visit(bench, (options) =>
      bench.client.getAccessToken({ audience: "https://api.example/" }, options),
    );
    expect(issuer.spent).toHaveLength(2);
    expect(issuer.familiesRevoked).toBe(0);
  });

  it("tell it how long the session still lives at most", async () => {
    later(3700);
    await visit(bench, (options) => bench.client.getAccessToken(options));
    const [life] = coordinator.lives;
    expect(life).toBeGreaterThan(3400);
    expect(life).toBeLessThanOrEqual(3500);
  });
});

describe("sessions in cookies with a list of revocations", () => {
  const user = (browser: ClientBench) => visit(browser, (options) => browser.client.getUser(options));

  it("end everywhere, and those that begin afterwards do not", async () => {
    const other = newBench();
    await logInAt(issuer, other);
    await visit(bench, (options) => bench.client.logout({ everywhere: true }, options));
    expect([await user(bench), await user(other)]).toEqual([undefined, undefined]);
    later(1);
    await logInAt(issuer, other);
    expect((await user(other))?.sub).toBe("user-1");
  });

  it("tell it how long what it hears of can matter: this session's life, or that of any", async () => {
    later(3700);
    await visit(bench, (options) => bench.client.logout({ everywhere: true }, options));
    expect(revocations.told.map(([what]) => what)).toEqual(["begin", "revoke", "end"]);
    const [begin, revoke, end] = revocations.told.map(([, seconds]) => seconds);
    expect([begin, revoke]).toEqual([7200, 7200]);
    expect(end).toBeLessThanOrEqual(3500);
  });

  it("do not begin, are not read and not ended where the list fails, but the browser is logged out all the same", async () => {
    revocations.isDown = true;
    const failed = { name: "SessionStoreError", code: "session_store_error" };
    await expect(logInAt(issuer, newBench())).rejects.toMatchObject(failed);
    await expect(user(bench)).rejects.toMatchObject(failed);
    const { stateStore } = bench;
    await expect(stateStore.deleteByLogoutToken({ sub: "user-1" })).rejects.toMatchObject(failed);
    await expect(visit(bench, (options) => stateStore.delete("__a0_session", options))).rejects.toMatchObject(
      failed,
    );
    revocations.isDown = false;
    expect(await user(bench)).toBeUndefined();
  });

  it("end in the browser that logs out while the list fails", async () => {
    revocations.isDown = true;
    await expect(visit(bench, (options) => bench.client.logout({}, options))).rejects.toMatchObject({
      code: "session_store_error",
    });
    revocations.isDown = false;
    expect(await user(bench)).toBeUndefined();
  });

  it("that were ended cannot be changed any more", async () => {
    const state = (await bench.stateStore.get("__a0_session", bench.request()))!;
    await bench.stateStore.deleteByLogoutToken({ sid: "sid-1" });
    const change = bench.stateStore.set("__a0_session", { ...state, cart: 1 }, false, bench.request());
    await expect(change).rejects.toMatchObject({ code: "missing_session_error" });
  });
});

import { edgeAuth, readSession } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser, testTenant, users } from "../../support/browser.ts";
import { later } from "../../support/clock.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  logInAt,
  redirectUri,
  statefulBench,
  visit,
} from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  Object.assign(issuer.claims, { email: "a@example.com", groups: ["x", "y"], sid: "the-sid" });
});

const refused = (code: string) => expect.objectContaining({ code });
const session = () => bench.client.getSession(bench.request());
const filterClaims = ({ email }: Record<string, unknown>) => ({ email });
const logOut = () => visit(bench, (options) => bench.client.logout({}, options));

/** A client of either kind with options that keep its sessions small. */
function open(options: object, place: "cookies" | "a database" = "cookies"): ClientBench {
  const { domain, clientId, clientSecret, customFetch } = issuer;
  const { stateStore } = place === "cookies" ? {} : statefulBench(issuer);
  return clientBench({
    domain,
    clientId,
    clientSecret,
    customFetch,
    ...(stateStore && { stateStore }),
    ...options,
  });
}

/** A whole linking of another account. */
async function link(): Promise<void> {
  const url = await visit(bench, (options) => bench.client.startLinkUser({ connection: "github" }, options));
  issuer.claims.nonce = url.searchParams.get("nonce");
  const callback = new URL(`${redirectUri}?code=c&state=${url.searchParams.get("state")}`);
  await visit(bench, (options) => bench.client.completeLinkUser(callback, options));
}

/** A logout token of the issuer, made so many seconds ago. */
async function logoutToken(claims: object, age = 0): Promise<string> {
  const iat = Math.floor(Date.now() / 1000) - age;
  const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
  const { clientId } = issuer;
  return await issuer.signIdToken({
    iss: issuer.issuer,
    aud: clientId,
    iat,
    exp: iat + 600,
    events,
    ...claims,
  });
}

describe("filterClaims", () => {
  it("chooses the claims that are kept, by a login and through refreshes that bring another ID token", async () => {
    bench = open({ filterClaims });
    await logInAt(issuer, bench);
    expect((await session())!.user).toEqual({ sub: "user-1", email: "a@example.com" });
    later(3601);
    await visit(bench, (options) => bench.client.getAccessToken(options));
    expect((await session())!.user).toEqual({ sub: "user-1", email: "a@example.com" });
    expect(await bench.client.getUser(bench.request())).toEqual({ sub: "user-1", email: "a@example.com" });
    expect((await readSession(bench.request().request as Request, { secret }))!.user).toEqual({
      sub: "user-1",
      email: "a@example.com",
    });
  });

  it("cannot drop or change who it is", async () => {
    for (const filter of [() => ({}), () => ({ sub: "somebody else" })]) {
      bench = open({ filterClaims: filter });
      await logInAt(issuer, bench);
      expect((await session())!.user).toEqual({ sub: "user-1" });
      later(3601);
      issuer.misbehave.idToken = (claims) => ({ ...claims, sub: "user-2" });
      await expect(bench.client.getAccessToken(bench.request())).rejects.toThrow(
        refused("token_by_refresh_token_error"),
      );
      issuer.misbehave = {};
    }
  });

  it("hands on its own error, and then nobody is logged in", async () => {
    const own = new Error("the app's own");
    bench = open({
      filterClaims: () => {
        throw own;
      },
    });
    await expect(logInAt(issuer, bench)).rejects.toBe(own);
    expect(await session()).toBeUndefined();
  });

  it("leaves linking as it is: the ID token still says all, and the user stays filtered", async () => {
    bench = open({ filterClaims });
    await logInAt(issuer, bench);
    await link();
    const { user, idToken } = (await session())!;
    expect(user).toEqual({ sub: "user-1", email: "a@example.com" });
    expect(JSON.parse(atob(idToken!.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")))).toMatchObject(
      {
        groups: ["x", "y"],
      },
    );
  });

  it("leaves logouts as they are, at the issuer as well", async () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, end_session_endpoint: `${issuer.issuer}logout` });
    bench = open({ filterClaims });
    await logInAt(issuer, bench);
    const { idToken } = (await session())!;
    expect((await logOut()).searchParams.get("id_token_hint")).toBe(idToken);
    expect(await session()).toBeUndefined();
  });

  it("leaves back-channel logouts as they are: by sid, and by sub up to the token's own time", async () => {
    bench = open({ filterClaims }, "a database");
    await logInAt(issuer, bench);
    await bench.client.handleBackchannelLogout(await logoutToken({ sid: "another" }));
    expect(await session()).toBeDefined();
    await bench.client.handleBackchannelLogout(await logoutToken({ sid: "the-sid" }));
    expect(await session(), "ended by its sid, which the user does not have").toBeUndefined();
    const old = await logoutToken({ sub: "user-1" }, 60);
    await logInAt(issuer, bench);
    await bench.client.handleBackchannelLogout(old);
    expect(await session(), "a token made before the login, redelivered").toBeDefined();
    await bench.client.handleBackchannelLogout(await logoutToken({ sub: "user-1" }));
    expect(await session()).toBeUndefined();
  });
});

describe("storeIdToken: false", () => {
  it("keeps none, neither of the login nor of a refresh", async () => {
    bench = open({ storeIdToken: false, filterClaims });
    await logInAt(issuer, bench);
    expect((await session())!.idToken).toBeUndefined();
    later(3601);
    await visit(bench, (options) => bench.client.getAccessToken(options));
    expect((await session())!.idToken).toBeUndefined();
    expect((await session())!.user).toEqual({ sub: "user-1", email: "a@example.com" });
  });

  it("makes the cookie smaller by what the ID token takes", async () => {
    const bytes = async (options: object) => {
      bench = open(options);
      await logInAt(issuer, bench);
      return [...bench.jar].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    };
    const whole = await bytes({});
    const small = await bytes({ storeIdToken: false, filterClaims });
    expect(small).toBeLessThan(whole - 500);
  });

  it("means that accounts cannot be linked, and says so before anything is asked of the issuer", async () => {
    bench = open({ storeIdToken: false });
    await logInAt(issuer, bench);
    const asked = issuer.requests.length;
    const options = bench.request();
    await expect(bench.client.startLinkUser({ connection: "github" }, options)).rejects.toThrow(
      refused("missing_session_error"),
    );
    await expect(bench.client.startUnlinkUser({ connection: "github" }, options)).rejects.toThrow(
      refused("missing_session_error"),
    );
    expect(issuer.requests.length).toBe(asked);
    expect(options.headers.getSetCookie()).toEqual([]);
  });

  it("counts for a linking that was under way when it was set", async () => {
    bench = open({});
    await logInAt(issuer, bench);
    const url = await visit(bench, (options) =>
      bench.client.startLinkUser({ connection: "github" }, options),
    );
    const { jar } = bench;
    bench = open({ storeIdToken: false });
    for (const [name, value] of jar) bench.jar.set(name, value);
    issuer.claims.nonce = url.searchParams.get("nonce");
    const callback = new URL(`${redirectUri}?code=c&state=${url.searchParams.get("state")}`);
    await visit(bench, (options) => bench.client.completeLinkUser(callback, options));
    expect((await session())!.idToken).toBeUndefined();
  });

  it("logs out at the issuer without a hint", async () => {
    issuer.misbehave.discovery = (document) =>
      Response.json({ ...document, end_session_endpoint: `${issuer.issuer}logout` });
    bench = open({ storeIdToken: false });
    await logInAt(issuer, bench);
    const url = await logOut();
    expect(url.pathname).toBe("/logout");
    expect(url.searchParams.has("id_token_hint")).toBe(false);
    expect(url.searchParams.get("client_id")).toBe(issuer.clientId);
    expect(await session()).toBeUndefined();
  });

  it("leaves back-channel logouts as they are", async () => {
    bench = open({ storeIdToken: false }, "a database");
    for (const claims of [{ sid: "the-sid" }, { sub: "user-1" }]) {
      await logInAt(issuer, bench);
      expect(await session()).toBeDefined();
      await bench.client.handleBackchannelLogout(await logoutToken(claims));
      expect(await session()).toBeUndefined();
    }
  });
});

describe("edgeAuth", () => {
  it("takes both options", async () => {
    const tenant = testTenant();
    const auth = edgeAuth({
      ...tenant.clientOptions,
      secret,
      appBaseUrl: appOrigin,
      storeIdToken: false,
      filterClaims: ({ name }) => ({ name }),
    });
    const app = auth.handler(async (_request, _env, _ctx, login) => Response.json(await login.getSession()));
    const browser = new TestBrowser(app, tenant);
    await browser.logIn();
    const kept = (await (await browser.send("/")).json()) as { user: object; idToken?: string };
    expect(Object.keys(kept.user).sort()).toEqual(["name", "sub"]);
    expect(kept.user).toMatchObject({ sub: users.mira });
    expect(kept.idToken).toBeUndefined();
  });
});

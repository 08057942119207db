import { AuthClient, allowInsecureLoopback, edgeAuth } from "auth0-edge";
import { describe, expect, it } from "vitest";
import { appOrigin, secret, TestBrowser } from "../../../support/browser.ts";
import { claimsOf } from "../../../support/jwt.ts";
import { oidcBrowser } from "../../../support/oidc-browser.ts";
import { logIn, provider, realBench, refused, session } from "../../../support/real-login.ts";

const { basic } = provider.clients;
const atRealm = { issuer: provider.realm, [allowInsecureLoopback]: true, ...basic } as const;

describe("an issuer with a path, beside another one on the same host", () => {
  it("logs in, refreshes, tells the user's claims, revokes and logs out", async () => {
    const bench = realBench(atRealm);
    await logIn(bench, "xaver");
    const { idToken, refreshToken, tokenSets } = await session(bench);
    expect(claimsOf(idToken!)).toMatchObject({ iss: provider.realm, sub: "xaver" });

    const client = new AuthClient(atRealm);
    expect((await client.getServerMetadata()).token_endpoint).toBe(`${provider.realm}/token`);
    const { accessToken } = tokenSets[0]!;
    expect(await client.getUserInfo({ accessToken, expectedSubject: "xaver" })).toMatchObject({
      sub: "xaver",
    });
    const refreshed = await client.getTokenByRefreshToken({ refreshToken: refreshToken! });
    await client.revokeToken({ token: refreshed.refreshToken! });

    const options = bench.request();
    const url = await bench.client.logout({ returnTo: provider.postLogoutRedirectUri }, options);
    bench.keep(options);
    expect(url.origin + url.pathname).toBe(`${provider.realm}/session/end`);
    expect((await oidcBrowser().logOut(url)).href).toBe(provider.postLogoutRedirectUri);
  });

  it("is taken verbatim: another spelling of it is another issuer", async () => {
    for (const issuer of [`${provider.realm}/`, provider.realm.replace("/a", "/A")]) {
      await expect(new AuthClient({ ...atRealm, issuer }).getServerMetadata()).rejects.toThrow(
        refused("discovery_error"),
      );
    }
  });

  it("has sessions of its own: one of the other issuer counts for nothing, in both directions", async () => {
    const realm = realBench(atRealm);
    const root = realBench(provider.clients.confidential);
    await logIn(realm, "yara");
    await logIn(root, "yves");
    for (const [from, to] of [
      [realm, root],
      [root, realm],
    ] as const) {
      const moved = new Request(appOrigin, {
        headers: { cookie: [...from.jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      });
      expect(await from.client.getUser({ request: moved })).toBeDefined();
      expect(await to.client.getUser({ request: moved, headers: new Headers() })).toBeUndefined();
    }
  });

  it("has transactions of its own: a callback of the other issuer is refused, though the code is real", async () => {
    const realm = realBench(atRealm);
    const root = realBench(provider.clients.confidential);
    const options = root.request();
    const url = await root.client.startInteractiveLogin({}, options);
    root.keep(options);
    for (const [name, value] of root.jar) realm.jar.set(name, value);
    const callback = await oidcBrowser().logIn(url, { login: "zora" });
    expect(callback.searchParams.get("iss")).toBe(provider.issuer);
    await expect(realm.client.completeInteractiveLogin(callback, realm.request())).rejects.toThrow(
      refused("missing_transaction_error"),
    );
  });

  it("answers a callback in its own name only", async () => {
    const bench = realBench(atRealm);
    const options = bench.request();
    const url = await bench.client.startInteractiveLogin({}, options);
    bench.keep(options);
    const callback = await oidcBrowser().logIn(url, { login: "zeno" });
    callback.searchParams.set("iss", provider.issuer);
    await expect(bench.client.completeInteractiveLogin(callback, bench.request())).rejects.toThrow(
      refused("token_by_code_error", "invalid_response"),
    );
  });

  it("serves edgeAuth as well", async () => {
    const auth = edgeAuth({ ...atRealm, secret, appBaseUrl: appOrigin });
    const app = auth.handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getUser()) ?? null),
    );
    const browser = new TestBrowser(app);
    const start = await browser.send("/auth/login");
    await browser.send(await oidcBrowser().logIn(new URL(start.headers.get("location")!), { login: "zoe" }));
    expect(await (await browser.send("/")).json()).toMatchObject({ sub: "zoe" });
  });
});

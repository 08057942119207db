import {
  AuthClient,
  allowInsecureLoopback,
  edgeAuth,
  HeadersCookieHandler,
  MemorySessionStore,
  StatefulStateStore,
} from "auth0-edge";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser } from "../../support/browser.ts";
import { oidcBrowser } from "../../support/oidc-browser.ts";
import "../../support/provided.ts";
import { clientBench, comeBack } from "../../support/server-client.ts";

const provider = inject("oidcProvider");
const { confidential, brief } = provider.clients;
const loopback = { issuer: provider.issuer, [allowInsecureLoopback]: true } as const;

afterEach(() => {
  vi.useRealTimers();
});

/** Logs in at the provider with a fresh browser, or the one given. */
async function logIn(bench: ReturnType<typeof clientBench>, login: string, browser = oidcBrowser()) {
  const options = bench.request();
  const url = await bench.client.startInteractiveLogin({ appState: "back" }, options);
  bench.keep(options);
  return await comeBack(bench, await browser.logIn(url, { login }));
}

describe("against a real OpenID provider over HTTP", () => {
  it.each([
    ["a confidential client", { ...confidential }],
    ["a public client", { ...provider.clients.public }],
  ])("%s logs in, reads the session, refreshes and logs out", async (_name, credentials) => {
    const bench = clientBench({ ...loopback, ...credentials });
    expect(await logIn(bench, "alice")).toMatchObject({ appState: "back" });
    expect(await bench.client.getUser(bench.request())).toMatchObject({
      sub: "alice",
      email: "alice@example.com",
    });
    const before = (await bench.client.getSession(bench.request()))!;

    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime((before.tokenSets[0]!.expiresAt + 1) * 1000);
    const refreshing = bench.request();
    const token = await bench.client.getAccessToken(refreshing);
    bench.keep(refreshing);
    vi.useRealTimers();
    const after = (await bench.client.getSession(bench.request()))!;
    expect(token.accessToken).not.toBe(before.tokenSets[0]!.accessToken);
    expect(after.refreshToken).not.toBe(before.refreshToken);

    const leaving = bench.request();
    const url = await bench.client.logout(
      { returnTo: provider.postLogoutRedirectUri, state: "bye" },
      leaving,
    );
    bench.keep(leaving);
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
    const back = await oidcBrowser().logOut(url);
    expect(back.origin + back.pathname).toBe(provider.postLogoutRedirectUri);
    expect(back.searchParams.get("state")).toBe("bye");
  });

  it("a client proves itself by its private key at every call, also at a refresh", async () => {
    const bench = clientBench({ ...loopback, ...provider.clients.signing });
    await logIn(bench, "gina");
    const before = (await bench.client.getSession(bench.request()))!;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const options = bench.request();
    const token = await bench.client.getAccessToken(options);
    bench.keep(options);
    expect(token.accessToken).not.toBe(before.tokenSets[0]!.accessToken);
    await bench.client.revokeRefreshToken({}, bench.request());
    await expect(
      bench.client.getAccessToken({ audience: "https://another.example/" }, bench.request()),
    ).rejects.toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ error: "invalid_grant" }) }),
    );
  });

  it("a pushed authorization request logs in, and the browser carries none of its parameters", async () => {
    const bench = clientBench({ ...loopback, ...provider.clients.signing });
    const options = bench.request();
    const url = await bench.client.startInteractiveLogin({ pushedAuthorizationRequests: true }, options);
    bench.keep(options);
    expect([...url.searchParams.keys()].sort()).toEqual(["client_id", "request_uri"]);
    await comeBack(bench, await oidcBrowser().logIn(url, { login: "frank" }));
    expect(await bench.client.getUser(bench.request())).toMatchObject({ sub: "frank" });
  });

  it("a revoked refresh token is refused with the provider's error in the cause", async () => {
    const bench = clientBench({ ...loopback, ...brief });
    await logIn(bench, "bob");
    const refreshToken = (await bench.client.getSession(bench.request()))!.refreshToken!;
    const client = new AuthClient({ ...loopback, ...brief });
    await client.revokeToken({ token: refreshToken });
    await expect(client.getTokenByRefreshToken({ refreshToken })).rejects.toThrow(
      expect.objectContaining({
        code: "token_by_refresh_token_error",
        cause: expect.objectContaining({ error: "invalid_grant" }),
      }),
    );
  });

  it("a wrong client secret is refused with the provider's error in the cause", async () => {
    const bench = clientBench({ ...loopback, ...confidential, clientSecret: "wrong" });
    await expect(logIn(bench, "bob")).rejects.toThrow(
      expect.objectContaining({
        code: "token_by_code_error",
        cause: expect.objectContaining({ error: "invalid_client" }),
      }),
    );
  });

  it("its back-channel logout ends the session", async () => {
    const store = new MemorySessionStore();
    const stateStore = new StatefulStateStore({ secret, store }, new HeadersCookieHandler());
    const bench = clientBench({ ...loopback, ...confidential, stateStore });
    const browser = oidcBrowser();
    await fetch(provider.logoutTokensUrl, { method: "DELETE" });
    await logIn(bench, "carol", browser);
    const idToken = (await bench.client.getSession(bench.request()))!.idToken!;
    const url = new URL(`${provider.issuer}/session/end`);
    url.searchParams.set("id_token_hint", idToken);
    url.searchParams.set("post_logout_redirect_uri", provider.postLogoutRedirectUri);
    await browser.logOut(url);
    const token = await vi.waitUntil(async () => {
      const tokens: string[] = await (await fetch(provider.logoutTokensUrl)).json();
      return tokens.find((one) =>
        atob(one.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")).includes("carol"),
      );
    });
    expect(await bench.client.getUser(bench.request())).toBeDefined();
    await bench.client.handleBackchannelLogout(token);
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
  });

  it("edgeAuth does the whole round through its routes", async () => {
    const auth = edgeAuth({ ...loopback, ...confidential, secret, appBaseUrl: appOrigin });
    const app = auth.handler(async (_request, _env, _ctx, login) =>
      Response.json((await login.getUser()) ?? null),
    );
    const browser = new TestBrowser(app);
    const start = await browser.send("/auth/login?returnTo=/orders");
    const callback = await oidcBrowser().logIn(new URL(start.headers.get("location")!), { login: "dora" });
    expect((await browser.send(callback)).headers.get("location")).toBe("/orders");
    expect(await (await browser.send("/")).json()).toMatchObject({ sub: "dora" });
    const logout = new URL((await browser.send("/auth/logout")).headers.get("location")!);
    expect(logout.pathname).toBe("/session/end");
    expect(await (await browser.send("/")).json()).toBeNull();
  });
});

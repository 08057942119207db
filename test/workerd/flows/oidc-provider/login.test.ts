import { AuthClient, edgeAuth } from "auth0-edge";
import { afterEach, describe, expect, it, vi } from "vitest";
import { appOrigin, secret, TestBrowser } from "../../../support/browser.ts";
import { oidcBrowser } from "../../../support/oidc-browser.ts";
import { accessToken, atProvider, logIn, provider, realBench, session } from "../../../support/real-login.ts";

const { confidential, public: openClient } = provider.clients;

afterEach(() => {
  vi.useRealTimers();
});

describe("at a real OpenID provider", () => {
  it.each([
    ["a confidential client", { ...confidential }],
    ["a public client", { ...openClient }],
  ])("%s logs in, reads the session, refreshes and logs out", async (_name, credentials) => {
    const bench = realBench(credentials);
    expect(await logIn(bench, "alice", { appState: "back" })).toMatchObject({ appState: "back" });
    expect(await bench.client.getUser(bench.request())).toMatchObject({
      sub: "alice",
      email: "alice@example.com",
    });
    const before = await session(bench);

    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime((before.tokenSets[0]!.expiresAt + 1) * 1000);
    const token = await accessToken(bench);
    vi.useRealTimers();
    const after = await session(bench);
    expect(token.accessToken).not.toBe(before.tokenSets[0]!.accessToken);
    expect(after.refreshToken).not.toBe(before.refreshToken);

    const leaving = bench.request();
    const url = await bench.client.logout({ returnTo: provider.postLogoutRedirectUri }, leaving);
    bench.keep(leaving);
    expect(await bench.client.getUser(bench.request())).toBeUndefined();
    expect((await oidcBrowser().logOut(url)).href).toBe(provider.postLogoutRedirectUri);
  });

  it("a person who refuses is told apart from a login that went wrong", async () => {
    const bench = realBench(confidential);
    const options = bench.request();
    const url = await bench.client.startInteractiveLogin(
      { authorizationParams: { prompt: "none" } },
      options,
    );
    bench.keep(options);
    const callback = await oidcBrowser().logIn(url);
    await expect(bench.client.completeInteractiveLogin(callback, bench.request())).rejects.toMatchObject({
      code: "token_by_code_error",
      cause: { error: "login_required" },
    });
  });

  it("the access token of a session reads the user's claims, and only for the user who is expected", async () => {
    const bench = realBench(confidential);
    await logIn(bench, "erin");
    const client = new AuthClient({ ...atProvider, ...confidential });
    const { accessToken } = await bench.client.getAccessToken(bench.request());
    expect(await client.getUserInfo({ accessToken, expectedSubject: "erin" })).toMatchObject({
      sub: "erin",
      email: "erin@example.com",
    });
    await expect(client.getUserInfo({ accessToken, expectedSubject: "mallory" })).rejects.toMatchObject({
      code: "user_info_error",
      cause: { error: "invalid_response" },
    });
    await expect(client.getUserInfo({ accessToken: "made up" })).rejects.toMatchObject({
      code: "user_info_error",
    });
  });

  it("edgeAuth does the whole round through its routes", async () => {
    const auth = edgeAuth({ ...atProvider, ...confidential, secret, appBaseUrl: appOrigin });
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

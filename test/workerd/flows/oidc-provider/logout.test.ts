import { AuthClient, HeadersCookieHandler, MemorySessionStore, StatefulStateStore } from "auth0-edge";
import { describe, expect, it, vi } from "vitest";
import { secret } from "../../../support/browser.ts";
import { claimsOf } from "../../../support/jwt.ts";
import { type OidcBrowser, oidcBrowser } from "../../../support/oidc-browser.ts";
import { atProvider, logIn, provider, realBench, refused, session } from "../../../support/real-login.ts";
import type { ClientBench } from "../../../support/server-client.ts";

const { confidential, public: openClient } = provider.clients;
const returnTo = provider.postLogoutRedirectUri;

async function logOut(bench: ClientBench, options: { returnTo?: string; state?: string } = {}): Promise<URL> {
  const storeOptions = bench.request();
  const url = await bench.client.logout(options, storeOptions);
  bench.keep(storeOptions);
  return url;
}

describe("a logout at a real OpenID provider (RP-initiated)", () => {
  it.each([
    ["a confidential client", confidential],
    ["a public client", openClient],
  ])("by %s ends the provider's session, and comes back with its state", async (_name, credentials) => {
    const bench = realBench(credentials);
    const browser = oidcBrowser();
    await logIn(bench, "vera", { browser });
    const { idToken } = await session(bench);
    const url = await logOut(bench, { returnTo, state: "bye" });
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: credentials.clientId,
      id_token_hint: idToken,
      post_logout_redirect_uri: returnTo,
      state: "bye",
    });
    expect((await browser.logOut(url)).href).toBe(`${returnTo}?state=bye`);
    // The provider has forgotten the person: without a form there is no login any more.
    await expect(logIn(bench, "vera", { browser, authorizationParams: { prompt: "none" } })).rejects.toThrow(
      refused("token_by_code_error", "login_required"),
    );
  });

  it("without a state comes back without one", async () => {
    const bench = realBench(confidential);
    const browser = oidcBrowser();
    await logIn(bench, "viola", { browser });
    expect((await browser.logOut(await logOut(bench, { returnTo }))).href).toBe(returnTo);
  });

  it("revokes the refresh token of the session that ends", async () => {
    const bench = realBench(confidential);
    await logIn(bench, "vito");
    const { refreshToken } = await session(bench);
    await logOut(bench, { returnTo });
    const client = new AuthClient({ ...atProvider, ...confidential });
    await expect(client.getTokenByRefreshToken({ refreshToken: refreshToken! })).rejects.toThrow(
      refused("token_by_refresh_token_error", "invalid_grant"),
    );
  });
});

describe("a logout token of a real OpenID provider (back-channel)", () => {
  /** Two clients of one database would be two instances of one app. */
  const store = new MemorySessionStore();
  const bench = () =>
    realBench({
      ...confidential,
      stateStore: new StatefulStateStore({ secret, store }, new HeadersCookieHandler()),
    });

  it("ends the session it names, and no other: not even another one of the same user", async () => {
    const [laptop, phone, other] = [bench(), bench(), bench()];
    const laptopBrowser = oidcBrowser();
    await logIn(laptop, "walter", { browser: laptopBrowser });
    await logIn(phone, "walter");
    await logIn(other, "wanda");

    const token = await logoutTokenOf(laptop, laptopBrowser);
    expect(await laptop.client.getUser(laptop.request())).toMatchObject({ sub: "walter" });
    await bench().client.handleBackchannelLogout(token);
    expect(await laptop.client.getUser(laptop.request())).toBeUndefined();
    expect(await phone.client.getUser(phone.request())).toMatchObject({ sub: "walter" });
    expect(await other.client.getUser(other.request())).toMatchObject({ sub: "wanda" });

    // Providers deliver again when they are in doubt.
    await bench().client.handleBackchannelLogout(token);
  });

  it("is refused by another client, and when it was tampered with", async () => {
    const own = bench();
    const browser = oidcBrowser();
    await logIn(own, "willy", { browser });
    const token = await logoutTokenOf(own, browser);
    await expect(realBench(openClient).client.handleBackchannelLogout(token)).rejects.toThrow(
      refused("verify_logout_token_error"),
    );
    const [header, , signature] = token.split(".");
    const forged = [header, btoa(JSON.stringify({ sub: "willy" })).replace(/=+$/, ""), signature].join(".");
    await expect(own.client.handleBackchannelLogout(forged)).rejects.toThrow(
      refused("verify_logout_token_error"),
    );
    expect(await own.client.getUser(own.request())).toMatchObject({ sub: "willy" });
  });
});

/** Logs out at the provider, and waits for the logout token of that session to be delivered. */
async function logoutTokenOf(bench: ClientBench, browser: OidcBrowser): Promise<string> {
  const { idToken } = await session(bench);
  const { sid } = claimsOf(idToken!);
  const url = new URL(`${provider.issuer}/session/end`);
  url.searchParams.set("id_token_hint", idToken!);
  url.searchParams.set("post_logout_redirect_uri", returnTo);
  await browser.logOut(url);
  return await vi.waitUntil(async () => {
    const tokens = (await (await fetch(provider.logoutTokensUrl)).json()) as string[];
    return tokens.find((token) => claimsOf(token).sid === sid);
  });
}

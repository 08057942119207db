import { AuthClient } from "auth0-edge";
import { describe, expect, it } from "vitest";
import { claimsOf } from "../../../support/jwt.ts";
import {
  accessToken,
  atProvider,
  logIn,
  provider,
  realBench,
  refused,
  session,
  untilBriefTokensExpire,
} from "../../../support/real-login.ts";

const { brief } = provider.clients;
const client = new AuthClient({ ...atProvider, ...brief });

describe("at a real OpenID provider that rotates refresh tokens", () => {
  it("each refresh brings another refresh token, and the session keeps it", async () => {
    const bench = realBench(brief);
    await logIn(bench, "rita");
    const seen = [(await session(bench)).refreshToken];
    for (const _ of [1, 2, 3]) {
      await untilBriefTokensExpire();
      await accessToken(bench);
      seen.push((await session(bench)).refreshToken);
    }
    expect(new Set(seen).size).toBe(4);
  });

  it("a refresh token that is used twice costs its whole family, the newest one included", async () => {
    const bench = realBench(brief);
    await logIn(bench, "rolf");
    const stolen = (await session(bench)).refreshToken!;
    await untilBriefTokensExpire();
    await accessToken(bench);
    const { refreshToken: newest } = await session(bench);
    expect(newest).not.toBe(stolen);

    await expect(client.getTokenByRefreshToken({ refreshToken: stolen })).rejects.toThrow(
      refused("token_by_refresh_token_error", "invalid_grant"),
    );
    await untilBriefTokensExpire();
    await expect(accessToken(bench)).rejects.toThrow(
      refused("token_by_refresh_token_error", "invalid_grant"),
    );
    // Who somebody is does not hang on the refresh token: the session stays until the app decides.
    expect(await bench.client.getUser(bench.request())).toMatchObject({ sub: "rolf" });
  });

  it("calls of one request share one refresh, so that they never use a token twice", async () => {
    const bench = realBench(provider.clients.confidential);
    await logIn(bench, "rosa");
    const options = bench.request();
    // Another audience than the login's is asked for at the issuer.
    const ask = () => bench.client.getAccessToken({ audience: "https://other.example/" }, options);
    const tokens = await Promise.all([ask(), ask(), ask(), ask()]);
    bench.keep(options);
    expect(new Set(tokens.map((token) => token.accessToken)).size).toBe(1);
    await expect(accessToken(bench, { audience: "https://third.example/" })).resolves.toBeDefined();
  });

  it("a revoked refresh token is refused with the provider's error in the cause", async () => {
    const bench = realBench(brief);
    await logIn(bench, "ruth");
    const { refreshToken } = await session(bench);
    await client.revokeToken({ token: refreshToken! });
    await expect(client.getTokenByRefreshToken({ refreshToken: refreshToken! })).rejects.toThrow(
      refused("token_by_refresh_token_error", "invalid_grant"),
    );
  });

  it("a refresh token of another client is refused", async () => {
    const bench = realBench(brief);
    await logIn(bench, "rudi");
    const { refreshToken } = await session(bench);
    const other = new AuthClient({ ...atProvider, ...provider.clients.confidential });
    await expect(other.getTokenByRefreshToken({ refreshToken: refreshToken! })).rejects.toThrow(
      refused("token_by_refresh_token_error", "invalid_grant"),
    );
  });
});

describe("at a real OpenID provider with resource indicators", () => {
  const authorizationParams = { resource: provider.resource, scope: "openid read:things write:things" };

  it("the login's resource is what access tokens are for, at the login and at refreshes", async () => {
    const bench = realBench({
      ...brief,
      authorizationParams: { ...authorizationParams, redirect_uri: provider.redirectUri },
    });
    await logIn(bench, "sara");
    const [first] = (await session(bench)).tokenSets;
    expect(claimsOf(first!.accessToken)).toMatchObject({
      aud: provider.resource,
      scope: "read:things write:things",
    });
    await untilBriefTokensExpire();
    const { accessToken: refreshed } = await accessToken(bench);
    expect(refreshed).not.toBe(first!.accessToken);
    expect(claimsOf(refreshed)).toMatchObject({ aud: provider.resource, scope: "read:things write:things" });
  });

  it("a refresh may ask for less, and the next one gets everything again", async () => {
    const bench = realBench(brief);
    await logIn(bench, "sven", { authorizationParams });
    await untilBriefTokensExpire();
    const narrow = await accessToken(bench, { scope: "read:things" });
    expect(claimsOf(narrow.accessToken)).toMatchObject({ aud: provider.resource, scope: "read:things" });
    await untilBriefTokensExpire();
    const wide = await accessToken(bench);
    expect(claimsOf(wide.accessToken).scope).toBe("read:things write:things");
  });

  it("a refresh may not ask for more", async () => {
    const bench = realBench(brief);
    await logIn(bench, "stig", {
      authorizationParams: { ...authorizationParams, scope: "openid read:things" },
    });
    await untilBriefTokensExpire();
    await expect(accessToken(bench, { scope: "read:things write:things" })).rejects.toThrow(
      refused("token_by_refresh_token_error", "invalid_scope"),
    );
    await expect(accessToken(bench)).resolves.toBeDefined();
  });
});

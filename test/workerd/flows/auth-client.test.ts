import { AuthClient, allowInsecureLoopback } from "auth0-edge";
import { beforeEach, describe, expect, inject, it } from "vitest";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { logInAtProvider } from "../../support/oidc-browser.ts";
import "../../support/provided.ts";

let issuer: HostileIssuer;
let client: AuthClient;

beforeEach(async () => {
  issuer = await hostileIssuer();
  const { domain, clientId, clientSecret, customFetch } = issuer;
  client = new AuthClient({ domain, clientId, clientSecret, customFetch });
});

const refused = (code: string, error?: string) =>
  expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });

describe("AuthClient", () => {
  it("gets tokens for the client itself, unless it is a public one", async () => {
    const forms: URLSearchParams[] = [];
    issuer.misbehave.token = ({ id_token: _, ...body }, form) => {
      forms.push(form);
      return Response.json(body);
    };
    const tokens = await client.getTokenByClientCredentials({ audience: "https://api.example/" });
    expect(tokens.claims).toBeUndefined();
    expect(forms[0]!.get("grant_type")).toBe("client_credentials");
    expect(forms[0]!.get("audience")).toBe("https://api.example/");
    issuer.misbehave.token = () => Response.json({ error: "access_denied" }, { status: 403 });
    await expect(client.getTokenByClientCredentials({ audience: "x" })).rejects.toThrow(
      refused("token_by_client_credentials_error", "access_denied"),
    );
    const { domain, clientId, customFetch } = issuer;
    const open = new AuthClient({ domain, clientId, customFetch });
    await expect(open.getTokenByClientCredentials({ audience: "x" })).rejects.toThrow(
      refused("missing_client_auth_error"),
    );
  });

  it("exchanges a callback, and compares the state that was kept", async () => {
    const callback = new URL("https://app.example/callback?code=c&state=kept");
    expect(
      (await client.getTokenByCode(callback, { codeVerifier: "v".repeat(43), state: "kept" })).claims.sub,
    ).toBe("user-1");
    await expect(
      client.getTokenByCode(callback, { codeVerifier: "v".repeat(43), state: "other" }),
    ).rejects.toThrow(refused("token_by_code_error"));
  });

  it("compares the age of the login where max_age was asked, be it a number or its text", async () => {
    const callback = new URL("https://app.example/callback?code=c");
    const exchange = (maxAge: unknown) =>
      client.getTokenByCode(callback, { codeVerifier: "v".repeat(43), maxAge } as never);
    issuer.claims.auth_time = Math.floor(Date.now() / 1000) - 86_400;
    for (const maxAge of [300, "300"]) {
      await expect(exchange(maxAge)).rejects.toThrow(refused("token_by_code_error"));
    }
    expect((await exchange("90000")).claims.sub).toBe("user-1");
    issuer.requests.length = 0;
    for (const maxAge of [Number.NaN, "soon", -1, {}]) {
      await expect(exchange(maxAge)).rejects.toThrow(refused("invalid_configuration_error"));
    }
    expect(issuer.requests).toEqual([]);
  });

  it("hands out metadata that nobody else gets to see changed", async () => {
    ((await client.getServerMetadata()) as { token_endpoint?: string }).token_endpoint =
      "https://elsewhere.example/token";
    expect((await client.getServerMetadata()).token_endpoint).toBe(`${issuer.issuer}token`);
  });

  it.each([5, {}, true])("understands an error whose description is %j", async (error_description) => {
    const bad = () => Response.json({ error: "invalid_grant", error_description }, { status: 400 });
    issuer.misbehave = { token: bad, request: bad };
    const login = { authorizationParams: { redirect_uri: "https://app.example/callback" } };
    for (const [code, call] of [
      ["token_by_client_credentials_error", () => client.getTokenByClientCredentials({ audience: "a" })],
      ["token_by_refresh_token_error", () => client.getTokenByRefreshToken({ refreshToken: "r" })],
      [
        "build_authorization_url_error",
        () => client.buildAuthorizationUrl({ ...login, pushedAuthorizationRequests: true }),
      ],
    ] as const) {
      await expect(call()).rejects.toThrow(refused(code, "invalid_grant"));
    }
  });

  it("asks a person on another device without waiting, and once whether they have decided", async () => {
    const { authReqId } = await client.initiateBackchannelAuthentication({
      bindingMessage: "b",
      loginHint: { sub: "user-1" },
    });
    issuer.misbehave.token = () => Response.json({ error: "authorization_pending" }, { status: 400 });
    await expect(client.backchannelAuthenticationGrant({ authReqId })).rejects.toThrow(
      refused("backchannel_authentication_error", "authorization_pending"),
    );
    issuer.misbehave = {};
    expect((await client.backchannelAuthenticationGrant({ authReqId })).claims!.sub).toBe("user-1");
  });

  it("asks a person on another device and waits for them", async () => {
    let asked = 0;
    issuer.misbehave.token = (body) =>
      ++asked < 2 ? Response.json({ error: "authorization_pending" }, { status: 400 }) : Response.json(body);
    const tokens = await client.backchannelAuthentication({
      bindingMessage: "b",
      loginHint: { sub: "user-1" },
    });
    expect(tokens.claims!.sub).toBe("user-1");
    expect(asked).toBe(2);
  });

  it("builds the URL of a login, whose callback its verifier redeems", async () => {
    const state = crypto.randomUUID() + crypto.randomUUID();
    const redirectUri = "https://app.example/callback";
    const { authorizationUrl, codeVerifier } = await client.buildAuthorizationUrl({
      authorizationParams: { redirect_uri: redirectUri, scope: "profile", state, foo: "bar" },
    });
    expect(authorizationUrl.origin + authorizationUrl.pathname).toBe(`${issuer.issuer}authorize`);
    expect(Object.fromEntries(authorizationUrl.searchParams)).toMatchObject({
      client_id: issuer.clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      code_challenge_method: "S256",
      scope: "openid profile",
      foo: "bar",
      state,
    });
    const verifiers: (string | null)[] = [];
    issuer.misbehave.token = (body, form) => {
      verifiers.push(form.get("code_verifier"));
      return Response.json(body);
    };
    const callback = new URL(`${redirectUri}?code=c&state=${state}`);
    await client.getTokenByCode(callback, { codeVerifier, state });
    expect(verifiers).toEqual([codeVerifier]);
  });

  it("builds the URLs that link an account to the user of an ID token, and unlink it", async () => {
    const authorizationParams = { redirect_uri: "https://app.example/callback" };
    const account = { connection: "google-oauth2", idToken: "an-id-token", authorizationParams };
    const link = await client.buildLinkUserUrl({ ...account, connectionScope: "calendar" });
    expect(Object.fromEntries(link.linkUserUrl.searchParams)).toMatchObject({
      requested_connection: "google-oauth2",
      requested_connection_scope: "calendar",
      scope: "openid link_account offline_access",
      id_token_hint: "an-id-token",
      code_challenge_method: "S256",
    });
    const unlink = await client.buildUnlinkUserUrl(account);
    expect(Object.fromEntries(unlink.unlinkUserUrl.searchParams)).toMatchObject({
      requested_connection: "google-oauth2",
      scope: "openid unlink_account",
      id_token_hint: "an-id-token",
    });
    expect(link.codeVerifier).not.toBe(unlink.codeVerifier);
  });

  it("gets an access token of an upstream identity provider, for a refresh token or an access token", async () => {
    const forms: Record<string, string>[] = [];
    issuer.misbehave.token = ({ id_token: _, refresh_token: __, ...body }, form) => {
      forms.push(Object.fromEntries(form));
      return Response.json(body);
    };
    const type = "urn:ietf:params:oauth:token-type:";
    await client.getTokenForConnection({ connection: "google-oauth2", refreshToken: "r", loginHint: "me" });
    await client.getTokenForConnection({ connection: "google-oauth2", accessToken: "a" });
    expect(forms).toEqual([
      expect.objectContaining({
        connection: "google-oauth2",
        subject_token: "r",
        subject_token_type: `${type}refresh_token`,
        login_hint: "me",
      }),
      expect.objectContaining({ subject_token: "a", subject_token_type: `${type}access_token` }),
    ]);
  });

  it("revokes a token, and says what the issuer has against it", async () => {
    await client.revokeToken({ token: "given", tokenTypeHint: "refresh_token" });
    expect(issuer.revoked).toEqual(["given"]);
    const customFetch: typeof fetch = async (input, init) =>
      String(input).endsWith("/revoke")
        ? Response.json({ error: "unsupported_token_type" }, { status: 400 })
        : await issuer.customFetch(input, init);
    await expect(client.revokeToken({ token: "given" }, { customFetch })).rejects.toThrow(
      refused("token_revocation_error", "unsupported_token_type"),
    );
  });

  it("says whom and what a logout token ends", async () => {
    const iat = Math.floor(Date.now() / 1000);
    const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
    const claims = { iss: issuer.issuer, aud: issuer.clientId, iat, events };
    const logoutToken = await issuer.signIdToken({ ...claims, sid: "sid-1" });
    expect(await client.verifyLogoutToken({ logoutToken })).toEqual({
      iss: issuer.issuer,
      iat,
      sid: "sid-1",
    });
    const foreign = await issuer.signIdToken({ ...claims, aud: "another", sid: "sid-1" });
    await expect(client.verifyLogoutToken({ logoutToken: foreign })).rejects.toThrow(
      refused("verify_logout_token_error"),
    );
  });

  it("takes a signal, headers and a fetch of its own with each call", async () => {
    const seen: Headers[] = [];
    const customFetch: typeof fetch = async (input, init) => {
      seen.push(new Headers(init?.headers));
      return await issuer.customFetch(input, init);
    };
    await client.getTokenByRefreshToken(
      { refreshToken: "r" },
      { customFetch, headers: { "x-request-id": "7" } },
    );
    expect(seen.map((headers) => headers.get("x-request-id"))).toEqual(["7"]);
    const slow: typeof fetch = () => new Promise(() => undefined);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    await expect(
      client.getTokenByRefreshToken({ refreshToken: "r" }, { customFetch: slow, signal: controller.signal }),
    ).rejects.toThrow(refused("token_by_refresh_token_error", "timeout"));
  });

  it("reads the user's claims at a real provider, and only those of the user who is expected", async () => {
    const provider = inject("oidcProvider");
    const real = new AuthClient({
      issuer: provider.issuer,
      [allowInsecureLoopback]: true,
      ...provider.clients.confidential,
    });
    const verifier = "a-code-verifier-made-by-hand-that-has-at-least-43-characters";
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
    const challenge = btoa(String.fromCharCode(...digest))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace("=", "");
    const url = new URL((await real.getServerMetadata()).authorization_endpoint!);
    url.search = new URLSearchParams({
      client_id: provider.clients.confidential.clientId,
      redirect_uri: provider.redirectUri,
      response_type: "code",
      scope: "openid email",
      code_challenge: challenge,
      code_challenge_method: "S256",
    }).toString();
    const callback = await logInAtProvider(url, { login: "erin" });
    const { accessToken } = await real.getTokenByCode(callback, { codeVerifier: verifier });
    expect(await real.getUserInfo({ accessToken, expectedSubject: "erin" })).toMatchObject({
      email: "erin@example.com",
    });
    await expect(real.getUserInfo({ accessToken, expectedSubject: "mallory" })).rejects.toThrow(
      refused("user_info_error", "invalid_response"),
    );
    await expect(real.getUserInfo({ accessToken: "wrong" })).rejects.toThrow(refused("user_info_error"));
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, clientBench, hostileBench, logInAt } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;
let forms: URLSearchParams[];

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
  await logInAt(issuer, bench);
  forms = [];
  issuer.misbehave.token = ({ id_token: _, refresh_token: __, ...body }, form) => {
    forms.push(form);
    return Response.json(body);
  };
});
afterEach(() => {
  vi.useRealTimers();
});

const refused = (code: string, error?: string) =>
  expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });

async function ask(options: { connection: string; loginHint?: string }) {
  const request = bench.request();
  const set = await bench.client.getAccessTokenForConnection(options, request);
  bench.keep(request);
  return set;
}

describe("getAccessTokenForConnection", () => {
  it("exchanges the refresh token as Auth0 wants it", async () => {
    const { refreshToken } = (await bench.client.getSession(bench.request()))!;
    expect(await ask({ connection: "google-oauth2", loginHint: "me@example.com" })).toMatchObject({
      connection: "google-oauth2",
      loginHint: "me@example.com",
    });
    expect(Object.fromEntries(forms[0]!)).toMatchObject({
      grant_type: "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token",
      subject_token: refreshToken,
      subject_token_type: "urn:ietf:params:oauth:token-type:refresh_token",
      requested_token_type: "http://auth0.com/oauth/token-type/federated-connection-access-token",
      connection: "google-oauth2",
      login_hint: "me@example.com",
    });
  });

  it("keeps one token for each connection and account (fault 17)", async () => {
    const first = await ask({ connection: "google-oauth2", loginHint: "a" });
    const second = await ask({ connection: "google-oauth2", loginHint: "b" });
    expect(second.accessToken).not.toBe(first.accessToken);
    expect(await ask({ connection: "google-oauth2", loginHint: "a" })).toEqual(first);
    expect(await ask({ connection: "google-oauth2" })).not.toEqual(first);
    expect(forms).toHaveLength(3);
  });

  it("gets a new one when it has expired, and drops the dead one", async () => {
    const first = await ask({ connection: "github" });
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + 3_601_000);
    const second = await ask({ connection: "github" });
    expect(second.accessToken).not.toBe(first.accessToken);
    expect((await bench.client.getSession(bench.request()))!.connectionTokenSets).toEqual([second]);
  });

  it("goes on although the identity provider's ceiling is reached: the token is not of that session", async () => {
    issuer.misbehave = {};
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) + 600;
    await logInAt(issuer, bench);
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + 580_000);
    expect(await ask({ connection: "github" })).toMatchObject({ connection: "github" });
  });

  it("answers a token that is too large to keep, and keeps the session", async () => {
    issuer.misbehave.token = ({ id_token: _, ...body }) =>
      Response.json({ ...body, access_token: crypto.randomUUID().repeat(250) });
    expect((await ask({ connection: "github" })).accessToken).toHaveLength(9000);
    const session = (await bench.client.getSession(bench.request()))!;
    expect(session.connectionTokenSets ?? []).toEqual([]);
    expect(session.tokenSets).toHaveLength(1);
  });

  it("keeps the last 16 of however many accounts", async () => {
    for (let n = 0; n < 20; n++) await ask({ connection: "github", loginHint: `account-${n}` });
    const session = (await bench.client.getSession(bench.request()))!;
    expect(session.connectionTokenSets!.map((set) => set.loginHint)).toEqual(
      Array.from({ length: 16 }, (_, n) => `account-${n + 4}`),
    );
    expect(session.tokenSets).toHaveLength(1);
  });

  it("says what is missing, with the issuer's error in the cause", async () => {
    await expect(ask({ connection: "" })).rejects.toThrow(refused("missing_required_argument_error"));
    issuer.misbehave.token = () =>
      Response.json({ error: "federated_connection_refresh_token_flow_failed" }, { status: 401 });
    await expect(ask({ connection: "github" })).rejects.toThrow(
      refused("token_for_connection_error", "federated_connection_refresh_token_flow_failed"),
    );
    bench.jar.clear();
    await expect(ask({ connection: "github" })).rejects.toThrow(refused("token_for_connection_error"));
  });
});

describe("revokeRefreshToken", () => {
  it("revokes the session's refresh token, or the one given", async () => {
    const { refreshToken } = (await bench.client.getSession(bench.request()))!;
    await bench.client.revokeRefreshToken({}, bench.request());
    await bench.client.revokeRefreshToken({ token: "another" });
    expect(issuer.revoked).toEqual([refreshToken, "another"]);
    expect(await bench.client.getUser(bench.request())).toBeDefined();
  });

  it("that the issuer refuses is a token_revocation_error with its words in the cause", async () => {
    const { domain, clientId, clientSecret } = issuer;
    const refusal = { error: "unsupported_token_type", error_description: "not this one" };
    const customFetch: typeof fetch = async (input, init) =>
      String(input).endsWith("/revoke")
        ? Response.json(refusal, { status: 400 })
        : await issuer.customFetch(input, init);
    const client = clientBench({ domain, clientId, clientSecret, customFetch }).client;
    await expect(client.revokeRefreshToken({ token: "given" }, bench.request())).rejects.toMatchObject({
      code: "token_revocation_error",
      cause: refusal,
      statusCode: 400,
    });
  });

  it("says what is missing", async () => {
    await expect(bench.client.revokeRefreshToken({ token: "" })).rejects.toThrow(
      refused("missing_required_argument_error"),
    );
    bench.jar.clear();
    await expect(bench.client.revokeRefreshToken({}, bench.request())).rejects.toThrow(
      refused("missing_session_error"),
    );
  });
});

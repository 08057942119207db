import { describe, expect, it } from "vitest";
import {
  appTenant,
  Browser,
  CALLBACK,
  post,
  redeem,
  refresh,
  tokensOf,
  userinfo,
  VERIFIER,
} from "./harness.ts";

describe("the token endpoint refuses a code", () => {
  const refusals: [string, Record<string, string | undefined>, number, string][] = [
    ["with a wrong verifier", { code_verifier: "w".repeat(43) }, 403, "invalid_grant"],
    ["with a malformed verifier", { code_verifier: "short" }, 403, "invalid_grant"],
    ["without its verifier", { code_verifier: undefined }, 400, "invalid_request"],
    ["with another redirect_uri", { redirect_uri: "http://localhost:8787/other" }, 403, "invalid_grant"],
    ["without its redirect_uri", { redirect_uri: undefined }, 403, "invalid_grant"],
    ["with a wrong secret", { client_secret: "wrong" }, 401, "access_denied"],
    ["without a secret", { client_secret: undefined }, 401, "access_denied"],
    ["of another client", { client_id: "dev-spa", client_secret: undefined }, 403, "invalid_grant"],
    ["from an unknown client", { client_id: "who" }, 401, "access_denied"],
    ["that was never issued", { code: "nonsense" }, 403, "invalid_grant"],
    ["that is missing", { code: undefined }, 400, "invalid_request"],
    ["for an unknown grant type", { grant_type: "implicit" }, 403, "unsupported_grant_type"],
    ["for a grant type the client may not use", { grant_type: "password" }, 403, "unauthorized_client"],
    ["without a grant type", { grant_type: undefined }, 400, "invalid_request"],
  ];
  it.each(refusals)("%s, and still accepts it done rightly", async (_what, parameters, status, error) => {
    const tenant = appTenant();
    const callback = await new Browser(tenant).logIn();
    expect(await redeem(tenant, callback, parameters)).toMatchObject({ status, error });
    expect((await redeem(tenant, callback)).status).toBe(200);
  });

  it("with Auth0's words for a wrong secret", async () => {
    const tenant = appTenant();
    const answer = await redeem(tenant, await new Browser(tenant).logIn(), { client_secret: "wrong" });
    expect(answer).toEqual({ status: 401, error: "access_denied", error_description: "Unauthorized" });
  });

  it("after sixty seconds", async () => {
    let now = 1_800_000_000;
    const tenant = appTenant({ clock: () => now });
    const early = await new Browser(tenant).logIn();
    const late = await new Browser(tenant).logIn();
    now += 59;
    expect((await redeem(tenant, early)).status).toBe(200);
    now += 1;
    expect(await redeem(tenant, late)).toMatchObject({ status: 403, error: "invalid_grant" });
  });

  it("that carries a verifier although the login had no challenge", async () => {
    const tenant = appTenant();
    const noPkce = { code_challenge: undefined, code_challenge_method: undefined };
    const callback = await new Browser(tenant).logIn(noPkce);
    expect(await redeem(tenant, callback)).toMatchObject({ error: "invalid_grant" });
    expect((await redeem(tenant, callback, { code_verifier: undefined })).status).toBe(200);
  });

  it("the second time, and then ends everything issued for it", async () => {
    const tenant = appTenant();
    const callback = await new Browser(tenant).logIn();
    const tokens = await redeem(tenant, callback);
    expect((await userinfo(tenant, tokens.access_token)).status).toBe(200);
    expect(await redeem(tenant, callback)).toMatchObject({ status: 403, error: "invalid_grant" });
    expect((await userinfo(tenant, tokens.access_token)).status).toBe(401);
    expect(await refresh(tenant, tokens.refresh_token)).toMatchObject({
      status: 403,
      error: "invalid_grant",
    });
  });

  it("but once when fifty callers bring it at the same time", async () => {
    const tenant = appTenant();
    const callback = await new Browser(tenant).logIn();
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(tenant, callback)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  });
});

describe("the token endpoint authenticates clients", () => {
  const basic = (id: string, secret: string) => ({
    headers: { authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}` },
  });
  const form = async (tenant: ReturnType<typeof appTenant>, parameters: Record<string, string>) => ({
    grant_type: "authorization_code",
    code: (await new Browser(tenant).logIn(parameters)).searchParams.get("code")!,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
    client_id: undefined,
    client_secret: undefined,
  });

  it("by client_secret_basic, with reserved characters in the secret", async () => {
    const clients = [{ clientId: "dev-client", clientSecret: "p:ä +%&" }];
    const tenant = appTenant({ clients });
    const body = await form(tenant, {});
    const answer = await post(tenant, "/oauth/token", body, basic("dev-client", "p:ä +%&"));
    expect(answer.status).toBe(200);
  });

  it("and refuses a wrong or malformed Authorization header", async () => {
    const tenant = appTenant();
    const body = await form(tenant, {});
    for (const init of [
      basic("dev-client", "wrong"),
      { headers: { authorization: "Basic %%%" } },
      { headers: { authorization: `Basic ${btoa("no-colon")}` } },
      { headers: { authorization: `Basic ${btoa("dev-client:%E0%")}` } },
    ]) {
      expect(await post(tenant, "/oauth/token", body, init)).toMatchObject({
        status: 401,
        error: "access_denied",
      });
    }
  });

  it("in one way only", async () => {
    const tenant = appTenant();
    const body = { ...(await form(tenant, {})), client_secret: "dev-secret" };
    const answer = await post(tenant, "/oauth/token", body, basic("dev-client", "dev-secret"));
    expect(answer).toMatchObject({ status: 400, error: "invalid_request" });
  });

  it("not when they are public, and refuses a secret from those", async () => {
    const tenant = appTenant();
    const body = { ...(await form(tenant, { client_id: "dev-spa" })), client_id: "dev-spa" };
    expect(await post(tenant, "/oauth/token", { ...body, client_secret: "guess" })).toMatchObject({
      status: 401,
    });
    expect((await post(tenant, "/oauth/token", body)).status).toBe(200);
  });
});

describe("the token endpoint answers malformed input with 4xx", () => {
  const url = "https://dev.localhost/oauth/token";
  const headers = { "content-type": "application/json" };
  const inputs: [string, RequestInit, number][] = [
    ["another method", { method: "GET" }, 405],
    ["no body", { method: "POST" }, 400],
    ["text", { method: "POST", body: "grant_type=x" }, 400],
    ["broken JSON", { method: "POST", body: "{", headers }, 400],
    ["a JSON array", { method: "POST", body: "[]", headers }, 400],
    ["a JSON number as parameter", { method: "POST", body: '{"grant_type":1}', headers }, 400],
    ["a body of 65 KB", { method: "POST", body: new URLSearchParams({ a: "b".repeat(66_560) }) }, 413],
    ["a parameter twice", { method: "POST", body: new URLSearchParams("client_id=a&client_id=b") }, 400],
    ["a thousand parameters", { method: "POST", body: manyParameters() }, 400],
  ];
  it.each(inputs)("for %s", async (_what, init, status) => {
    const response = await appTenant().customFetch(url, init);
    expect(response.status).toBe(status);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({
      error: expect.any(String),
      error_description: expect.any(String),
    });
  });

  it("and takes JSON as Auth0 does", async () => {
    const tenant = appTenant();
    const { refresh_token } = await tokensOf(tenant);
    const parameters = { grant_type: "refresh_token", client_id: "dev-client", client_secret: "dev-secret" };
    const body = JSON.stringify({ ...parameters, refresh_token });
    expect((await tenant.customFetch(url, { method: "POST", body, headers })).status).toBe(200);
  });
});

function manyParameters(): URLSearchParams {
  return new URLSearchParams(Array.from({ length: 1000 }, (_, index) => [`p${index}`, "x"]));
}

import { generateKeyPair } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { authClientOf, inRequest, noTexts, refused } from "../../support/auth0-clients.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, clientBench, hostileBench } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const email = "user@example.com";
const credential = {
  id: "Y3JlZA",
  rawId: "Y3JlZA",
  type: "public-key",
  authenticatorAttachment: "platform",
  response: { clientDataJSON: "e30", authenticatorData: "AA", signature: "AQ", userHandle: "dXNlcg" },
  clientExtensionResults: {},
};
const login = { authSession: "passkey-session-2", credential };
const grantType = "urn:okta:params:oauth:grant-type:webauthn";
const ownId = () => ({ client_id: issuer.clientId, client_secret: issuer.clientSecret });
const lastCall = () => issuer.calls.findLast(({ path }) => path !== "/jwks")!;
const session = () => bench.client.getSession(bench.request());
const getToken = (options: object = {}) =>
  inRequest(bench, (last) => bench.client.passkey.getToken({ ...login, ...options } as never, last));

describe("passkey.register and passkey.challenge", () => {
  it("begin signing up, with all that is known of the user", async () => {
    const answer = await authClientOf(issuer).passkey.register({
      email,
      phoneNumber: "+14155550100",
      username: "user",
      name: "A User",
      givenName: "A",
      familyName: "User",
      nickname: "au",
      picture: "https://example.com/a.png",
      userMetadata: { from: "ad" },
      realm: "passkeys",
      organization: "org_acme",
    });
    expect(lastCall()).toMatchObject({ method: "POST", path: "/passkey/register" });
    expect(lastCall().body).toEqual({
      ...ownId(),
      user_profile: {
        email,
        phone_number: "+14155550100",
        username: "user",
        name: "A User",
        given_name: "A",
        family_name: "User",
        nickname: "au",
        picture: "https://example.com/a.png",
      },
      user_metadata: { from: "ad" },
      realm: "passkeys",
      organization: "org_acme",
    });
    expect(answer).toMatchObject({
      authSession: "passkey-session-1",
      authnParamsPublicKey: { rp: { id: "hostile.example" }, pubKeyCredParams: [{ alg: -7 }] },
    });
  });

  it("begin logging in", async () => {
    expect(await authClientOf(issuer).passkey.challenge()).toEqual({
      authSession: "passkey-session-2",
      authnParamsPublicKey: {
        challenge: "Y2hhbGxlbmdl",
        timeout: 60_000,
        userVerification: "preferred",
        rpId: "hostile.example",
      },
    });
    expect(lastCall()).toMatchObject({ method: "POST", path: "/passkey/challenge", body: ownId() });
    await authClientOf(issuer).passkey.challenge({ realm: "passkeys", organization: "acme" });
    expect(lastCall().body).toEqual({ ...ownId(), realm: "passkeys", organization: "acme" });
  });

  it("send a secret or the id alone, and never the assertion Auth0 does not take here", async () => {
    const { clientId } = issuer;
    await authClientOf(issuer, { clientSecret: undefined }).passkey.challenge();
    expect(lastCall().body).toEqual({ client_id: clientId });
    const { privateKey } = await generateKeyPair("RS256");
    await authClientOf(issuer, { clientAssertionSigningKey: privateKey }).passkey.challenge();
    expect(lastCall().body).toEqual({ client_id: clientId });
    await authClientOf(issuer, { useMtls: true }).passkey.register({ email });
    expect(lastCall().body).toEqual({ client_id: clientId, user_profile: { email } });
  });

  it("of a ServerClient do the same at the domain chosen for the request, and keep nothing", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain: () => domain, clientId, clientSecret, customFetch });
    const { passkey } = bench.client;
    expect((await inRequest(bench, (last) => passkey.register({ email }, last))).authSession).toBe(
      "passkey-session-1",
    );
    await inRequest(bench, (last) => passkey.challenge({ realm: "passkeys" }, last));
    expect(lastCall().body).toEqual({ ...ownId(), realm: "passkeys" });
    expect(bench.jar.size).toBe(0);
    await getToken();
    expect((await session())!.domain).toBe(domain);
  });
});

describe("AuthClient's getTokenByPasskey", () => {
  it("sends the credential as JSON, along with the client's proof", async () => {
    const client = authClientOf(issuer);
    const asked = { realm: "passkeys", scope: "openid", audience: "urn:api" };
    expect((await client.passkey.getTokenByPasskey({ ...login, ...asked })).claims!.sub).toBe("user-1");
    expect(lastCall()).toMatchObject({ method: "POST", path: "/token" });
    expect(lastCall().headers.get("content-type")).toBe("application/json");
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: grantType,
      auth_session: "passkey-session-2",
      authn_response: credential,
      ...asked,
    });
    const { privateKey } = await generateKeyPair("RS256");
    await authClientOf(issuer, { clientAssertionSigningKey: privateKey }).passkey.getTokenByPasskey(login);
    expect(lastCall().body.client_assertion).toMatch(/^ey/);
  });

  it("is open to public clients, such as apps", async () => {
    await authClientOf(issuer, { clientSecret: undefined }).passkey.getTokenByPasskey(login);
    expect(lastCall().body).toEqual({
      client_id: issuer.clientId,
      grant_type: grantType,
      auth_session: "passkey-session-2",
      authn_response: credential,
    });
  });

  it("leaves the client's other requests the forms they are", async () => {
    const client = authClientOf(issuer);
    await client.passkey.getTokenByPasskey(login);
    await client.getTokenByRefreshToken({ refreshToken: "r" });
    expect(lastCall().headers.get("content-type")).toContain("application/x-www-form-urlencoded");
  });

  it("demands the organization that was asked for, even where no ID token came", async () => {
    const { passkey } = authClientOf(issuer);
    const wrong = refused("organization_validation_error");
    const organization = "org_acme";
    await expect(passkey.getTokenByPasskey({ ...login, organization })).rejects.toThrow(wrong);
    expect(lastCall().body.organization).toBe("org_acme");
    issuer.claims.org_id = "org_acme";
    await passkey.getTokenByPasskey({ ...login, organization });
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    await expect(passkey.getTokenByPasskey({ ...login, organization })).rejects.toThrow(wrong);
    await passkey.getTokenByPasskey(login);
  });

  it("brings what the issuer says no with", async () => {
    issuer.misbehave.token = () => Response.json({ error: "invalid_grant" }, { status: 403 });
    await expect(authClientOf(issuer).passkey.getTokenByPasskey(login)).rejects.toThrow(
      refused("passkey_get_token_error", { error: "invalid_grant", statusCode: 403 }),
    );
  });
});

describe("ServerClient's passkey.getToken", () => {
  it("makes a session like that of any login", async () => {
    issuer.misbehave.token = (body) =>
      Response.json({ ...body, authorization_details: [{ type: "payment" }] });
    expect(await getToken({ audience: "urn:call" })).toEqual({ authorizationDetails: [{ type: "payment" }] });
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: grantType,
      auth_session: "passkey-session-2",
      authn_response: credential,
      scope: "openid profile email offline_access",
      audience: "urn:call",
    });
    expect(await session()).toMatchObject({
      user: { sub: "user-1" },
      domain: issuer.domain,
      tokenSets: [{ audience: "urn:call" }],
    });
  });

  it("asks for the client's audience and scope where the call names none", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const authorizationParams = { audience: "urn:client", scope: "read" };
    bench = clientBench({ domain, clientId, clientSecret, customFetch, authorizationParams });
    await getToken();
    expect(lastCall().body).toMatchObject({ audience: "urn:client", scope: "openid read" });
    expect((await session())!.tokenSets[0]!.audience).toBe("urn:client");
    await getToken({ scope: "write" });
    expect(lastCall().body.scope).toBe("openid write");
  });

  it("makes no session that is born over its ceiling (weak spot 10)", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) - 60;
    await expect(getToken()).rejects.toThrow(refused("session_expired"));
    expect(await session()).toBeUndefined();
  });

  it("demands an ID token, and the organization that was asked for", async () => {
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    await expect(getToken()).rejects.toThrow(refused("passkey_get_token_error", "invalid_response"));
    issuer.misbehave = {};
    const wrong = refused("organization_validation_error");
    await expect(getToken({ organization: "org_acme" })).rejects.toThrow(wrong);
    expect(await session()).toBeUndefined();
    issuer.claims.org_id = "org_acme";
    await getToken({ organization: "org_acme" });
    expect(await bench.client.getUser(bench.request())).toMatchObject({ org_id: "org_acme" });
  });

  it("spends no credential on a session that could not be kept", async () => {
    const committed = { ...bench.request(), committed: true };
    await expect(bench.client.passkey.getToken(login, committed)).rejects.toThrow(
      refused("response_committed"),
    );
    expect(issuer.requests).toEqual([]);
  });
});

describe("options that cannot be right", () => {
  const passkey = () => authClientOf(issuer).passkey;
  const circle: Record<string, unknown> = {};
  circle.self = circle;

  it.each<[string, string, (value: never) => Promise<unknown>]>([
    [
      "authSession",
      "passkey_get_token_error",
      (v) => passkey().getTokenByPasskey({ ...login, authSession: v }),
    ],
    ["authSession of a login", "passkey_get_token_error", (v) => getToken({ authSession: v })],
  ])("%s: nothing is sent for it", async (_name, code, call) => {
    for (const [name, value] of noTexts)
      await expect(call(value as never), name).rejects.toThrow(refused(code));
    expect(issuer.requests).toEqual([]);
  });

  it("are a credential that is none", async () => {
    for (const wrong of [undefined, null, "", "text", 5, [], { a: 1n }, circle]) {
      await expect(getToken({ credential: wrong })).rejects.toThrow(refused("passkey_get_token_error"));
      await expect(passkey().getTokenByPasskey({ ...login, credential: wrong as never })).rejects.toThrow(
        refused("passkey_get_token_error"),
      );
    }
    expect(issuer.requests).toEqual([]);
  });

  it("are a sign-up of nobody, and optional ones of a wrong type", async () => {
    for (const wrong of [
      undefined,
      null,
      5,
      {},
      { name: "A User" },
      { email: "" },
      { email: 5 },
      { email, name: 5 },
      { phoneNumber: "415" },
      { email, userMetadata: "text" },
      { email, realm: {} },
    ] as never[]) {
      await expect(passkey().register(wrong)).rejects.toThrow(refused("passkey_register_error"));
      await expect(bench.client.passkey.register(wrong, bench.request())).rejects.toThrow(
        refused("passkey_register_error"),
      );
    }
    await expect(passkey().challenge({ realm: 5 as never })).rejects.toThrow(
      refused("passkey_challenge_error"),
    );
    for (const nothing of [undefined, null, 5, "text"] as never[]) {
      await expect(passkey().getTokenByPasskey(nothing)).rejects.toThrow(refused("passkey_get_token_error"));
      await expect(bench.client.passkey.getToken(nothing)).rejects.toThrow(
        refused("passkey_get_token_error"),
      );
    }
    for (const scope of [5, {}] as never[]) {
      await expect(getToken({ scope })).rejects.toThrow(refused("passkey_get_token_error"));
      await expect(getToken({ organization: scope })).rejects.toThrow(refused("passkey_get_token_error"));
    }
    expect(issuer.requests).toEqual([]);
  });

  it("are a blank organization", async () => {
    for (const organization of ["", " "]) {
      const blank = refused("organization_validation_error");
      await expect(getToken({ organization })).rejects.toThrow(blank);
      await expect(passkey().getTokenByPasskey({ ...login, organization })).rejects.toThrow(blank);
    }
    expect(issuer.requests).toEqual([]);
  });
});

import { isMfaRequiredError, type MfaVerifyOptions } from "auth0-edge";
import { generateKeyPair } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { authClientOf, inRequest, noTexts, refused } from "../../support/auth0-clients.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import {
  type ClientBench,
  clientBench,
  hostileBench,
  logInAt,
  redirectUri,
} from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const mfaToken = "mfa-token-1";
const otp = { mfaToken, factorType: "otp", otp: "123456" } as const;
const ownId = () => ({ client_id: issuer.clientId, client_secret: issuer.clientSecret });
const lastCall = () => issuer.calls.findLast(({ path }) => path !== "/jwks")!;
const session = () => bench.client.getSession(bench.request());
const verify = (options: MfaVerifyOptions) =>
  inRequest(bench, (last) => bench.client.mfa.verify(options, last));
/** The next ID tokens say something else. */
const sayOf = (claims: object) => {
  issuer.misbehave.idToken = (usual) => ({ ...usual, nonce: undefined, ...claims });
};

describe("mfa", () => {
  it("lists the authenticators of the user, by the token that opened it", async () => {
    expect(await authClientOf(issuer).mfa.listAuthenticators({ mfaToken })).toEqual([
      { id: "recovery-code|1", authenticatorType: "recovery-code", active: true },
      { id: "sms|1", authenticatorType: "oob", active: true, oobChannels: ["sms"], name: "+1XXXXXXXX00" },
      { id: "totp|1", authenticatorType: "otp", active: false },
    ]);
    expect(lastCall()).toMatchObject({ method: "GET", path: "/mfa/authenticators", body: {} });
    expect(lastCall().headers.get("authorization")).toBe(`Bearer ${mfaToken}`);
    issuer.misbehave.api = {
      "/mfa/authenticators": () =>
        Response.json([{ id: "a", oob_channels: ["email"], oob_channel: "sms" }, null]),
    };
    expect(await authClientOf(issuer).mfa.listAuthenticators({ mfaToken })).toEqual([
      { id: "a", oobChannels: ["email"] },
    ]);
  });

  it("enrolls an app, a phone or an address", async () => {
    const { mfa } = authClientOf(issuer);
    expect(await mfa.enrollAuthenticator({ mfaToken, authenticatorTypes: ["otp"] })).toEqual({
      authenticatorType: "otp",
      secret: "JBSWY3DPEHPK3PXP",
      barcodeUri: "otpauth://totp/tenant:user?secret=JBSWY3DPEHPK3PXP",
      recoveryCodes: ["N3BGPZZWJ85JLCNPZBDW6QXC"],
    });
    expect(lastCall()).toMatchObject({ method: "POST", path: "/mfa/associate" });
    expect(lastCall().body).toEqual({ authenticator_types: ["otp"] });
    expect(lastCall().headers.get("authorization")).toBe(`Bearer ${mfaToken}`);
    const phone = { oobChannels: ["sms"], phoneNumber: "+14155550100" } as const;
    expect(
      await mfa.enrollAuthenticator({
        mfaToken,
        authenticatorTypes: ["oob"],
        ...phone,
        oobChannels: ["sms"],
      }),
    ).toEqual({ authenticatorType: "oob", oobChannel: "sms", oobCode: "Fe26.1", bindingMethod: "prompt" });
    expect(lastCall().body).toEqual({
      authenticator_types: ["oob"],
      oob_channels: ["sms"],
      phone_number: "+14155550100",
    });
    const email = "user@example.com";
    await mfa.enrollAuthenticator({ mfaToken, authenticatorTypes: ["oob"], oobChannels: ["email"], email });
    expect(lastCall().body).toEqual({ authenticator_types: ["oob"], oob_channels: ["email"], email });
  });

  it("deletes an authenticator, whatever its id is made of", async () => {
    await authClientOf(issuer).mfa.deleteAuthenticator({ mfaToken, authenticatorId: "totp|dev_1/../x?" });
    expect(lastCall()).toMatchObject({
      method: "DELETE",
      path: "/mfa/authenticators/totp%7Cdev_1%2F..%2Fx%3F",
      body: {},
    });
    expect(lastCall().headers.get("authorization")).toBe(`Bearer ${mfaToken}`);
  });

  it("has a code sent, and proves the client with whatever it has", async () => {
    const challenge = { mfaToken, challengeType: "oob", authenticatorId: "sms|1" } as const;
    expect(await authClientOf(issuer).mfa.challengeAuthenticator(challenge)).toEqual({
      challengeType: "oob",
      oobCode: "Fe26.2",
      bindingMethod: "prompt",
    });
    expect(lastCall()).toMatchObject({ method: "POST", path: "/mfa/challenge" });
    const body = { mfa_token: mfaToken, challenge_type: "oob", authenticator_id: "sms|1" };
    expect(lastCall().body).toEqual({ ...ownId(), ...body });
    expect(lastCall().headers.has("authorization")).toBe(false);
    await authClientOf(issuer, { clientSecret: undefined }).mfa.challengeAuthenticator(challenge);
    expect(lastCall().body).toEqual({ client_id: issuer.clientId, ...body });
    const { privateKey } = await generateKeyPair("RS256");
    await authClientOf(issuer, { clientAssertionSigningKey: privateKey }).mfa.challengeAuthenticator(
      challenge,
    );
    expect(lastCall().body).toMatchObject({ client_assertion: expect.stringMatching(/^ey/), ...body });
  });

  it("of a ServerClient does the same, at the domain chosen for the request", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain: () => domain, clientId, clientSecret, customFetch });
    const { mfa } = bench.client;
    expect(await mfa.listAuthenticators({ mfaToken }, bench.request())).toHaveLength(3);
    await mfa.enrollAuthenticator({ mfaToken, authenticatorTypes: ["otp"] }, bench.request());
    await mfa.challengeAuthenticator({ mfaToken, challengeType: "otp" }, bench.request());
    await mfa.deleteAuthenticator({ mfaToken, authenticatorId: "a" }, bench.request());
    await verify(otp);
    expect((await session())!.domain).toBe(domain);
  });
});

describe("AuthClient's mfa.verify", () => {
  it("takes a code of an app, a code that was sent, and a recovery code", async () => {
    const { mfa } = authClientOf(issuer);
    expect((await mfa.verify({ ...otp, audience: "urn:api" })).claims!.sub).toBe("user-1");
    const grantType = "http://auth0.com/oauth/grant-type/mfa-";
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: `${grantType}otp`,
      mfa_token: mfaToken,
      otp: "123456",
      audience: "urn:api",
    });
    await mfa.verify({ mfaToken, factorType: "oob", oobCode: "Fe26.2", bindingCode: "9876" });
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: `${grantType}oob`,
      mfa_token: mfaToken,
      oob_code: "Fe26.2",
      binding_code: "9876",
    });
    await mfa.verify({ mfaToken, factorType: "oob", oobCode: "Fe26.3" });
    expect(lastCall().body).not.toHaveProperty("binding_code");
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json({ ...body, recovery_code: "NEW" });
    const tokens = await mfa.verify({ mfaToken, factorType: "recovery-code", recoveryCode: "OLD" });
    expect(tokens).toMatchObject({ recoveryCode: "NEW", claims: undefined });
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: `${grantType}recovery-code`,
      mfa_token: mfaToken,
      recovery_code: "OLD",
    });
  });

  it("brings what the issuer says no with", async () => {
    issuer.misbehave.token = () =>
      Response.json({ error: "invalid_grant", error_description: "Invalid otp_code." }, { status: 403 });
    await expect(authClientOf(issuer).mfa.verify(otp)).rejects.toThrow(
      refused("mfa_verify_error", { error: "invalid_grant", statusCode: 403 }),
    );
  });
});

describe("ServerClient's mfa.verify", () => {
  it("without a session is a login, with the ceiling and organization of any login", async () => {
    issuer.misbehave.token = (body) => Response.json({ ...body, recovery_code: "NEW" });
    const response = await verify(otp);
    const state = (await session())!;
    expect(state).toMatchObject({ user: { sub: "user-1" }, tokenSets: [{ audience: "default" }] });
    expect(response).toEqual({
      accessToken: state.tokenSets[0]!.accessToken,
      idToken: state.idToken,
      refreshToken: state.refreshToken,
      tokenType: "bearer",
      expiresAt: state.tokenSets[0]!.expiresAt,
      scope: "openid profile email offline_access",
      recoveryCode: "NEW",
    });
  });

  it("with a session of the same user adds the tokens, and leaves the rest as it was", async () => {
    issuer.claims = { sid: "sid-1", session_expiry: Math.floor(Date.now() / 1000) + 3600, name: "Before" };
    await logInAt(issuer, bench);
    const before = (await session())!;
    const id = bench.jar.get("__a0_session");
    sayOf({ sid: "sid-2", session_expiry: Math.floor(Date.now() / 1000) + 60, name: "After" });
    const response = await verify({ ...otp, audience: "urn:api" });
    expect(bench.jar.get("__a0_session")).not.toBe(id);
    const after = (await session())!;
    expect(after).toEqual({
      ...before,
      idToken: response.idToken,
      refreshToken: response.refreshToken,
      tokenSets: [
        ...before.tokenSets,
        expect.objectContaining({ audience: "urn:api", accessToken: response.accessToken }),
      ],
    });
    expect(after.user!.name).toBe("Before");
    const found = await bench.client.getAccessToken({ audience: "urn:api" }, bench.request());
    expect(found.accessToken).toBe(response.accessToken);
  });

  it("keeps the refresh token where no new one came", async () => {
    await logInAt(issuer, bench);
    const before = (await session())!;
    sayOf({});
    issuer.misbehave.token = ({ refresh_token: _, ...body }) => Response.json(body);
    await verify(otp);
    expect((await session())!.refreshToken).toBe(before.refreshToken);
  });

  it("keeps no ID token where the client wants none kept", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain, clientId, clientSecret, customFetch, storeIdToken: false });
    await logInAt(issuer, bench);
    sayOf({});
    expect((await verify(otp)).idToken).toMatch(/^ey/);
    expect((await session())!.idToken).toBeUndefined();
    expect((await session())!.user!.sub).toBe("user-1");
  });

  it("with a session of somebody else is a login of its own", async () => {
    await logInAt(issuer, bench);
    const before = (await session())!;
    sayOf({ sub: "user-2" });
    const { accessToken } = await verify(otp);
    const after = (await session())!;
    expect(after.user!.sub).toBe("user-2");
    expect(after.tokenSets.map((set) => set.accessToken)).toEqual([accessToken]);
    expect(after.refreshToken).not.toBe(before.refreshToken);
  });

  it("with a session of the same user in another organization is a login of its own", async () => {
    issuer.claims.org_id = "org_acme";
    await logInAt(issuer, bench);
    sayOf({ org_id: "org_other" });
    await verify(otp);
    const after = (await session())!;
    expect(after.user!.org_id).toBe("org_other");
    expect(after.tokenSets).toHaveLength(1);
  });

  it("tells organizations apart though the claims kept of the user name none", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const filterClaims = ({ sub }: { sub: string }) => ({ sub });
    bench = clientBench({ domain, clientId, clientSecret, customFetch, filterClaims });
    issuer.claims.org_id = "org_1";
    await logInAt(issuer, bench);
    sayOf({ org_id: "org_2" });
    await verify({ ...otp, audience: "https://api.example/" });
    expect((await session())!.tokenSets).toHaveLength(1);
  });

  it("counts as what was asked for, where the issuer leaves the scope out", async () => {
    const authorizationParams = { redirect_uri: redirectUri, scope: "openid offline_access read" };
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain, clientId, clientSecret, customFetch, authorizationParams });
    await logInAt(issuer, bench);
    sayOf({});
    issuer.misbehave.token = ({ scope: _, ...body }) => Response.json(body);
    const { accessToken } = await verify({ ...otp, audience: "https://api.example/" });
    const again = await inRequest(bench, (last) =>
      bench.client.getAccessToken({ audience: "https://api.example/" }, last),
    );
    expect(again.accessToken).toBe(accessToken);
  });

  it("with a session of another domain is a login of its own", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    await logInAt(issuer, bench);
    const jar = [...bench.jar];
    const other = "other.example";
    const fetchOther: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      const answer = await customFetch(new Request(request.url.replace(other, domain), request));
      const text = (await answer.text()).replaceAll(domain, other);
      return new Response(text, answer);
    };
    bench = clientBench({ domain: () => other, clientId, clientSecret, customFetch: fetchOther });
    for (const [name, value] of jar) bench.jar.set(name, value);
    expect(await session()).toBeUndefined();
    sayOf({ iss: `https://${other}/` });
    await verify(otp);
    expect(await session()).toMatchObject({ domain: other, tokenSets: [expect.anything()] });
  });

  it("without an ID token saves nothing, session or not: nobody can tell whose tokens those are (weak spot 1)", async () => {
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    await expect(verify(otp)).rejects.toThrow(refused("mfa_verify_error", "invalid_response"));
    expect(await session()).toBeUndefined();
    issuer.misbehave = {};
    await logInAt(issuer, bench);
    const before = await session();
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    await expect(verify(otp)).rejects.toThrow(refused("mfa_verify_error", "invalid_response"));
    expect(await session()).toEqual(before);
  });

  it("makes no session that is born over its ceiling (weak spot 10)", async () => {
    sayOf({ session_expiry: Math.floor(Date.now() / 1000) - 60 });
    await expect(verify(otp)).rejects.toThrow(refused("session_expired"));
    expect(await session()).toBeUndefined();
  });

  it("adds nothing of an organization other than the one everybody logs in to", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    bench = clientBench({ domain, clientId, clientSecret, customFetch, organization: "org_acme" });
    await expect(verify(otp)).rejects.toThrow(refused("organization_validation_error"));
    expect(await session()).toBeUndefined();
    issuer.claims.org_id = "org_acme";
    await logInAt(issuer, bench);
    const before = await session();
    sayOf({ org_id: undefined });
    await expect(verify(otp)).rejects.toThrow(refused("organization_validation_error"));
    expect(await session()).toEqual(before);
  });

  it("spends no code on a session that could not be kept", async () => {
    const committed = { ...bench.request(), committed: true };
    await expect(bench.client.mfa.verify(otp, committed)).rejects.toThrow(refused("response_committed"));
    expect(issuer.requests).toEqual([]);
  });
});

describe("the demand for another factor", () => {
  const mfa_requirements = { enroll: [{ type: "otp" }] };
  const demand = () => {
    issuer.misbehave.token = () =>
      Response.json({ error: "mfa_required", mfa_token: mfaToken, mfa_requirements }, { status: 403 });
  };
  const credential = { id: "c", rawId: "c", type: "public-key", response: { clientDataJSON: "e30" } };
  const email = "user@example.com";

  it.each<[string, string, () => Promise<unknown>]>([
    [
      "getAccessToken",
      "token_by_refresh_token_error",
      () => bench.client.getAccessToken({ audience: "urn:other" }, bench.request()),
    ],
    [
      "completePasswordless",
      "passwordless_verify_error",
      () =>
        bench.client.completePasswordless(
          { connection: "email", email, verificationCode: "1" },
          bench.request(),
        ),
    ],
    [
      "passkey.getToken",
      "passkey_get_token_error",
      () => bench.client.passkey.getToken({ authSession: "a", credential }, bench.request()),
    ],
    ["mfa.verify", "mfa_verify_error", () => bench.client.mfa.verify(otp, bench.request())],
    [
      "getTokenByRefreshToken",
      "token_by_refresh_token_error",
      () => authClientOf(issuer).getTokenByRefreshToken({ refreshToken: "r" }),
    ],
    [
      "getTokenByPassword",
      "token_by_password_error",
      () => authClientOf(issuer).getTokenByPassword({ username: "u", password: "p" }),
    ],
    [
      "getTokenByPasswordlessEmail",
      "passwordless_verify_error",
      () => authClientOf(issuer).getTokenByPasswordlessEmail({ email, code: "1" }),
    ],
    [
      "getTokenByPasswordlessSms",
      "passwordless_verify_error",
      () => authClientOf(issuer).getTokenByPasswordlessSms({ phoneNumber: "+14155550100", code: "1" }),
    ],
    [
      "getTokenByPasswordlessDbConnection",
      "passwordless_db_get_token_error",
      () =>
        authClientOf(issuer).passwordless.getTokenByPasswordlessDbConnection({ authSession: "a", otp: "1" }),
    ],
    [
      "getTokenByPasskey",
      "passkey_get_token_error",
      () => authClientOf(issuer).passkey.getTokenByPasskey({ authSession: "a", credential }),
    ],
  ])("is told by isMfaRequiredError after %s, with what opens the mfa methods", async (_name, code, call) => {
    await logInAt(issuer, bench);
    demand();
    const error = await call().catch((thrown: unknown) => thrown);
    expect(isMfaRequiredError(error)).toBe(true);
    expect(error).toMatchObject({ code, cause: { mfa_token: mfaToken, mfa_requirements, statusCode: 403 } });
    expect((error as Error).message).not.toContain(mfaToken);
  });

  it("is answered by a step-up: the token that was refused is there afterwards", async () => {
    await logInAt(issuer, bench);
    demand();
    const wanted = { audience: "urn:other" };
    const error = await bench.client
      .getAccessToken(wanted, bench.request())
      .catch((thrown: unknown) => thrown);
    if (!isMfaRequiredError(error)) throw error;
    issuer.misbehave = {};
    sayOf({});
    const { accessToken } = await verify({ ...otp, mfaToken: error.cause.mfa_token, ...wanted });
    expect((await bench.client.getAccessToken(wanted, bench.request())).accessToken).toBe(accessToken);
  });

  it("is nothing else", () => {
    for (const other of [
      undefined,
      null,
      "mfa_required",
      new Error("mfa_required"),
      { cause: { error: "mfa_required" } },
    ]) {
      expect(isMfaRequiredError(other)).toBe(false);
    }
  });
});

describe("options that cannot be right", () => {
  const mfa = () => authClientOf(issuer).mfa;
  const cases: [name: string, code: string, call: (value: never) => Promise<unknown>][] = [
    ["list's mfaToken", "mfa_list_authenticators_error", (v) => mfa().listAuthenticators({ mfaToken: v })],
    [
      "enroll's mfaToken",
      "mfa_enrollment_error",
      (v) => mfa().enrollAuthenticator({ mfaToken: v, authenticatorTypes: ["otp"] }),
    ],
    [
      "enroll's authenticatorTypes",
      "mfa_enrollment_error",
      (v) => mfa().enrollAuthenticator({ mfaToken, authenticatorTypes: v }),
    ],
    [
      "enroll's list of types",
      "mfa_enrollment_error",
      (v) => mfa().enrollAuthenticator({ mfaToken, authenticatorTypes: [v] as never }),
    ],
    [
      "delete's mfaToken",
      "mfa_delete_authenticator_error",
      (v) => mfa().deleteAuthenticator({ mfaToken: v, authenticatorId: "a" }),
    ],
    [
      "delete's authenticatorId",
      "mfa_delete_authenticator_error",
      (v) => mfa().deleteAuthenticator({ mfaToken, authenticatorId: v }),
    ],
    [
      "challenge's mfaToken",
      "mfa_challenge_error",
      (v) => mfa().challengeAuthenticator({ mfaToken: v, challengeType: "otp" }),
    ],
    [
      "challenge's challengeType",
      "mfa_challenge_error",
      (v) => mfa().challengeAuthenticator({ mfaToken, challengeType: v }),
    ],
    ["verify's mfaToken", "mfa_verify_error", (v) => verify({ ...otp, mfaToken: v })],
    ["verify's factorType", "mfa_verify_error", (v) => verify({ ...otp, factorType: v } as never)],
    ["verify's otp", "mfa_verify_error", (v) => verify({ ...otp, otp: v })],
    ["verify's oobCode", "mfa_verify_error", (v) => verify({ mfaToken, factorType: "oob", oobCode: v })],
    [
      "verify's recoveryCode",
      "mfa_verify_error",
      (v) => verify({ mfaToken, factorType: "recovery-code", recoveryCode: v }),
    ],
  ];

  it.each(cases)("%s: nothing is sent for it", async (_name, code, call) => {
    for (const [name, value] of noTexts)
      await expect(call(value as never), name).rejects.toThrow(refused(code));
    expect(issuer.requests).toEqual([]);
  });

  it("are factors nobody knows, and names every object has", async () => {
    for (const factorType of ["sms", "toString", "__proto__", "constructor"]) {
      await expect(verify({ ...otp, factorType } as never)).rejects.toThrow(refused("mfa_verify_error"));
    }
    expect(issuer.requests).toEqual([]);
  });

  it("are those left out altogether, and optional ones of a wrong type", async () => {
    const client = authClientOf(issuer);
    for (const nothing of [undefined, null, 5, "text"] as never[]) {
      await expect(client.mfa.listAuthenticators(nothing)).rejects.toThrow(
        refused("mfa_list_authenticators_error"),
      );
      await expect(client.mfa.enrollAuthenticator(nothing)).rejects.toThrow(refused("mfa_enrollment_error"));
      await expect(client.mfa.deleteAuthenticator(nothing)).rejects.toThrow(
        refused("mfa_delete_authenticator_error"),
      );
      await expect(client.mfa.challengeAuthenticator(nothing)).rejects.toThrow(
        refused("mfa_challenge_error"),
      );
      await expect(client.mfa.verify(nothing)).rejects.toThrow(refused("mfa_verify_error"));
      await expect(bench.client.mfa.verify(nothing, bench.request())).rejects.toThrow(
        refused("mfa_verify_error"),
      );
    }
    const oob = { mfaToken, authenticatorTypes: ["oob"], oobChannels: ["sms"] } as const;
    for (const wrong of [{ oobChannels: "sms" }, { oobChannels: [] }, { phoneNumber: "415" }, { email: 5 }]) {
      await expect(client.mfa.enrollAuthenticator({ ...oob, ...wrong } as never)).rejects.toThrow(
        refused("mfa_enrollment_error"),
      );
    }
    await expect(verify({ ...otp, audience: 5 as never })).rejects.toThrow(refused("mfa_verify_error"));
    expect(issuer.requests).toEqual([]);
  });
});

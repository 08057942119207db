import { AuthClient, isMfaRequiredError } from "auth0-edge";
import { decodeJwt, generateKeyPair, jwtVerify } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { authClientOf, inRequest, noTexts, type RequestOf, refused } from "../../support/auth0-clients.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { type ClientBench, clientBench, hostileBench, redirectUri } from "../../support/server-client.ts";

let issuer: HostileIssuer;
let bench: ClientBench;

beforeEach(async () => {
  issuer = await hostileIssuer();
  bench = hostileBench(issuer);
});

const email = "user@example.com";
const phoneNumber = "+14155550100";
const otpGrant = "http://auth0.com/oauth/grant-type/passwordless/otp";
const ownId = () => ({ client_id: issuer.clientId, client_secret: issuer.clientSecret });
const lastCall = () => issuer.calls.findLast(({ path }) => path !== "/jwks")!;
const session = () => bench.client.getSession(bench.request());

const send = <T>(call: (last: RequestOf) => Promise<T>): Promise<T> => inRequest(bench, call);
const complete = (options: object = {}) =>
  send((last) =>
    bench.client.completePasswordless(
      { connection: "email", email, verificationCode: "123456", ...options } as never,
      last,
    ),
  );

describe("AuthClient", () => {
  it("sends a code or a link by email, in the language asked for", async () => {
    const client = authClientOf(issuer);
    await client.passwordless.sendEmail({ email, language: "fr-CA" });
    expect(lastCall()).toMatchObject({ method: "POST", path: "/passwordless/start" });
    expect(lastCall().body).toEqual({ ...ownId(), email, connection: "email", send: "code" });
    expect(lastCall().headers.get("content-type")).toBe("application/json");
    expect(lastCall().headers.get("x-request-language")).toBe("fr-CA");
    const authParams = { redirect_uri: redirectUri, response_type: "code", scope: "openid", state: "mine" };
    await client.passwordless.sendEmail({ email, send: "link", authParams });
    expect(lastCall().body).toEqual({ ...ownId(), email, connection: "email", send: "link", authParams });
    expect(lastCall().headers.has("x-request-language")).toBe(false);
  });

  it("sends a code by SMS", async () => {
    await authClientOf(issuer).passwordless.sendSms({ phoneNumber });
    expect(lastCall().body).toEqual({ ...ownId(), phone_number: phoneNumber, connection: "sms" });
  });

  it("sends a code to a user of a database connection, whom it may sign up", async () => {
    const { passwordless } = authClientOf(issuer);
    const challenge = await passwordless.challengeWithEmail({ email, connection: "db" });
    expect(challenge).toEqual({ authSession: "auth-session-1" });
    expect(lastCall()).toMatchObject({ method: "POST", path: "/otp/challenge" });
    expect(lastCall().body).toEqual({ ...ownId(), email, connection: "db", allow_signup: false });
    await passwordless.challengeWithPhoneNumber({
      phoneNumber,
      connection: "db",
      deliveryMethod: "voice",
      allowSignup: true,
    });
    expect(lastCall().body).toEqual({
      ...ownId(),
      phone_number: phoneNumber,
      connection: "db",
      delivery_method: "voice",
      allow_signup: true,
    });
  });

  it("gets tokens for each kind of code, and asks for no scope of its own", async () => {
    const client = authClientOf(issuer);
    const asked = { audience: "https://api.example/", scope: "openid read" };
    expect((await client.getTokenByPasswordlessEmail({ email, code: "1", ...asked })).claims!.sub).toBe(
      "user-1",
    );
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: otpGrant,
      username: email,
      otp: "1",
      realm: "email",
      ...asked,
    });
    await client.getTokenByPasswordlessSms({ phoneNumber, code: "2" });
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: otpGrant,
      username: phoneNumber,
      otp: "2",
      realm: "sms",
    });
    await client.passwordless.getTokenByPasswordlessDbConnection({
      authSession: "a",
      otp: "3",
      scope: "openid",
    });
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: otpGrant,
      auth_session: "a",
      otp: "3",
      scope: "openid",
    });
  });

  it("proves itself by a signed assertion where it has a key", async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const client = authClientOf(issuer, { clientAssertionSigningKey: privateKey });
    for (const call of [
      () => client.passwordless.sendEmail({ email }),
      () => client.passwordless.challengeWithEmail({ email, connection: "db" }),
    ]) {
      await call();
      const { client_assertion, client_assertion_type, ...body } = lastCall().body;
      expect(body).not.toHaveProperty("client_secret");
      expect(client_assertion_type).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      const { aud, jti, exp, iat } = decodeJwt(client_assertion as string);
      await jwtVerify(client_assertion as string, publicKey, { issuer: issuer.clientId });
      expect(aud).toBe(issuer.issuer);
      expect(jti!.length).toBeGreaterThanOrEqual(22);
      expect(exp! - iat!).toBeLessThanOrEqual(60);
    }
  });

  it("says no more than its id where a certificate proves it, and asks at the issuer's own host", async () => {
    const { domain, clientId, customFetch } = issuer;
    const client = new AuthClient({ domain, clientId, customFetch, useMtls: true });
    await client.passwordless.sendSms({ phoneNumber });
    expect(lastCall().body).toEqual({ client_id: clientId, phone_number: phoneNumber, connection: "sms" });
  });

  it("that is a public one cannot have codes sent", async () => {
    const { passwordless } = authClientOf(issuer, { clientSecret: undefined });
    const missing = refused("missing_client_auth_error");
    await expect(passwordless.sendEmail({ email })).rejects.toThrow(missing);
    await expect(passwordless.sendSms({ phoneNumber })).rejects.toThrow(missing);
    await expect(passwordless.challengeWithEmail({ email, connection: "db" })).rejects.toThrow(missing);
    expect(issuer.calls.filter(({ method }) => method === "POST")).toEqual([]);
  });
});

describe("startPasswordless", () => {
  it("sends a code by email or SMS, and keeps nothing", async () => {
    await send((last) =>
      bench.client.startPasswordless({ connection: "email", email, language: "de" }, last),
    );
    expect(lastCall().body).toEqual({ ...ownId(), email, connection: "email", send: "code" });
    expect(lastCall().headers.get("x-request-language")).toBe("de");
    await send((last) => bench.client.startPasswordless({ connection: "sms", phoneNumber }, last));
    expect(lastCall().body).toEqual({ ...ownId(), phone_number: phoneNumber, connection: "sms" });
    expect(bench.jar.size).toBe(0);
  });

  it("brings what the issuer says no with", async () => {
    issuer.misbehave.api = {
      "/passwordless/start": () =>
        Response.json(
          { error: "bad.connection", error_description: "Connection is disabled" },
          { status: 400 },
        ),
    };
    await expect(
      send((last) => bench.client.startPasswordless({ connection: "email", email }, last)),
    ).rejects.toThrow(refused("passwordless_start_error", "bad.connection"));
  });
});

describe("completePasswordless", () => {
  it("logs in the user who typed the code, with a session like that of any login", async () => {
    issuer.claims.sid = "sid-1";
    issuer.misbehave.token = (body) =>
      Response.json({ ...body, authorization_details: [{ type: "payment" }] });
    expect(await complete()).toEqual({ authorizationDetails: [{ type: "payment" }] });
    expect(lastCall().path).toBe("/token");
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: otpGrant,
      username: email,
      otp: "123456",
      realm: "email",
      scope: "openid profile email offline_access",
    });
    expect(await session()).toMatchObject({
      user: { sub: "user-1" },
      idToken: expect.any(String),
      refreshToken: expect.any(String),
      domain: issuer.domain,
      tokenSets: [{ audience: "default" }],
    });
  });

  it("takes a code that came by SMS", async () => {
    await complete({ connection: "sms", phoneNumber });
    expect(lastCall().body).toMatchObject({
      username: phoneNumber,
      realm: "sms",
    });
    expect(await bench.client.getUser(bench.request())).toMatchObject({ sub: "user-1" });
  });

  it("keeps the token under the audience it was asked for, the call's before the client's", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const authorizationParams = { audience: "urn:client", scope: "read" };
    bench = clientBench({ domain, clientId, clientSecret, customFetch, authorizationParams });
    await complete();
    expect(lastCall().body).toMatchObject({
      audience: "urn:client",
      scope: "openid read",
    });
    expect(await session()).toMatchObject({ tokenSets: [{ audience: "urn:client" }] });
    await complete({ authorizationParams: { audience: "urn:call", scope: "write" } });
    expect(lastCall().body).toMatchObject({ audience: "urn:call", scope: "openid write" });
    expect((await session())!.tokenSets.map(({ audience }) => audience)).toEqual(["urn:call"]);
    const asked = { audience: "urn:call", scope: "write" };
    const { accessToken } = await bench.client.getAccessToken(asked, bench.request());
    expect(accessToken).toBe((await session())!.tokenSets[0]!.accessToken);
  });

  it("replaces whoever was logged in", async () => {
    await complete();
    const before = (await session())!;
    issuer.claims.sub = "user-2";
    await complete();
    const after = (await session())!;
    expect(after.user!.sub).toBe("user-2");
    expect(after.tokenSets).toHaveLength(1);
    expect(after.refreshToken).not.toBe(before.refreshToken);
  });

  it("honours the client's filter of claims and its wish to keep no ID token", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    const filterClaims = () => ({ kept: true });
    bench = clientBench({ domain, clientId, clientSecret, customFetch, storeIdToken: false, filterClaims });
    await complete();
    const { user, idToken } = (await session())!;
    expect(user).toEqual({ kept: true, sub: "user-1" });
    expect(idToken).toBeUndefined();
  });

  it("demands an ID token, since only that says who has come", async () => {
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    await expect(complete()).rejects.toThrow(refused("passwordless_verify_error", "invalid_response"));
    expect(await session()).toBeUndefined();
  });

  it("checks the ID token as that of any login", async () => {
    for (const wrong of [
      { iss: "https://evil.example/" },
      { aud: "other" },
      { exp: 1 },
      { sub: undefined },
    ]) {
      issuer.misbehave.idToken = (claims) => ({ ...claims, ...wrong });
      await expect(complete()).rejects.toThrow(refused("passwordless_verify_error", "invalid_response"));
    }
    expect(await session()).toBeUndefined();
  });

  it("makes no session that is born over its ceiling (weak spot 10)", async () => {
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) - 60;
    await expect(complete()).rejects.toThrow(refused("session_expired"));
    expect(await session()).toBeUndefined();
    issuer.claims.session_expiry = Math.floor(Date.now() / 1000) + 600;
    await complete();
    expect((await session())!.sessionExpiresAt).toBe(issuer.claims.session_expiry);
  });

  it("lets nobody of another organization in", async () => {
    const authorizationParams = { organization: "org_acme" };
    await expect(complete({ authorizationParams })).rejects.toThrow(refused("organization_validation_error"));
    expect(await session()).toBeUndefined();
    issuer.claims.org_id = "org_acme";
    await complete({ authorizationParams });
    expect(lastCall().body.organization).toBe("org_acme");
    await expect(complete({ authorizationParams: { organization: " " } })).rejects.toThrow(
      refused("organization_validation_error"),
    );
  });

  it("says when another factor is required, and which", async () => {
    const mfa_requirements = { challenge: [{ type: "otp" }] };
    issuer.misbehave.token = () =>
      Response.json({ error: "mfa_required", mfa_token: "mfa-1", mfa_requirements }, { status: 403 });
    const error = await complete().catch((thrown: unknown) => thrown);
    expect(isMfaRequiredError(error) && error.cause).toMatchObject({ mfa_token: "mfa-1", mfa_requirements });
    expect(error).toMatchObject({ code: "passwordless_verify_error", statusCode: 403 });
    expect(await session()).toBeUndefined();
  });

  it("spends no code on a session that could not be kept", async () => {
    const committed = { ...bench.request(), committed: true };
    const options = { connection: "email", email, verificationCode: "1" } as const;
    await expect(bench.client.completePasswordless(options, committed)).rejects.toThrow(
      refused("response_committed"),
    );
    expect(issuer.requests).toEqual([]);
  });

  it("is aborted by the signal among the store options", async () => {
    const controller = new AbortController();
    issuer.misbehave.token = () => {
      controller.abort();
      return new Promise(() => undefined);
    };
    const options = { ...bench.request(), signal: controller.signal };
    await expect(
      bench.client.completePasswordless({ connection: "email", email, verificationCode: "1" }, options),
    ).rejects.toThrow(refused("passwordless_verify_error", "timeout"));
  });
});

describe("where the domain is chosen for each request", () => {
  it("codes are sent and completed at that domain, and the session belongs to it", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    let current = domain;
    bench = clientBench({ domain: () => current, clientId, clientSecret, customFetch });
    await send((last) => bench.client.startPasswordless({ connection: "email", email }, last));
    expect(lastCall().path).toBe("/passwordless/start");
    await complete();
    expect((await session())!.domain).toBe(domain);
    current = "other.example";
    expect(await session()).toBeUndefined();
  });
});

describe("options that cannot be right", () => {
  const cases: [name: string, code: string, call: (value: never) => Promise<unknown>][] = [
    ["sendEmail's email", "passwordless_start_error", (v) => client().passwordless.sendEmail({ email: v })],
    [
      "sendSms's phoneNumber",
      "passwordless_start_error",
      (v) => client().passwordless.sendSms({ phoneNumber: v }),
    ],
    [
      "challengeWithEmail's email",
      "passwordless_challenge_error",
      (v) => client().passwordless.challengeWithEmail({ email: v, connection: "db" }),
    ],
    [
      "challengeWithEmail's connection",
      "passwordless_challenge_error",
      (v) => client().passwordless.challengeWithEmail({ email, connection: v }),
    ],
    [
      "challengeWithPhoneNumber's phoneNumber",
      "passwordless_challenge_error",
      (v) => client().passwordless.challengeWithPhoneNumber({ phoneNumber: v, connection: "db" }),
    ],
    [
      "the email of a code",
      "passwordless_verify_error",
      (v) => client().getTokenByPasswordlessEmail({ email: v, code: "1" }),
    ],
    ["a code", "passwordless_verify_error", (v) => client().getTokenByPasswordlessEmail({ email, code: v })],
    [
      "the phone number of a code",
      "passwordless_verify_error",
      (v) => client().getTokenByPasswordlessSms({ phoneNumber: v, code: "1" }),
    ],
    [
      "an authSession",
      "passwordless_db_get_token_error",
      (v) => client().passwordless.getTokenByPasswordlessDbConnection({ authSession: v, otp: "1" }),
    ],
    [
      "an otp",
      "passwordless_db_get_token_error",
      (v) => client().passwordless.getTokenByPasswordlessDbConnection({ authSession: "a", otp: v }),
    ],
    ["the connection to start", "passwordless_start_error", (v) => start({ connection: v, email })],
    ["the email to start with", "passwordless_start_error", (v) => start({ connection: "email", email: v })],
    [
      "the number to start with",
      "passwordless_start_error",
      (v) => start({ connection: "sms", phoneNumber: v }),
    ],
    ["the connection to complete", "passwordless_verify_error", (v) => complete({ connection: v })],
    ["the email to complete with", "passwordless_verify_error", (v) => complete({ email: v })],
    ["the code to complete with", "passwordless_verify_error", (v) => complete({ verificationCode: v })],
    [
      "the number to complete with",
      "passwordless_verify_error",
      (v) => complete({ connection: "sms", phoneNumber: v }),
    ],
  ];
  const client = () => authClientOf(issuer);
  const start = (options: object) => send((last) => bench.client.startPasswordless(options as never, last));

  it.each(cases)("%s: nothing is sent for it", async (_name, code, call) => {
    for (const [name, value] of noTexts) {
      await expect(call(value as never), name).rejects.toThrow(refused(code));
    }
    expect(issuer.requests).toEqual([]);
  });

  it("are those left out altogether, too", async () => {
    const { passwordless } = client();
    for (const nothing of [undefined, null, 5, "text"] as never[]) {
      await expect(passwordless.sendEmail(nothing)).rejects.toThrow(refused("passwordless_start_error"));
      await expect(passwordless.sendSms(nothing)).rejects.toThrow(refused("passwordless_start_error"));
      await expect(passwordless.challengeWithEmail(nothing)).rejects.toThrow(
        refused("passwordless_challenge_error"),
      );
      await expect(bench.client.startPasswordless(nothing)).rejects.toThrow(
        refused("passwordless_start_error"),
      );
      await expect(bench.client.completePasswordless(nothing)).rejects.toThrow(
        refused("passwordless_verify_error"),
      );
    }
    expect(issuer.requests).toEqual([]);
  });

  it("are optional ones of a wrong type, and what a header cannot carry", async () => {
    const wrong = refused("passwordless_start_error");
    const { passwordless } = client();
    await expect(passwordless.sendEmail({ email, language: 5 as never })).rejects.toThrow(wrong);
    await expect(passwordless.sendEmail({ email, language: "de\r\nx: y" })).rejects.toThrow(wrong);
    await expect(passwordless.sendEmail({ email, send: "fax" as never })).rejects.toThrow(wrong);
    for (const authParams of ["text", [], { a: 1n }] as never[]) {
      await expect(passwordless.sendEmail({ email, send: "link", authParams })).rejects.toThrow(wrong);
    }
    const scope = 5 as never;
    await expect(client().getTokenByPasswordlessEmail({ email, code: "1", scope })).rejects.toThrow(
      refused("passwordless_verify_error"),
    );
    await expect(complete({ authorizationParams: { scope } })).rejects.toThrow(
      refused("passwordless_verify_error"),
    );
    expect(issuer.requests).toEqual([]);
  });

  it.each([
    "4155550100",
    "+04155550100",
    "+1 415 555 0100",
    "+1415555010a",
    "+1234567890123456",
    "＋14155550100",
  ])("are phone numbers like '%s'", async (number) => {
    const { passwordless } = client();
    await expect(passwordless.sendSms({ phoneNumber: number })).rejects.toThrow(/E\.164/);
    await expect(client().getTokenByPasswordlessSms({ phoneNumber: number, code: "1" })).rejects.toThrow(
      /E\.164/,
    );
    await expect(complete({ connection: "sms", phoneNumber: number })).rejects.toThrow(/E\.164/);
    expect(issuer.requests).toEqual([]);
  });
});

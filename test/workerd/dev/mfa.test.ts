import { decodeJwt } from "jose/jwt/decode";
import { describe, expect, it } from "vitest";
import { type DevTenant, type DevTenantOptions, totp } from "../../../src/dev/index.ts";
import { API, Browser, MIRA, openTenant, post, postJson, redeem, refresh } from "./harness.ts";

const OTP = "http://auth0.com/oauth/grant-type/mfa-otp";
const OOB = "http://auth0.com/oauth/grant-type/mfa-oob";
const RECOVERY = "http://auth0.com/oauth/grant-type/mfa-recovery-code";
const USERS = [{ sub: MIRA, name: "Mira", email: "mira@example.com", requireMfa: true }];
const PASSWORD = {
  grant_type: "password",
  username: "mira@example.com",
  password: "dev-password",
  scope: "openid offline_access",
};

/** A tenant where Mira needs a second factor. */
const strictTenant = (options: DevTenantOptions = {}) => openTenant({ users: USERS, ...options });

interface MfaAnswer {
  status: number;
  mfa_token: string;
  mfa_requirements: unknown;
}

async function mfaToken(tenant: DevTenant, more: Record<string, string> = {}): Promise<string> {
  const answer = await post(tenant, "/oauth/token", { ...PASSWORD, ...more });
  expect(answer).toMatchObject({ status: 403, error: "mfa_required" });
  return (answer as unknown as MfaAnswer).mfa_token;
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** What `/mfa/associate` answers. */
interface Enrollment {
  status: number;
  id: string;
  secret: string;
  oob_code: string;
  recovery_codes: [string];
}

async function associate(
  tenant: DevTenant,
  token: string,
  body: Record<string, unknown>,
): Promise<Enrollment> {
  return (await postJson(tenant, "/mfa/associate", body, bearer(token))) as unknown as Enrollment;
}

async function list(tenant: DevTenant, token: string): Promise<{ list: Record<string, unknown>[] }> {
  const init = { method: "GET", body: null, ...bearer(token) };
  return (await postJson(tenant, "/mfa/authenticators", {}, init)) as never;
}

async function verify(tenant: DevTenant, grant_type: string, parameters: Record<string, string | undefined>) {
  return await post(tenant, "/oauth/token", { grant_type, ...parameters });
}

/** Enrolls an authenticator app and confirms it; answers its secret and the recovery code. */
async function enrollApp(tenant: DevTenant, now: number): Promise<{ secret: string; recovery: string }> {
  const mfa_token = await mfaToken(tenant);
  const { secret, recovery_codes } = await associate(tenant, mfa_token, { authenticator_types: ["otp"] });
  expect((await verify(tenant, OTP, { mfa_token, otp: await totp(secret, now) })).status).toBe(200);
  return { secret, recovery: recovery_codes[0] };
}

describe("totp", () => {
  it.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ])("agrees with RFC 6238 appendix B at %i", async (now, code) => {
    expect(await totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", now)).toBe(code);
  });
});

describe("a login that needs a second factor", () => {
  it("is answered mfa_required, with a token and what has to be done", async () => {
    expect(await post(strictTenant(), "/oauth/token", PASSWORD)).toEqual({
      status: 403,
      error: "mfa_required",
      error_description: "Multifactor authentication required",
      mfa_token: expect.stringMatching(/^[\w-]{43}$/),
      mfa_requirements: { enroll: [{ type: "otp" }, { type: "phone" }, { type: "email" }] },
    });
  });

  it("is one of a client that says so, also by a code, and is none of others", async () => {
    const clients = [{ clientId: "dev-client", clientSecret: "dev-secret", requireMfa: true }];
    const withGrants = clients.map((client) => ({
      ...client,
      grantTypes: ["password", "http://auth0.com/oauth/grant-type/passwordless/otp"],
    }));
    const tenant = strictTenant({ clients: withGrants, users: [{ ...USERS[0]!, requireMfa: false }] });
    await mfaToken(tenant);
    await postJson(tenant, "/passwordless/start", {
      connection: "email",
      email: "a@b.example",
      send: "code",
    });
    const grant_type = "http://auth0.com/oauth/grant-type/passwordless/otp";
    const code = { grant_type, realm: "email", username: "a@b.example", otp: tenant.mailbox()[0]!.code! };
    expect(await post(tenant, "/oauth/token", code)).toMatchObject({ error: "mfa_required" });
    const relaxed = openTenant({ users: [{ ...USERS[0]!, requireMfa: false }] });
    expect((await post(relaxed, "/oauth/token", PASSWORD)).status).toBe(200);
  });

  it("does not concern logins in the browser, unless the API does", async () => {
    const apis = [{ audience: API, scopes: ["read:orders"], requireMfa: true }];
    const tenant = strictTenant({ apis });
    const plain = await redeem(tenant, await new Browser(tenant).logIn({ audience: undefined }));
    expect(plain.status).toBe(200);
    expect((await refresh(tenant, plain.refresh_token)).status).toBe(200);
    const login = await redeem(tenant, await new Browser(tenant).logIn());
    const answer = await refresh(tenant, login.refresh_token);
    expect(answer).toMatchObject({ status: 403, error: "mfa_required" });
    const { mfa_token } = answer as unknown as MfaAnswer;
    const { secret } = await associate(tenant, mfa_token, { authenticator_types: ["otp"] });
    const stepped = await verify(tenant, OTP, { mfa_token, otp: await totp(secret) });
    expect(decodeJwt(stepped.access_token).aud).toContain(API);
    expect(decodeJwt(stepped.id_token)).toMatchObject({ amr: ["mfa"], sid: decodeJwt(login.id_token).sid });
    const after = await refresh(tenant, stepped.refresh_token);
    expect(after.status).toBe(200);
    expect((await refresh(tenant, login.refresh_token)).error).toBe("mfa_required");
  });

  it("is no way around the reuse detection of refresh tokens", async () => {
    const apis = [
      { audience: API, scopes: ["read:orders"] },
      { audience: "https://bank/", requireMfa: true },
    ];
    const client = {
      clientId: "dev-client",
      clientSecret: "dev-secret",
      refreshTokenPolicies: [{ audience: "https://bank/", scopes: [] }],
    };
    const tenant = openTenant({ apis, clients: [client] });
    const login = await redeem(tenant, await new Browser(tenant).logIn());
    const next = await refresh(tenant, login.refresh_token);
    const reused = await refresh(tenant, login.refresh_token, { audience: "https://bank/" });
    expect(reused.error).toBe("invalid_grant");
    expect((await refresh(tenant, next.refresh_token)).error).toBe("invalid_grant");
  });
});

describe("an authenticator app", () => {
  it("is enrolled with a secret, a key URI and a recovery code", async () => {
    const tenant = strictTenant();
    const token = await mfaToken(tenant);
    const answer = await associate(tenant, token, { authenticator_types: ["otp"] });
    expect(answer).toEqual({
      status: 200,
      authenticator_type: "otp",
      id: expect.stringMatching(/^totp\|dev_/),
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      barcode_uri: expect.stringMatching(
        /^otpauth:\/\/totp\/dev%3Amira%40example\.com\?secret=[A-Z2-7]{32}&/,
      ),
      recovery_codes: [expect.stringMatching(/^[A-Z0-9]{24}$/)],
    });
    expect((await list(tenant, token)).list).toMatchObject([
      { authenticator_type: "recovery-code", active: true },
      { id: answer.id, authenticator_type: "otp", active: false },
    ]);
  });

  it("is confirmed by its first code, gives the tokens that waited, and is asked for from then on", async () => {
    const now = 1_800_000_000;
    const tenant = strictTenant({ clock: () => now });
    const mfa_token = await mfaToken(tenant, { audience: API, scope: "openid read:orders offline_access" });
    const { secret } = await associate(tenant, mfa_token, { authenticator_types: ["otp"] });
    const tokens = await verify(tenant, OTP, { mfa_token, otp: await totp(secret, now) });
    expect(tokens).toMatchObject({ status: 200, scope: "openid read:orders offline_access" });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ sub: MIRA, amr: ["mfa"] });
    expect((await refresh(tenant, tokens.refresh_token)).status).toBe(200);
    const again = await post(tenant, "/oauth/token", PASSWORD);
    expect(again).toMatchObject({ mfa_requirements: { challenge: [{ type: "otp" }] } });
    const second = (again as unknown as MfaAnswer).mfa_token;
    expect(await associate(tenant, second, { authenticator_types: ["otp"] })).toMatchObject({
      status: 403,
      error: "access_denied",
      error_description: "User is already enrolled.",
    });
    expect(await postJson(tenant, "/mfa/challenge", { mfa_token: second, challenge_type: "otp" })).toEqual({
      status: 200,
      challenge_type: "otp",
    });
  });

  it("may be half a minute off, and each code works once", async () => {
    let now = 1_800_000_000;
    const tenant = strictTenant({ clock: () => now });
    const { secret } = await enrollApp(tenant, now);
    const enter = async (time: number) => {
      const mfa_token = await mfaToken(tenant);
      return (await verify(tenant, OTP, { mfa_token, otp: await totp(secret, time) })).error;
    };
    expect(await enter(now)).toBe("invalid_grant");
    expect(await enter(now + 30)).toBeUndefined();
    expect(await enter(now - 30)).toBeUndefined();
    expect(await enter(now - 30)).toBe("invalid_grant");
    now += 300;
    expect(await enter(now + 60)).toBe("invalid_grant");
    expect(await enter(now - 60)).toBe("invalid_grant");
  });

  it("logs in once, however many bring the code at the same time", async () => {
    const now = 1_800_000_000;
    const tenant = strictTenant({ clock: () => now });
    const mfa_token = await mfaToken(tenant);
    const { secret } = await associate(tenant, mfa_token, { authenticator_types: ["otp"] });
    const otp = await totp(secret, now);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => verify(tenant, OTP, { mfa_token, otp })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await verify(tenant, OTP, { mfa_token, otp: await totp(secret, now + 30) })).toMatchObject({
      error: "invalid_grant",
      error_description: "Malformed mfa_token",
    });
  });

  it("is not guessed: ten wrong codes, and there is nothing but to wait", async () => {
    let now = 1_800_000_000;
    const tenant = strictTenant({ clock: () => now });
    const { secret } = await enrollApp(tenant, now);
    now += 60;
    const mfa_token = await mfaToken(tenant);
    for (let tries = 0; tries < 10; tries++) {
      expect(await verify(tenant, OTP, { mfa_token, otp: "nonsense" })).toMatchObject({
        status: 403,
        error: "invalid_grant",
        error_description: "Invalid otp_code.",
      });
    }
    const otp = await totp(secret, now);
    expect(await verify(tenant, OTP, { mfa_token, otp })).toMatchObject({
      status: 429,
      error: "too_many_attempts",
    });
    now += 600;
    const later = await totp(secret, now);
    const fresh = await mfaToken(tenant);
    expect((await verify(tenant, OTP, { mfa_token: fresh, otp: later })).status).toBe(200);
  });

  it("is removed by an access token for that, never by a login that has yet to prove it", async () => {
    let now = 1_800_000_000;
    const tenant = strictTenant({ clock: () => now });
    const { secret } = await enrollApp(tenant, now);
    const token = await mfaToken(tenant);
    const [, app] = (await list(tenant, token)).list;
    const remove = (id: string, by: string) =>
      tenant.customFetch(`https://dev.localhost/mfa/authenticators/${encodeURIComponent(id)}`, {
        method: "DELETE",
        ...bearer(by),
      });
    const id = app!.id as string;
    expect((await remove("totp|dev_other", token)).status).toBe(404);
    const refused = await remove(id, token);
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: "insufficient_scope" }]);
    expect((await list(tenant, token)).list).toHaveLength(2);

    now += 60;
    const audience = "https://dev.localhost/mfa/";
    const mfa_token = await mfaToken(tenant, { audience, scope: "remove:authenticators" });
    const tokens = await verify(tenant, OTP, { mfa_token, otp: await totp(secret, now) });
    expect((await remove(id, tokens.access_token as string)).status).toBe(204);
    const next = await mfaToken(tenant);
    expect((await list(tenant, next)).list).toHaveLength(1);
    expect((await associate(tenant, next, { authenticator_types: ["otp"] })).status).toBe(200);
  });
});

describe("a phone or an e-mail address", () => {
  it.each([
    ["sms", { phone_number: "+14155550100" }, "+14155550100", "sms", "phone", "+XXXXXXX0100"],
    ["voice", { phone_number: "+14155550100" }, "+14155550100", "sms", "phone", "+XXXXXXX0100"],
    ["email", { email: "other@example.com" }, "other@example.com", "email", "email", "o***@e***.com"],
    ["email", {}, "mira@example.com", "email", "email", "m***@e***.com"],
  ])("is enrolled and challenged by a code sent there: %s", async (channel, more, to, kind, type, name) => {
    const tenant = strictTenant();
    const mfa_token = await mfaToken(tenant);
    const body = { authenticator_types: ["oob"], oob_channels: [channel], ...more };
    const enrolled = await associate(tenant, mfa_token, body);
    expect(enrolled).toMatchObject({
      status: 200,
      authenticator_type: "oob",
      oob_channel: channel,
      binding_method: "prompt",
      recovery_codes: [expect.any(String)],
    });
    expect(tenant.mailbox()[0]).toMatchObject({ kind, to });
    const first = { mfa_token, oob_code: enrolled.oob_code, binding_code: tenant.mailbox()[0]!.code! };
    expect((await verify(tenant, OOB, first)).status).toBe(200);

    const again = await mfaToken(tenant);
    const [, factor] = (await list(tenant, again)).list;
    expect(factor).toMatchObject({ type, name, oob_channels: [channel], active: true });
    const challenge = { mfa_token: again, challenge_type: "oob", authenticator_id: factor!.id };
    const challenged = await postJson(tenant, "/mfa/challenge", challenge);
    expect(challenged).toEqual({
      status: 200,
      challenge_type: "oob",
      oob_code: expect.any(String),
      binding_method: "prompt",
    });
    const oob_code = challenged.oob_code as string;
    const binding_code = tenant.mailbox()[0]!.code!;
    const right = { mfa_token: again, oob_code, binding_code };
    expect(await verify(tenant, OOB, { ...right, binding_code: "nonsense" })).toMatchObject({
      error_description: "Invalid binding_code.",
    });
    expect(await verify(tenant, OOB, { ...right, oob_code: "nonsense" })).toMatchObject({
      error_description: "Invalid oob_code.",
    });
    expect(await verify(tenant, OOB, { ...right, mfa_token: await mfaToken(tenant) })).toMatchObject({
      error_description: "The oob_code doesn't match the mfa_token",
    });
    expect((await verify(tenant, OOB, right)).status).toBe(200);
    expect((await verify(tenant, OOB, right)).error).toBe("invalid_grant");
  });
});

describe("a recovery code", () => {
  it("logs in once, and the next one comes with the tokens", async () => {
    const now = 1_800_000_000;
    const tenant = strictTenant({ clock: () => now });
    const { recovery } = await enrollApp(tenant, now);
    const enter = async (recovery_code: string) =>
      await verify(tenant, RECOVERY, { mfa_token: await mfaToken(tenant), recovery_code });
    const [one, two] = await Promise.all([enter(recovery), enter(recovery)]);
    const [won, lost] = one.status === 200 ? [one, two] : [two, one];
    const next = (won as unknown as { recovery_code: string }).recovery_code;
    expect(next).toMatch(/^[A-Z0-9]{24}$/);
    expect(lost).toMatchObject({ error: "invalid_grant", error_description: "Invalid recovery_code." });
    expect((await enter(recovery)).error).toBe("invalid_grant");
    expect((await enter(next)).status).toBe(200);
  });
});

describe("the MFA endpoints refuse", () => {
  it("an mfa_token that is missing, unknown, expired or of another client", async () => {
    let now = 1_800_000_000;
    const tenant = strictTenant({ clock: () => now });
    const token = await mfaToken(tenant);
    const malformed = { status: 403, error: "invalid_grant", error_description: "Malformed mfa_token" };
    expect(await postJson(tenant, "/mfa/associate", {})).toMatchObject({ status: 401 });
    expect(await list(tenant, "nonsense")).toMatchObject(malformed);
    expect(await postJson(tenant, "/mfa/challenge", {})).toMatchObject({ error: "invalid_request" });
    const spa = { mfa_token: token, client_id: "dev-spa", client_secret: undefined };
    expect(await postJson(tenant, "/mfa/challenge", spa)).toMatchObject(malformed);
    expect(await verify(tenant, OTP, { ...spa, otp: "123456" })).toMatchObject(malformed);
    expect(await verify(tenant, OTP, { otp: "123456" })).toMatchObject({ error: "invalid_request" });
    now += 600;
    const expired = { status: 403, error: "expired_token", error_description: "mfa_token is expired" };
    expect(await list(tenant, token)).toMatchObject(expired);
    expect(await verify(tenant, OTP, { mfa_token: token, otp: "123456" })).toMatchObject(expired);
  });

  it.each<[string, Record<string, unknown>]>([
    ["no type", {}],
    ["two types", { authenticator_types: ["otp", "oob"] }],
    ["an unknown type", { authenticator_types: ["magic"] }],
    ["a type that is text", { authenticator_types: "otp" }],
    ["no channel", { authenticator_types: ["oob"] }],
    ["an unknown channel", { authenticator_types: ["oob"], oob_channels: ["auth0"] }],
    ["channels that are numbers", { authenticator_types: ["oob"], oob_channels: [1] }],
    ["no phone number", { authenticator_types: ["oob"], oob_channels: ["sms"] }],
    ["a malformed address", { authenticator_types: ["oob"], oob_channels: ["email"], email: "x" }],
  ])("to enroll with %s", async (_what, body) => {
    const tenant = strictTenant();
    const answer = await associate(tenant, await mfaToken(tenant), body);
    expect(answer).toMatchObject({ status: 400, error: "invalid_request" });
  });

  it("to enroll without end, and to challenge what is not there", async () => {
    const tenant = strictTenant();
    const token = await mfaToken(tenant);
    for (let count = 0; count < 10; count++) {
      expect((await associate(tenant, token, { authenticator_types: ["otp"] })).status).toBe(200);
    }
    expect(await associate(tenant, token, { authenticator_types: ["otp"] })).toMatchObject({ status: 403 });
    expect(await postJson(tenant, "/mfa/challenge", { mfa_token: token })).toMatchObject({
      status: 403,
      error: "unsupported_challenge_type",
    });
    const odd = { mfa_token: token, challenge_type: "magic" };
    expect(await postJson(tenant, "/mfa/challenge", odd)).toMatchObject({ error: "invalid_request" });
    const noSecret = { mfa_token: token, client_secret: undefined };
    expect(await postJson(tenant, "/mfa/challenge", noSecret)).toMatchObject({ status: 401 });
  });
});

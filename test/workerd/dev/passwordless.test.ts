import { decodeJwt } from "jose/jwt/decode";
import { describe, expect, it } from "vitest";
import { type DevTenant, type DevTenantOptions, MemoryDevTenantStorage } from "../../../src/dev/index.ts";
import {
  API,
  APP,
  appTenant,
  Browser,
  CALLBACK,
  JONAS,
  openTenant,
  post,
  postJson,
  redeem,
  type TokenAnswer,
  visit,
} from "./harness.ts";

const OTP = "http://auth0.com/oauth/grant-type/passwordless/otp";
const EMAIL = { connection: "email", email: "new.person@example.com", send: "code" };
const SMS = { connection: "sms", phone_number: "+14155550100" };
const USED_UP = "You've reached the maximum number of attempts. Please try to login again.";

/** Sends a code; answers it as the mailbox has it. */
async function sendCode(tenant: DevTenant, body: Record<string, unknown> = EMAIL): Promise<string> {
  expect(await postJson(tenant, "/passwordless/start", body)).toMatchObject({ status: 200 });
  return tenant.mailbox()[0]!.code!;
}

async function enter(
  tenant: DevTenant,
  otp: string,
  parameters: Record<string, string | undefined> = {},
): Promise<TokenAnswer> {
  return await post(tenant, "/oauth/token", {
    grant_type: OTP,
    username: EMAIL.email,
    realm: "email",
    scope: "openid email profile offline_access",
    otp,
    ...parameters,
  });
}

/** A code that is not this one. */
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

describe("a code sent by e-mail", () => {
  it("has six digits and stands in the mailbox", async () => {
    const tenant = openTenant();
    const answer = await postJson(tenant, "/passwordless/start", EMAIL);
    expect(answer).toEqual({
      status: 200,
      _id: expect.any(String),
      email: EMAIL.email,
      email_verified: false,
    });
    expect(tenant.mailbox()).toEqual([
      {
        kind: "email",
        to: EMAIL.email,
        subject: "Your code for Dev App",
        code: expect.stringMatching(/^\d{6}$/),
        sentAt: expect.any(Number),
      },
    ]);
  });

  it("logs in somebody new, who is there from then on", async () => {
    const storage = new MemoryDevTenantStorage();
    const tenant = openTenant({ storage });
    const first = await enter(tenant, await sendCode(tenant), { audience: API });
    expect(first).toMatchObject({ status: 200, token_type: "Bearer", refresh_token: expect.any(String) });
    const claims = decodeJwt(first.id_token);
    expect(claims).toMatchObject({ email: EMAIL.email, email_verified: true, nickname: "new.person" });
    expect(claims.sub).toMatch(/^email\|[\w-]{24}$/);
    const reloaded = openTenant({ storage });
    expect((await new Browser(reloaded).authorize()).html).toContain(
      `aria-label="Continue as ${EMAIL.email}"`,
    );
    const again = await enter(reloaded, await sendCode(reloaded), { username: "New.Person@Example.com" });
    expect(decodeJwt(again.id_token).sub).toBe(claims.sub);
  });

  it("logs in the person of the options who has the address", async () => {
    const tenant = openTenant();
    const email = "jonas.adeyemi@example.com";
    const otp = await sendCode(tenant, { ...EMAIL, email });
    expect(decodeJwt((await enter(tenant, otp, { username: email })).id_token).sub).toBe(JONAS);
  });

  it("works once, and one person is created however many bring it", async () => {
    const tenant = openTenant();
    const otp = await sendCode(tenant);
    const answers = await Promise.all(Array.from({ length: 10 }, () => enter(tenant, otp)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const home = await (await visit(tenant, `${APP}/dev-tenant`)).text();
    expect(home.split(`<b>${EMAIL.email}</b>`)).toHaveLength(2);
  });

  it("is dead after three wrong ones, and a new one is not", async () => {
    const tenant = openTenant();
    const otp = await sendCode(tenant);
    for (let tries = 0; tries < 3; tries++) {
      expect(await enter(tenant, other(otp))).toEqual({
        status: 403,
        error: "invalid_grant",
        error_description: "Wrong email or verification code.",
      });
    }
    expect(await enter(tenant, otp)).toMatchObject({ status: 403, error_description: USED_UP });
    expect((await enter(tenant, await sendCode(tenant))).status).toBe(200);
  });

  it("cannot be guessed by asking many times at once", async () => {
    const tenant = openTenant();
    const otp = await sendCode(tenant);
    const guesses = Array.from({ length: 20 }, () => enter(tenant, other(otp)));
    const answers = await Promise.all(guesses);
    expect(answers.filter(({ error_description }) => error_description !== USED_UP)).toHaveLength(3);
  });

  it("is dead after three minutes, and when a newer one was sent", async () => {
    let now = 1_800_000_000;
    const tenant = openTenant({ clock: () => now });
    const old = await sendCode(tenant);
    const otp = await sendCode(tenant);
    if (old !== otp) expect(await enter(tenant, old)).toMatchObject({ error: "invalid_grant" });
    now += 180;
    expect(await enter(tenant, otp)).toMatchObject({ error: "invalid_grant" });
    const fresh = await sendCode(tenant);
    now += 179;
    expect((await enter(tenant, fresh)).status).toBe(200);
  });

  it("is refused for another address, realm or client", async () => {
    const tenant = openTenant();
    const otp = await sendCode(tenant);
    for (const wrong of [
      { username: "somebody@else.example" },
      { realm: "sms" },
      { client_id: "dev-spa", client_secret: undefined },
    ]) {
      expect(await enter(tenant, otp, wrong)).toMatchObject({ status: 403, error: "invalid_grant" });
    }
    expect(await enter(tenant, otp, { realm: "fax" })).toMatchObject({ error: "invalid_request" });
    expect(await enter(tenant, otp, { username: undefined })).toMatchObject({ error: "invalid_request" });
    expect((await enter(tenant, otp)).status).toBe(200);
  });
});

describe("a code sent by SMS", () => {
  it("logs in somebody who has nothing but a number", async () => {
    const tenant = openTenant();
    const otp = await sendCode(tenant, SMS);
    expect(tenant.mailbox()[0]).toMatchObject({ kind: "sms", to: SMS.phone_number });
    const realm = { username: SMS.phone_number, realm: "sms" };
    const answer = await enter(tenant, otp, realm);
    const claims = decodeJwt(answer.id_token);
    expect(claims).toMatchObject({ name: SMS.phone_number });
    expect(claims.sub).toMatch(/^sms\|/);
    expect(claims).not.toHaveProperty("email");
    expect(await enter(tenant, otp, realm)).toMatchObject({
      error_description: "Wrong phone number or verification code.",
    });
  });
});

describe("/passwordless/start refuses", () => {
  it.each<[string, Record<string, unknown>, number, string]>([
    ["no connection", { connection: undefined }, 400, "bad.connection"],
    ["an unknown connection", { connection: "fax" }, 400, "bad.connection"],
    ["no address", { email: undefined }, 400, "bad.email"],
    ["a malformed address", { email: "nobody" }, 400, "bad.email"],
    ["two addresses in one", { email: "a@b.example c@d.example" }, 400, "bad.email"],
    ["another way to send", { send: "pigeon" }, 400, "bad.send"],
    ["no phone number", { connection: "sms" }, 400, "bad.phone_number"],
    ["a local phone number", { connection: "sms", phone_number: "0415 555" }, 400, "bad.phone_number"],
    ["authParams that are text", { send: "link", authParams: "scope" }, 400, "bad.authParams"],
    ["authParams that are none", { send: "link", authParams: null }, 400, "bad.authParams"],
    ["authParams with objects", { send: "link", authParams: { scope: {} } }, 400, "bad.authParams"],
    ["a wrong secret", { client_secret: "wrong" }, 401, "access_denied"],
    ["no secret", { client_secret: undefined }, 401, "access_denied"],
    ["an unknown client", { client_id: "who" }, 401, "access_denied"],
    ["an address that is a number", { email: 1 }, 400, "invalid_request"],
  ])("%s", async (_what, body, status, error) => {
    const tenant = openTenant();
    expect(await postJson(tenant, "/passwordless/start", { ...EMAIL, ...body })).toMatchObject({
      status,
      error,
    });
    expect(tenant.mailbox()).toEqual([]);
  });

  it("a client without the grant type, and needs no secret of a public one", async () => {
    expect(await postJson(appTenant(), "/passwordless/start", EMAIL)).toMatchObject({
      status: 403,
      error: "unauthorized_client",
    });
    const spa = { ...EMAIL, client_id: "dev-spa", client_secret: undefined };
    expect(await postJson(openTenant(), "/passwordless/start", spa)).toMatchObject({ status: 200 });
  });

  it("half of a JSON object in a form", async () => {
    const form = { connection: "email", email: EMAIL.email, send: "link", authParams: "{" };
    expect(await post(openTenant(), "/passwordless/start", form)).toMatchObject({ error: "bad.authParams" });
  });
});

describe("a link sent by e-mail", () => {
  const authParams = {
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid email offline_access read:orders",
    audience: API,
    state: "the-state",
  };

  async function sendLink(options: DevTenantOptions = {}, more: Record<string, unknown> = {}) {
    const tenant = openTenant(options);
    const body = { ...EMAIL, send: "link", authParams: { ...authParams, ...more } };
    expect(await postJson(tenant, "/passwordless/start", body)).toMatchObject({ status: 200 });
    return { tenant, link: tenant.mailbox()[0]!.link! };
  }

  it("leads back to the app with a code and the state, which needs no PKCE", async () => {
    const { tenant, link } = await sendLink();
    expect(new URL(link).origin).toBe(APP);
    const browser = new Browser(tenant);
    const { url } = await browser.open(link);
    expect(url.origin + url.pathname).toBe(CALLBACK);
    expect(url.searchParams.get("state")).toBe("the-state");
    expect(url.searchParams.get("iss")).toBe("https://dev.localhost/");
    const tokens = await redeem(tenant, url, { code_verifier: undefined });
    expect(tokens).toMatchObject({ status: 200, scope: authParams.scope });
    const claims = decodeJwt(tokens.id_token);
    expect(claims).toMatchObject({ email: EMAIL.email, sid: expect.any(String) });
    const silent = await browser.open(`${APP}/dev-tenant/authorize?${silentParameters()}`);
    expect(silent.url.searchParams.has("code")).toBe(true);
  });

  it("is what is sent unless a code is asked for", async () => {
    const tenant = openTenant();
    await postJson(tenant, "/passwordless/start", { ...EMAIL, send: undefined, authParams });
    expect(tenant.mailbox()[0]).toMatchObject({ link: expect.any(String) });
    expect(tenant.mailbox()[0]).not.toHaveProperty("code");
  });

  it("works once, within three minutes, and is not used up by a look", async () => {
    let now = 1_800_000_000;
    const clock = () => now;
    const { tenant, link } = await sendLink({ clock });
    expect((await visit(tenant, link, { method: "HEAD" })).status).toBe(200);
    const openings = await Promise.all(Array.from({ length: 5 }, () => visit(tenant, link)));
    expect(openings.filter((response) => response.status === 302)).toHaveLength(1);
    const used = await visit(tenant, link);
    expect(used.status).toBe(400);
    expect(await used.text()).toContain("This link has ended");
    const late = await sendLink({ clock });
    now += 180;
    expect((await visit(late.tenant, late.link)).status).toBe(400);
    expect((await visit(late.tenant, `${APP}/dev-tenant/passwordless/verify_redirect`)).status).toBe(400);
  });

  it("goes nowhere that is not registered, and tells the app of what else is wrong", async () => {
    const astray = await sendLink({}, { redirect_uri: "https://evil.example/" });
    const page = await visit(astray.tenant, astray.link);
    expect([page.status, page.headers.get("location")]).toEqual([403, null]);
    const wrong = await sendLink({}, { audience: "https://nope/" });
    const { url } = await new Browser(wrong.tenant).open(wrong.link);
    expect(url.searchParams.get("error")).toBe("access_denied");
  });

  it("cannot be made to stand for another client", async () => {
    const { tenant, link } = await sendLink({}, { client_id: "dev-spa" });
    const { url } = await new Browser(tenant).open(link);
    expect((await redeem(tenant, url, { code_verifier: undefined })).status).toBe(200);
  });
});

describe("a code for the database connection", () => {
  const DATABASE = { connection: "Username-Password-Authentication", email: "jonas.adeyemi@example.com" };

  async function challenge(tenant: DevTenant, body: Record<string, unknown> = {}): Promise<string> {
    const answer = await postJson(tenant, "/otp/challenge", { ...DATABASE, ...body });
    expect(answer).toEqual({ status: 200, auth_session: expect.any(String) });
    return answer.auth_session as string;
  }

  const exchange = (tenant: DevTenant, auth_session: string, otp: string, more = {}) =>
    enter(tenant, otp, { auth_session, username: undefined, realm: undefined, ...more });

  it("logs in one of the people by the auth_session alone", async () => {
    const tenant = openTenant();
    const session = await challenge(tenant, { allow_signup: false });
    const answer = await exchange(tenant, session, tenant.mailbox()[0]!.code!);
    expect(decodeJwt(answer.id_token).sub).toBe(JONAS);
  });

  it("creates somebody where sign-up is allowed, with a number or an address", async () => {
    const tenant = openTenant();
    for (const who of [{ email: "new@example.com" }, { email: undefined, phone_number: "+14155550100" }]) {
      const session = await challenge(tenant, { ...who, allow_signup: true, delivery_method: "text" });
      const answer = await exchange(tenant, session, tenant.mailbox()[0]!.code!);
      expect(decodeJwt(answer.id_token).sub).toMatch(/^auth0\|/);
    }
  });

  it("does not tell who exists", async () => {
    const tenant = openTenant();
    const session = await challenge(tenant, { email: "nobody@example.com" });
    expect(tenant.mailbox()).toEqual([]);
    expect(await exchange(tenant, session, "123456")).toMatchObject({
      status: 400,
      error: "invalid_request",
    });
  });

  it("is refused when it or the auth_session is wrong, used or of another client", async () => {
    const tenant = openTenant();
    const session = await challenge(tenant);
    const otp = tenant.mailbox()[0]!.code!;
    const refused = { status: 400, error: "invalid_request" };
    expect(await exchange(tenant, session, other(otp))).toMatchObject(refused);
    expect(await exchange(tenant, "nonsense", otp)).toMatchObject(refused);
    const spa = { client_id: "dev-spa", client_secret: undefined };
    expect(await exchange(tenant, session, otp, spa)).toMatchObject(refused);
    expect((await exchange(tenant, session, otp)).status).toBe(200);
    expect(await exchange(tenant, session, otp)).toMatchObject(refused);
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    ["another connection", { connection: "email" }, 400, "invalid_connection"],
    ["no address", { email: undefined }, 400, "invalid_request"],
    ["two addresses", { phone_number: "+14155550100" }, 400, "invalid_request"],
    ["a wrong secret", { client_secret: "wrong" }, 401, "access_denied"],
  ])("is not sent to %s", async (_what, body, status, error) => {
    const answer = await postJson(openTenant(), "/otp/challenge", { ...DATABASE, ...body });
    expect(answer).toMatchObject({ status, error });
  });
});

describe("the mailbox", () => {
  const url = `${APP}/dev-tenant/mailbox`;

  it("shows codes and links, newest first, and escapes what others chose", async () => {
    const tenant = openTenant({
      clients: [{ clientId: "dev-client", clientSecret: "dev-secret", name: "<b>x</b>", grantTypes: [OTP] }],
    });
    await sendCode(tenant);
    await sendCode(tenant, SMS);
    const html = await (await visit(tenant, url)).text();
    const [sms, email] = tenant.mailbox();
    expect(html.indexOf(sms!.code!)).toBeLessThan(html.lastIndexOf(email!.code!));
    expect(html).toContain("2 messages");
    expect(html).toContain("&lt;b&gt;x&lt;/b&gt;");
    expect(html).not.toContain("<b>x</b>");
    expect(html).toContain("user-select: all");
    const home = await (await visit(tenant, `${APP}/dev-tenant`)).text();
    expect(home).toContain(`href="${url}"`);
  });

  it("keeps fifty, and is cleared by its own button only", async () => {
    const tenant = openTenant();
    for (let index = 0; index < 55; index++)
      await sendCode(tenant, { ...EMAIL, email: `p${index}@example.com` });
    expect(tenant.mailbox()).toHaveLength(50);
    expect(tenant.mailbox()[0]!.to).toBe("p54@example.com");
    const body = new URLSearchParams({ clear: "all" });
    const foreign = { "sec-fetch-site": "cross-site" };
    expect((await visit(tenant, url, { method: "POST", body, headers: foreign })).status).toBe(403);
    expect(tenant.mailbox()).toHaveLength(50);
    expect((await visit(tenant, url, { method: "POST", body })).headers.get("location")).toBe(url);
    expect(tenant.mailbox()).toEqual([]);
    expect(await (await visit(tenant, url)).text()).toContain("No messages yet");
  });
});

/** A request that is answered from the tenant's login session. */
function silentParameters(): string {
  const { searchParams } = new URL(
    `${APP}/?client_id=dev-client&redirect_uri=${encodeURIComponent(CALLBACK)}&response_type=code&prompt=none`,
  );
  return searchParams.toString();
}

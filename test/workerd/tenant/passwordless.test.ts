import { AuthClient } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { inRequest, refused } from "../../support/auth0-clients.ts";
import { type ClientBench, clientBench, redirectUri } from "../../support/server-client.ts";
import { API, Browser, openTenant } from "../dev/harness.ts";

let tenant: ReturnType<typeof openTenant>;
let bench: ClientBench;
let auth: AuthClient;

beforeEach(() => {
  tenant = openTenant();
  bench = clientBench(tenant.clientOptions);
  auth = new AuthClient(tenant.clientOptions);
});

const email = "new.person@example.com";
const phoneNumber = "+14155550100";
const letter = () => tenant.mailbox()[0]!;
const start = (options: object) =>
  inRequest(bench, (last) => bench.client.startPasswordless(options as never, last));
const complete = (options: object) =>
  inRequest(bench, (last) => bench.client.completePasswordless(options as never, last));
const follow = (callback: URL) =>
  inRequest(bench, (last) => bench.client.completePasswordlessMagicLink(callback, last));
const session = () => bench.client.getSession(bench.request());

describe("at the development tenant", () => {
  it("a code from the mailbox logs in, and its tokens can be refreshed", async () => {
    await start({ connection: "email", email });
    const authorizationParams = { audience: API, scope: "openid email offline_access read:orders" };
    const code = { connection: "email", email, verificationCode: letter().code, authorizationParams };
    await complete(code);
    expect(await session()).toMatchObject({
      user: { email, email_verified: true },
      domain: "dev.localhost",
      tokenSets: [{ audience: API, scope: expect.stringContaining("read:orders") }],
    });
    const options = { audience: API, scope: "read:orders email openid offline_access" };
    expect((await bench.client.getAccessToken(options, bench.request())).audience).toBe(API);
    await expect(complete(code)).rejects.toThrow(refused("passwordless_verify_error", "invalid_grant"));
  });

  it("a code sent by SMS logs in, and a wrong one does not", async () => {
    await start({ connection: "sms", phoneNumber });
    const verificationCode = letter().code!;
    const wrong = String((Number(verificationCode) + 1) % 1_000_000).padStart(6, "0");
    await expect(complete({ connection: "sms", phoneNumber, verificationCode: wrong })).rejects.toThrow(
      refused("passwordless_verify_error", { error: "invalid_grant", statusCode: 403 }),
    );
    expect(await session()).toBeUndefined();
    await complete({ connection: "sms", phoneNumber, verificationCode });
    expect((await session())!.user!.sub).toMatch(/^sms\|/);
  });

  it("a link from the mailbox logs in the browser that asked for it, once", async () => {
    await start({
      connection: "email",
      email,
      send: "link",
      redirectUri,
      audience: API,
      scope: "email read:orders",
    });
    const { link } = letter();
    const { url } = await new Browser(tenant).open(link!);
    expect(url.origin + url.pathname).toBe(redirectUri);
    await follow(url);
    expect(await session()).toMatchObject({ user: { email }, tokenSets: [{ audience: API }] });
    await expect(follow(url)).rejects.toThrow(refused("missing_transaction_error"));
  });

  it("a link is none for the callback of a login, nor for another browser", async () => {
    await start({ connection: "email", email, send: "link", redirectUri });
    const { url } = await new Browser(tenant).open(letter().link!);
    await expect(
      inRequest(bench, (last) => bench.client.completeInteractiveLogin(url, last)),
    ).rejects.toThrow(refused("missing_transaction_error"));
    const elsewhere = clientBench(tenant.clientOptions);
    await expect(elsewhere.client.completePasswordlessMagicLink(url, elsewhere.request())).rejects.toThrow(
      refused("missing_transaction_error"),
    );
    await follow(url);
  });

  it.each([
    ["code", { connection: "email", email }],
    ["link", { connection: "email", email, send: "link", redirectUri }],
  ] as const)(
    "a %s makes no session whose ceiling is reached already, and one that ends at it",
    async (kind, options) => {
      for (const sessionExpiresIn of [20, 600]) {
        tenant = openTenant({ users: [{ sub: "auth0|1", name: "New Person", email, sessionExpiresIn }] });
        bench = clientBench(tenant.clientOptions);
        await start(options);
        const { code, link } = letter();
        const login =
          kind === "code"
            ? complete({ ...options, verificationCode: code })
            : follow((await new Browser(tenant).open(link!)).url);
        if (sessionExpiresIn < 30) await expect(login).rejects.toThrow(refused("session_expired"));
        else await login;
        const ceiling = (await session())?.sessionExpiresAt;
        if (sessionExpiresIn < 30) expect(ceiling).toBeUndefined();
        else expect(ceiling).toBeGreaterThan(Date.now() / 1000 + 500);
      }
    },
  );

  it("an address the tenant does not take is refused by it", async () => {
    await expect(start({ connection: "email", email: "nobody" })).rejects.toThrow(
      refused("passwordless_start_error", { error: "bad.email", statusCode: 400 }),
    );
  });

  it("an AuthClient sends codes and links, and gets tokens for them", async () => {
    await auth.passwordless.sendEmail({ email, language: "de" });
    const scope = "openid email";
    const byCode = await auth.getTokenByPasswordlessEmail({ email, code: letter().code!, scope });
    expect(byCode.claims).toMatchObject({ email });
    await auth.passwordless.sendSms({ phoneNumber });
    const bySms = await auth.getTokenByPasswordlessSms({ phoneNumber, code: letter().code!, scope });
    expect(bySms.claims!.sub).toMatch(/^sms\|/);
    const authParams = { redirect_uri: redirectUri, response_type: "code", scope, state: "kept-by-the-app" };
    await auth.passwordless.sendEmail({ email, send: "link", authParams });
    const { url } = await new Browser(tenant).open(letter().link!);
    const byLink = await auth.getTokenByMagicLinkCode(url, { expectedState: "kept-by-the-app" });
    expect(byLink.claims.sub).toBe(byCode.claims!.sub);
  });

  it("an AuthClient challenges users of a database connection, whom it may sign up", async () => {
    const connection = "Username-Password-Authentication";
    const { passwordless } = auth;
    const byEmail = await passwordless.challengeWithEmail({ email, connection, allowSignup: true });
    const scope = "openid email";
    const tokens = await passwordless.getTokenByPasswordlessDbConnection({
      ...byEmail,
      otp: letter().code!,
      scope,
    });
    expect(tokens.claims).toMatchObject({ email, sub: expect.stringMatching(/^auth0\|/) });
    const byPhone = await passwordless.challengeWithPhoneNumber({
      phoneNumber,
      connection,
      deliveryMethod: "text",
      allowSignup: true,
    });
    await expect(
      passwordless.getTokenByPasswordlessDbConnection({ ...byPhone, otp: "no code", scope }),
    ).rejects.toThrow(refused("passwordless_db_get_token_error", "invalid_request"));
  });
});

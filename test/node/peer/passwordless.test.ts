import { describe, expect, it } from "vitest";
import { API, CALLBACK, peerAuthClient, peerServerClient, peerTenant } from "./peer.ts";

const email = "new.person@example.com";
const phoneNumber = "+14155550100";

describe("@auth0/auth0-server-js logs in without a password at the development tenant", () => {
  it("by a code sent by e-mail", async () => {
    const tenant = peerTenant();
    const client = peerServerClient(tenant);
    await client.startPasswordless({ connection: "email", email });
    const verificationCode = tenant.mailbox()[0]!.code!;
    await client.completePasswordless({ connection: "email", email, verificationCode });
    expect(await client.getUser()).toMatchObject({ sub: expect.stringMatching(/^email\|/), email });
    await expect(
      client.completePasswordless({ connection: "email", email, verificationCode }),
    ).rejects.toMatchObject({ code: "passwordless_verify_error", cause: { error: "invalid_grant" } });
  });

  it("by a code sent by SMS", async () => {
    const tenant = peerTenant();
    const client = peerServerClient(tenant);
    await client.startPasswordless({ connection: "sms", phoneNumber });
    const verificationCode = tenant.mailbox()[0]!.code!;
    await client.completePasswordless({ connection: "sms", phoneNumber, verificationCode });
    expect(await client.getUser()).toMatchObject({ sub: expect.stringMatching(/^sms\|/), name: phoneNumber });
  });

  it("by a link sent by e-mail", async () => {
    const tenant = peerTenant();
    const client = peerServerClient(tenant);
    await client.startPasswordless({
      connection: "email",
      email,
      send: "link",
      redirectUri: CALLBACK,
      audience: API,
      scope: "openid email offline_access read:orders",
    });
    const opened = (await tenant.fetch(new Request(tenant.mailbox()[0]!.link!)))!;
    await client.completePasswordlessMagicLink(new URL(opened.headers.get("location")!));
    expect(await client.getUser()).toMatchObject({ email });
    expect((await client.getAccessToken({ audience: API })).scope).toContain("read:orders");
  });

  it("is told what was wrong with the start", async () => {
    const client = peerServerClient(peerTenant());
    await expect(client.startPasswordless({ connection: "email", email: "nobody" })).rejects.toMatchObject({
      code: "passwordless_start_error",
      cause: { error: "bad.email" },
    });
  });
});

describe("@auth0/auth0-auth-js logs in people of the database connection by a code", () => {
  const connection = "Username-Password-Authentication";

  it("by e-mail and by phone", async () => {
    const tenant = peerTenant();
    const client = peerAuthClient(tenant);
    const challenges = [
      () => client.passwordless.challengeWithEmail({ email: "mira.solberg@example.com", connection }),
      () => client.passwordless.challengeWithEmail({ email, connection, allowSignup: true }),
      () =>
        client.passwordless.challengeWithPhoneNumber({
          phoneNumber,
          connection,
          allowSignup: true,
          deliveryMethod: "text",
        }),
    ];
    for (const challenge of challenges) {
      const { authSession } = await challenge();
      const tokens = await client.passwordless.getTokenByPasswordlessDbConnection({
        authSession,
        otp: tenant.mailbox()[0]!.code!,
        scope: "openid profile",
      });
      expect(tokens.claims!.sub).toMatch(/^auth0\|/);
    }
  });

  it("is told of a wrong connection and a wrong code", async () => {
    const client = peerAuthClient(peerTenant());
    await expect(
      client.passwordless.challengeWithEmail({ email, connection: "email" }),
    ).rejects.toMatchObject({
      cause: { error: "invalid_connection" },
    });
    const { authSession } = await client.passwordless.challengeWithEmail({ email, connection });
    await expect(
      client.passwordless.getTokenByPasswordlessDbConnection({ authSession, otp: "123456" }),
    ).rejects.toMatchObject({ cause: { error: "invalid_request" } });
  });
});

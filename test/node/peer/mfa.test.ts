import { isMfaRequiredError } from "@auth0/auth0-auth-js";
import { describe, expect, it } from "vitest";
import { type DevTenant, totp } from "../../../src/dev/index.ts";
import { API, BILLING, choose, MIRA, peerAuthClient, peerServerClient, peerTenant } from "./peer.ts";

const users = [{ sub: MIRA, name: "Mira", email: "mira@example.com", requireMfa: true }];

/** The token of an `mfa_required` error. */
async function mfaTokenOf(login: Promise<unknown>): Promise<string> {
  const error: unknown = await login.catch((reason: unknown) => reason);
  if (!isMfaRequiredError(error)) throw error;
  return error.cause.mfa_token;
}

function passwordLogin(tenant: DevTenant, more: object = {}): Promise<unknown> {
  const login = {
    username: "mira@example.com",
    password: "dev-password",
    scope: "openid offline_access",
    ...more,
  };
  return peerAuthClient(tenant).getTokenByPassword(login);
}

describe("@auth0/auth0-auth-js with a second factor at the development tenant", () => {
  it("enrolls an authenticator app, lists, challenges and removes it", async () => {
    const tenant = peerTenant({ users });
    const { mfa } = peerAuthClient(tenant);
    const mfaToken = await mfaTokenOf(passwordLogin(tenant));
    const enrolled = await mfa.enrollAuthenticator({ mfaToken, authenticatorTypes: ["otp"] });
    if (enrolled.authenticatorType !== "otp") throw new Error("not an app");
    expect(enrolled.barcodeUri).toContain(enrolled.secret);
    const tokens = await mfa.verify({ mfaToken, factorType: "otp", otp: await totp(enrolled.secret) });
    expect(tokens.claims).toMatchObject({ sub: MIRA, amr: ["mfa"] });

    const next = await mfaTokenOf(passwordLogin(tenant));
    const listed = await mfa.listAuthenticators({ mfaToken: next });
    expect(listed).toContainEqual(
      expect.objectContaining({ id: enrolled.id, authenticatorType: "otp", active: true, type: "otp" }),
    );
    const challenge = await mfa.challengeAuthenticator({ mfaToken: next, challengeType: "otp" });
    expect(challenge).toEqual({ challengeType: "otp" });
    const verified = await mfa.verify({
      mfaToken: next,
      factorType: "recovery-code",
      recoveryCode: enrolled.recoveryCodes![0]!,
    });
    expect(verified.recoveryCode).toMatch(/^[A-Z0-9]{24}$/);

    const more = { audience: "https://dev.localhost/mfa/", scope: "remove:authenticators" };
    const third = await mfaTokenOf(passwordLogin(tenant, more));
    const recoveryCode = verified.recoveryCode!;
    const { accessToken } = await mfa.verify({ mfaToken: third, factorType: "recovery-code", recoveryCode });
    await mfa.deleteAuthenticator({ mfaToken: accessToken, authenticatorId: enrolled.id! });
    const last = await mfaTokenOf(passwordLogin(tenant));
    await expect(mfa.challengeAuthenticator({ mfaToken: last, challengeType: "otp" })).rejects.toMatchObject({
      cause: { error: "unsupported_challenge_type" },
    });
  });

  it("enrolls and challenges a phone", async () => {
    const tenant = peerTenant({ users });
    const { mfa } = peerAuthClient(tenant);
    const mfaToken = await mfaTokenOf(passwordLogin(tenant));
    const enrolled = await mfa.enrollAuthenticator({
      mfaToken,
      authenticatorTypes: ["oob"],
      oobChannels: ["sms"],
      phoneNumber: "+14155550100",
    });
    if (enrolled.authenticatorType !== "oob") throw new Error("not a phone");
    const code = (oobCode: string) => ({
      factorType: "oob" as const,
      oobCode,
      bindingCode: tenant.mailbox()[0]!.code!,
    });
    await mfa.verify({ mfaToken, ...code(enrolled.oobCode!) });
    const next = await mfaTokenOf(passwordLogin(tenant));
    const { oobCode } = await mfa.challengeAuthenticator({ mfaToken: next, challengeType: "oob" });
    await expect(
      mfa.verify({ mfaToken: next, factorType: "oob", oobCode: oobCode!, bindingCode: "000" }),
    ).rejects.toMatchObject({ cause: { error: "invalid_grant" } });
    expect((await mfa.verify({ mfaToken: next, ...code(oobCode!) })).claims!.sub).toBe(MIRA);
  });
});

describe("@auth0/auth0-server-js with a second factor at the development tenant", () => {
  it("steps up for an API that wants it, and keeps the tokens in its session", async () => {
    const apis = [
      { audience: API, scopes: ["read:orders"] },
      { audience: BILLING, scopes: ["read:bills"], requireMfa: true },
    ];
    const tenant = peerTenant({ apis });
    const client = peerServerClient(tenant);
    await client.completeInteractiveLogin(await choose(tenant, await client.startInteractiveLogin()));
    const asked = { audience: BILLING, scope: "read:bills" };
    const mfaToken = await mfaTokenOf(client.getAccessToken(asked));
    const enrolled = await client.mfa.enrollAuthenticator({ mfaToken, authenticatorTypes: ["otp"] });
    if (enrolled.authenticatorType !== "otp") throw new Error("not an app");
    const otp = await totp(enrolled.secret);
    const tokens = await client.mfa.verify({ mfaToken, factorType: "otp", otp, audience: BILLING });
    expect((await client.getAccessToken(asked)).accessToken).toBe(tokens.accessToken);
  });
});

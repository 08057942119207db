import { AuthClient, isMfaRequiredError } from "auth0-edge";
import { DEV_TENANT_GRANT_TYPES, totp } from "auth0-edge/dev";
import { beforeEach, describe, expect, it } from "vitest";
import { inRequest, refused } from "../../support/auth0-clients.ts";
import { type ClientBench, clientBench } from "../../support/server-client.ts";
import { API, Browser, MIRA, openTenant } from "../dev/harness.ts";

const email = "mira@example.com";
const mira = { sub: MIRA, name: "Mira", email, requireMfa: true };
const login = { username: email, password: "dev-password", scope: "openid email offline_access" };

let tenant: ReturnType<typeof openTenant>;
let bench: ClientBench;
let auth: AuthClient;

function open(options: object = {}): void {
  tenant = openTenant({ users: [mira], ...options });
  bench = clientBench(tenant.clientOptions);
  auth = new AuthClient(tenant.clientOptions);
}
beforeEach(() => open());

/** Opens the mfa methods by whatever demands another factor. */
async function mfaTokenOf(call: Promise<unknown>): Promise<string> {
  const error = await call.catch((thrown: unknown) => thrown);
  if (isMfaRequiredError(error)) return error.cause.mfa_token;
  throw error;
}
const session = () => bench.client.getSession(bench.request());

describe("a second factor at the development tenant", () => {
  it("is an app that is enrolled, and asked for from then on; a recovery code does in its place", async () => {
    const mfaToken = await mfaTokenOf(auth.getTokenByPassword(login));
    expect(await auth.mfa.listAuthenticators({ mfaToken })).toEqual([]);
    const enrolled = await auth.mfa.enrollAuthenticator({ mfaToken, authenticatorTypes: ["otp"] });
    if (enrolled.authenticatorType !== "otp") throw new Error("not an app");
    expect(enrolled.barcodeUri).toMatch(/^otpauth:/);
    const otp = await totp(enrolled.secret);
    const tokens = await auth.mfa.verify({ mfaToken, factorType: "otp", otp });
    expect(tokens.claims).toMatchObject({ sub: MIRA, amr: ["mfa"] });

    const second = await mfaTokenOf(auth.getTokenByPassword(login));
    const listed = await auth.mfa.listAuthenticators({ mfaToken: second });
    expect(listed.map(({ authenticatorType, active }) => [authenticatorType, active])).toEqual(
      expect.arrayContaining([
        ["otp", true],
        ["recovery-code", true],
      ]),
    );
    expect(await auth.mfa.challengeAuthenticator({ mfaToken: second, challengeType: "otp" })).toEqual({
      challengeType: "otp",
    });
    await expect(auth.mfa.verify({ mfaToken: second, factorType: "otp", otp: "000000" })).rejects.toThrow(
      refused("mfa_verify_error", "invalid_grant"),
    );
    const recoveryCode = enrolled.recoveryCodes![0]!;
    const recovered = await auth.mfa.verify({ mfaToken: second, factorType: "recovery-code", recoveryCode });
    expect(recovered.recoveryCode).toMatch(/^[A-Z0-9]{24}$/);
    expect(recovered.recoveryCode).not.toBe(recoveryCode);
  });

  it("is a code that is sent: enrolled, listed with its channel, challenged, proved, deleted", async () => {
    const mfaToken = await mfaTokenOf(auth.getTokenByPassword(login));
    const enrolled = await auth.mfa.enrollAuthenticator({
      mfaToken,
      authenticatorTypes: ["oob"],
      oobChannels: ["sms"],
      phoneNumber: "+14155550100",
    });
    if (enrolled.authenticatorType !== "oob") throw new Error("not a phone");
    expect(enrolled).toMatchObject({ oobChannel: "sms", bindingMethod: "prompt" });
    const proof = () => ({ factorType: "oob", bindingCode: tenant.mailbox()[0]!.code! }) as const;
    const first = { mfaToken, oobCode: enrolled.oobCode!, ...proof() };
    expect((await auth.mfa.verify(first)).claims!.sub).toBe(MIRA);

    const second = await mfaTokenOf(auth.getTokenByPassword(login));
    const phone = (await auth.mfa.listAuthenticators({ mfaToken: second })).find(
      ({ authenticatorType }) => authenticatorType === "oob",
    )!;
    expect(phone.oobChannels).toEqual(["sms"]);
    const { oobCode } = await auth.mfa.challengeAuthenticator({
      mfaToken: second,
      challengeType: "oob",
      authenticatorId: phone.id,
    });
    expect((await auth.mfa.verify({ mfaToken: second, oobCode: oobCode!, ...proof() })).claims!.sub).toBe(
      MIRA,
    );

    const audience = `https://${tenant.domain}/mfa/`;
    const third = await mfaTokenOf(
      auth.getTokenByPassword({ ...login, audience, scope: "remove:authenticators" }),
    );
    await expect(
      auth.mfa.deleteAuthenticator({ mfaToken: third, authenticatorId: phone.id }),
    ).rejects.toThrow(refused("mfa_delete_authenticator_error", { statusCode: 403 }));
    const asked = await auth.mfa.challengeAuthenticator({
      mfaToken: third,
      challengeType: "oob",
      authenticatorId: phone.id,
    });
    const { accessToken } = await auth.mfa.verify({ mfaToken: third, oobCode: asked.oobCode!, ...proof() });
    await auth.mfa.deleteAuthenticator({ mfaToken: accessToken, authenticatorId: phone.id });
    const last = await mfaTokenOf(auth.getTokenByPassword(login));
    expect(await auth.mfa.listAuthenticators({ mfaToken: last })).not.toContainEqual(phone);
  });

  it("completes a login by a code, which becomes a session", async () => {
    await inRequest(bench, (last) => bench.client.startPasswordless({ connection: "email", email }, last));
    const verificationCode = tenant.mailbox()[0]!.code!;
    const mfaToken = await mfaTokenOf(
      inRequest(bench, (last) =>
        bench.client.completePasswordless({ connection: "email", email, verificationCode }, last),
      ),
    );
    expect(await session()).toBeUndefined();
    const { mfa } = bench.client;
    const enrolled = await mfa.enrollAuthenticator(
      { mfaToken, authenticatorTypes: ["otp"] },
      bench.request(),
    );
    if (enrolled.authenticatorType !== "otp") throw new Error("not an app");
    const otp = await totp(enrolled.secret);
    const tokens = await inRequest(bench, (last) => mfa.verify({ mfaToken, factorType: "otp", otp }, last));
    expect(await session()).toMatchObject({
      user: { sub: MIRA, amr: ["mfa"] },
      refreshToken: tokens.refreshToken,
      tokenSets: [{ accessToken: tokens.accessToken }],
    });
  });

  it("is demanded for one API: the session steps up, and keeps what it had", async () => {
    const apis = [{ audience: API, scopes: ["read:orders"], requireMfa: true }];
    const policies = { refreshTokenPolicies: [{ audience: API, scopes: ["read:orders"] }] };
    const grants = { grantTypes: DEV_TENANT_GRANT_TYPES };
    const clients = [{ clientId: "dev-client", clientSecret: "dev-secret", ...policies, ...grants }];
    open({ apis, clients });
    const request = bench.request();
    const url = await bench.client.startInteractiveLogin({}, request);
    bench.keep(request);
    const browser = new Browser(tenant);
    const callback = await browser.press(await browser.show(url.href), "user", MIRA);
    await inRequest(bench, (last) => bench.client.completeInteractiveLogin(callback, last));
    const before = (await session())!;
    const wanted = { audience: API, scope: "openid read:orders" };
    const mfaToken = await mfaTokenOf(inRequest(bench, (last) => bench.client.getAccessToken(wanted, last)));
    const { mfa } = bench.client;
    const enrolled = await mfa.enrollAuthenticator(
      { mfaToken, authenticatorTypes: ["otp"] },
      bench.request(),
    );
    if (enrolled.authenticatorType !== "otp") throw new Error("not an app");
    const otp = await totp(enrolled.secret);
    const proof = { mfaToken, factorType: "otp", otp, audience: API } as const;
    const { accessToken } = await inRequest(bench, (last) => mfa.verify(proof, last));
    const after = (await session())!;
    expect(after.user).toEqual(before.user);
    expect(after.tokenSets).toEqual([...before.tokenSets, expect.objectContaining({ audience: API })]);
    expect(after.idToken).not.toBe(before.idToken);
    expect((await bench.client.getAccessToken(wanted, bench.request())).accessToken).toBe(accessToken);
  });
});

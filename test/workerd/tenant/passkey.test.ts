import { AuthClient, type PasskeyCredentialResponse } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { inRequest, refused } from "../../support/auth0-clients.ts";
import { SoftwareAuthenticator } from "../../support/authenticator.ts";
import { type ClientBench, clientBench } from "../../support/server-client.ts";
import { API, APP, openTenant } from "../dev/harness.ts";

let tenant: ReturnType<typeof openTenant>;
let bench: ClientBench;
let authenticator: SoftwareAuthenticator;

beforeEach(() => {
  tenant = openTenant();
  bench = clientBench(tenant.clientOptions);
  authenticator = new SoftwareAuthenticator(APP);
});

const email = "ada@example.com";
const session = () => bench.client.getSession(bench.request());
const getToken = (authSession: string, credential: PasskeyCredentialResponse, more: object = {}) =>
  inRequest(bench, (last) => bench.client.passkey.getToken({ authSession, credential, ...more }, last));

/** Signs up; the passkey is in the authenticator from then on. */
async function signUp(): Promise<void> {
  const { authSession, authnParamsPublicKey } = await bench.client.passkey.register(
    { email, name: "Ada" },
    bench.request(),
  );
  await getToken(authSession, await authenticator.create(authnParamsPublicKey));
}

describe("a passkey at the development tenant", () => {
  it("signs somebody up, who logs in with it from then on", async () => {
    await signUp();
    const { user } = (await session())!;
    expect(user).toMatchObject({ email, name: "Ada" });
    bench.jar.clear();
    const { authSession, authnParamsPublicKey } = await bench.client.passkey.challenge({}, bench.request());
    const more = { audience: API, scope: "openid email offline_access read:orders" };
    await getToken(authSession, await authenticator.get(authnParamsPublicKey), more);
    expect(await session()).toMatchObject({
      user: { sub: user!.sub },
      refreshToken: expect.any(String),
      tokenSets: [{ audience: API, scope: expect.stringContaining("read:orders") }],
    });
  });

  it("gets tokens for an AuthClient, a public one too", async () => {
    await signUp();
    const { domain, customFetch } = tenant.clientOptions;
    const open = { domain, customFetch, clientId: "dev-spa" };
    for (const client of [new AuthClient(tenant.clientOptions), new AuthClient(open)]) {
      const { authSession, authnParamsPublicKey } = await client.passkey.challenge();
      const credential = await authenticator.get(authnParamsPublicKey);
      const tokens = await client.passkey.getTokenByPasskey({
        authSession,
        credential,
        scope: "openid email",
      });
      expect(tokens.claims).toMatchObject({ email });
    }
  });

  it("is refused for a challenge of another page, and makes no session", async () => {
    await signUp();
    bench.jar.clear();
    const { authSession, authnParamsPublicKey } = await bench.client.passkey.challenge({}, bench.request());
    const stolen = await authenticator.get(authnParamsPublicKey, { origin: "https://evil.example" });
    await expect(getToken(authSession, stolen)).rejects.toThrow(
      refused("passkey_get_token_error", { error: "invalid_grant", statusCode: 403 }),
    );
    expect(await session()).toBeUndefined();
  });

  it("is not offered to somebody who is there already", async () => {
    await signUp();
    await expect(bench.client.passkey.register({ email }, bench.request())).rejects.toThrow(
      refused("passkey_register_error"),
    );
  });
});

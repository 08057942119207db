import { describe, expect, it } from "vitest";
import { SoftwareAuthenticator } from "../../support/authenticator.ts";
import { API, peerServerClient, peerTenant } from "./peer.ts";

describe("@auth0/auth0-server-js with a passkey at the development tenant", () => {
  it("signs somebody up, and logs them in again", async () => {
    const tenant = peerTenant();
    const authenticator = new SoftwareAuthenticator("https://dev.localhost");
    const client = peerServerClient(tenant);
    const signup = await client.passkey.register({ email: "ada@example.com", name: "Ada" });
    await client.passkey.getToken({
      authSession: signup.authSession,
      credential: await authenticator.create(signup.authnParamsPublicKey),
    });
    const user = (await client.getUser())!;
    expect(user).toMatchObject({ sub: expect.stringMatching(/^auth0\|/), name: "Ada" });

    const other = peerServerClient(tenant);
    const login = await other.passkey.challenge();
    await other.passkey.getToken({
      authSession: login.authSession,
      credential: await authenticator.get(login.authnParamsPublicKey),
      scope: "openid profile read:orders",
      audience: API,
    });
    expect((await other.getUser())!.sub).toBe(user.sub);
    expect((await other.getAccessToken({ audience: API })).scope).toContain("read:orders");
  });

  it("is told why not", async () => {
    const client = peerServerClient(peerTenant());
    const taken = { email: "mira.solberg@example.com" };
    await expect(client.passkey.register(taken)).rejects.toMatchObject({
      code: "passkey_register_error",
      cause: { error: "user_exists" },
    });
    const { authSession, authnParamsPublicKey } = await client.passkey.register({ email: "ada@example.com" });
    const elsewhere = new SoftwareAuthenticator("https://evil.example");
    const credential = await elsewhere.create(authnParamsPublicKey);
    await expect(client.passkey.getToken({ authSession, credential })).rejects.toMatchObject({
      code: "passkey_get_token_error",
      cause: { error: "invalid_grant" },
    });
  });
});

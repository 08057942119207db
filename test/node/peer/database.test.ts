import { describe, expect, it } from "vitest";
import { peerAuthClient, peerServerClient, peerTenant } from "./peer.ts";

const connection = "Username-Password-Authentication";
const email = "ada@example.com";
const password = "Correct horse 1";

describe("@auth0/auth0-server-js at the database connection of the development tenant", () => {
  it("signs somebody up, who can then log in with the password", async () => {
    const tenant = peerTenant();
    const client = peerServerClient(tenant);
    const result = await client.database.signUp({
      email,
      password,
      connection,
      username: "ada",
      givenName: "Ada",
      userMetadata: { plan: "gold" },
    });
    expect(result).toMatchObject({
      id: expect.any(String),
      email,
      emailVerified: false,
      username: "ada",
      givenName: "Ada",
      userMetadata: { plan: "gold" },
    });
    const tokens = await peerAuthClient(tenant).getTokenByPassword({
      username: "ada",
      password,
      scope: "openid",
    });
    expect(tokens.claims!.sub).toBe(`auth0|${result.id}`);
  });

  it("is told of a name that is taken, and of a weak password", async () => {
    const client = peerServerClient(peerTenant());
    await client.database.signUp({ email, password, connection });
    await expect(client.database.signUp({ email, password, connection })).rejects.toMatchObject({
      code: "signup_error",
      cause: { error: "user_exists", error_description: "The user already exists." },
    });
    const weak = { email: "other@example.com", password: "weak", connection };
    await expect(client.database.signUp(weak)).rejects.toMatchObject({
      cause: { error: "invalid_password" },
    });
  });

  it("has a mail sent with which the password is changed", async () => {
    const tenant = peerTenant();
    const client = peerServerClient(tenant);
    const confirmation = await client.database.changePassword({
      email: "mira.solberg@example.com",
      connection,
    });
    expect(confirmation).toBe("We've just sent you an email to reset your password.");
    const link = new URL(tenant.mailbox()[0]!.link!);
    const body = new URLSearchParams({ ticket: link.searchParams.get("ticket")!, password });
    await tenant.fetch(new Request(link.origin + link.pathname, { method: "POST", body }));
    const login = { username: "mira.solberg@example.com", password, scope: "openid" };
    expect((await peerAuthClient(tenant).getTokenByPassword(login)).claims!.name).toBeUndefined();
    await expect(client.database.changePassword({ email: "mira", connection })).rejects.toMatchObject({
      code: "change_password_error",
      cause: { error: "invalid_request" },
    });
  });
});

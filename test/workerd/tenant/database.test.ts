import { AuthClient } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { refused } from "../../support/auth0-clients.ts";
import { clientBench } from "../../support/server-client.ts";
import { API, Browser, openTenant } from "../dev/harness.ts";

let tenant: ReturnType<typeof openTenant>;
let auth: AuthClient;

beforeEach(() => {
  tenant = openTenant();
  auth = new AuthClient(tenant.clientOptions);
});

const connection = "Username-Password-Authentication";
const ada = { email: "ada@example.com", password: "Correct horse 1", connection };
const logIn = (password: string, more: object = {}) =>
  auth.getTokenByPassword({ username: ada.email, password, scope: "openid profile", ...more });

describe("at the development tenant", () => {
  it("somebody signs up, and logs in by password, with and without the realm", async () => {
    const profile = { username: "ada", name: "Ada", givenName: "Ada", userMetadata: { plan: "gold" } };
    const { id, ...created } = await auth.database.signUp({ ...ada, ...profile });
    expect(created).toEqual({ email: ada.email, emailVerified: false, ...profile });
    const more = { audience: API, auth0ForwardedFor: "203.0.113.42" };
    for (const realm of [undefined, connection]) {
      const tokens = await logIn(ada.password, { realm, ...more });
      expect(tokens.claims).toMatchObject({ sub: `auth0|${id}`, name: "Ada" });
    }
    await expect(logIn("wrong")).rejects.toThrow(
      refused("token_by_password_error", { error: "invalid_grant", statusCode: 403 }),
    );
    await expect(logIn(ada.password, { realm: "employees" })).rejects.toThrow(
      refused("token_by_password_error", "invalid_request"),
    );
  });

  it("a weak password and a taken address are refused, each with its code", async () => {
    await expect(auth.database.signUp({ ...ada, password: "abcdefg1" })).rejects.toThrow(
      refused("signup_error", { error: "invalid_password", message: "Password is too weak" }),
    );
    await auth.database.signUp(ada);
    await expect(auth.database.signUp(ada)).rejects.toThrow(refused("signup_error", "user_exists"));
  });

  it("a forgotten password is changed by the mail of a ServerClient", async () => {
    await auth.database.signUp(ada);
    const bench = clientBench(tenant.clientOptions);
    const said = await bench.client.database.changePassword(
      { email: ada.email, connection },
      bench.request(),
    );
    expect(said).toMatch(/email/);
    const browser = new Browser(tenant);
    const form = await browser.show(tenant.mailbox()[0]!.link!);
    await browser.submit(form, "password", "Another horse 2");
    await expect(logIn(ada.password)).rejects.toThrow(refused("token_by_password_error", "invalid_grant"));
    expect((await logIn("Another horse 2")).claims!.name).toBe(ada.email);
  });

  it("nobody learns whether an address is known", async () => {
    const known = await auth.database.changePassword({ email: "mira.solberg@example.com", connection });
    expect(await auth.database.changePassword({ email: "nobody@example.com", connection })).toBe(known);
  });
});

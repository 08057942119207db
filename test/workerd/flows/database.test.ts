import { generateKeyPair } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { authClientOf, noTexts, refused } from "../../support/auth0-clients.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { clientBench, hostileBench } from "../../support/server-client.ts";

let issuer: HostileIssuer;

beforeEach(async () => {
  issuer = await hostileIssuer();
});

const email = "user@example.com";
const connection = "Username-Password-Authentication";
const user = { email, password: "correct horse", connection };
const lastCall = () => issuer.calls.at(-1)!;
const database = () => authClientOf(issuer).database;

describe("database.signUp", () => {
  it("makes a user, and says no more of the client than its id", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    for (const options of [{}, { clientSecret: undefined }, { clientAssertionSigningKey: privateKey }]) {
      const answer = await authClientOf(issuer, options).database.signUp({
        ...user,
        username: "user",
        givenName: "A",
        familyName: "User",
        name: "A User",
        nickname: "au",
        picture: "https://example.com/a.png",
        userMetadata: { from: "ad" },
      });
      expect(lastCall()).toMatchObject({ method: "POST", path: "/dbconnections/signup" });
      expect(lastCall().body).toEqual({
        client_id: issuer.clientId,
        ...user,
        username: "user",
        given_name: "A",
        family_name: "User",
        name: "A User",
        nickname: "au",
        picture: "https://example.com/a.png",
        user_metadata: { from: "ad" },
      });
      expect(answer).toEqual({
        id: "66a1f0c27d3be90012c40a09",
        email,
        emailVerified: false,
        givenName: "A",
        userMetadata: { from: "ad" },
      });
    }
  });

  it("takes another client's id, and each name Auth0 has for that of the user", async () => {
    for (const [name, id] of Object.entries({ _id: "1", user_id: "2", id: "3" })) {
      issuer.misbehave.api = {
        "/dbconnections/signup": () => Response.json({ [name]: id, email, email_verified: true }),
      };
      expect(await database().signUp({ ...user, clientId: "other" })).toEqual({
        id,
        email,
        emailVerified: true,
      });
      expect(lastCall().body.client_id).toBe("other");
    }
  });

  it("says why a password is too weak", async () => {
    issuer.misbehave.api = {
      "/dbconnections/signup": () =>
        Response.json(
          {
            code: "invalid_password",
            message: "Password is too weak",
            description: { rules: [] },
            statusCode: 400,
          },
          { status: 400 },
        ),
    };
    const error = await database()
      .signUp(user)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "signup_error",
      statusCode: 400,
      cause: { error: "invalid_password" },
    });
    expect((error as Error).message).toContain("too weak");
    expect((error as Error).message).not.toContain(user.password);
  });
});

describe("database.changePassword", () => {
  it("has a mail sent, by address or by name, and hands on what Auth0 says", async () => {
    expect(await database().changePassword({ email, connection, organization: "org_acme" })).toBe(
      "We've just sent you an email to reset your password.",
    );
    expect(lastCall()).toMatchObject({ method: "POST", path: "/dbconnections/change_password" });
    const { clientId } = issuer;
    expect(lastCall().body).toEqual({ client_id: clientId, email, connection, organization: "org_acme" });
    await database().changePassword({ username: "user", connection, clientId: "other" });
    expect(lastCall().body).toEqual({ client_id: "other", username: "user", connection });
  });
});

describe("ServerClient's database", () => {
  it("does the same, at the domain chosen for the request, and makes no session", async () => {
    const { domain, clientId, clientSecret, customFetch } = issuer;
    for (const bench of [
      hostileBench(issuer),
      clientBench({ domain: () => domain, clientId, clientSecret, customFetch }),
    ]) {
      const last = bench.request();
      expect((await bench.client.database.signUp(user, last)).email).toBe(email);
      expect(await bench.client.database.changePassword({ email, connection }, last)).toMatch(/email/);
      expect(last.headers.getSetCookie()).toEqual([]);
      expect(await bench.client.getUser(bench.request())).toBeUndefined();
    }
  });
});

describe("options that cannot be right", () => {
  it.each<[string, string, (value: never) => Promise<unknown>]>([
    ["signUp's email", "signup_error", (v) => database().signUp({ ...user, email: v })],
    ["signUp's password", "signup_error", (v) => database().signUp({ ...user, password: v })],
    ["signUp's connection", "signup_error", (v) => database().signUp({ ...user, connection: v })],
    [
      "changePassword's connection",
      "change_password_error",
      (v) => database().changePassword({ email, connection: v }),
    ],
    [
      "changePassword's user",
      "change_password_error",
      (v) => database().changePassword({ email: v, connection }),
    ],
  ])("%s: nothing is sent for it", async (name, code, call) => {
    for (const [what, value] of noTexts) {
      // A blank address is Auth0's to refuse, as the user may be named otherwise.
      if (name === "changePassword's user" && what === "blank") continue;
      await expect(call(value as never), what).rejects.toThrow(refused(code));
    }
    expect(issuer.requests).toEqual([]);
  });

  it("are those left out altogether, and optional ones of a wrong type", async () => {
    for (const nothing of [undefined, null, 5, "text"] as never[]) {
      await expect(database().signUp(nothing)).rejects.toThrow(refused("signup_error"));
      await expect(database().changePassword(nothing)).rejects.toThrow(refused("change_password_error"));
    }
    for (const wrong of [{ username: 5 }, { clientId: {} }, { userMetadata: "text" }, { userMetadata: [] }]) {
      await expect(database().signUp({ ...user, ...wrong } as never)).rejects.toThrow(
        refused("signup_error"),
      );
    }
    expect(issuer.requests).toEqual([]);
  });
});

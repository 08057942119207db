import { beforeEach, describe, expect, it } from "vitest";
import { authClientOf, noTexts, refused } from "../../support/auth0-clients.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";

let issuer: HostileIssuer;

beforeEach(async () => {
  issuer = await hostileIssuer();
});

const user = { username: "user@example.com", password: "correct horse" };
const ownId = () => ({ client_id: issuer.clientId, client_secret: issuer.clientSecret });
const lastCall = () => issuer.calls.findLast(({ path }) => path !== "/jwks")!;
const getTokens = (options: object = {}) =>
  authClientOf(issuer).getTokenByPassword({ ...user, ...options } as never);

describe("getTokenByPassword", () => {
  it("gets tokens for a name and a password", async () => {
    const asked = { audience: "urn:api", scope: "openid" };
    expect((await getTokens(asked)).claims!.sub).toBe("user-1");
    expect(lastCall()).toMatchObject({ method: "POST", path: "/token" });
    expect(lastCall().body).toEqual({ ...ownId(), grant_type: "password", ...user, ...asked });
    expect(lastCall().headers.has("auth0-forwarded-for")).toBe(false);
  });

  it("asks for a realm by the grant that knows realms, since the plain one ignores them", async () => {
    await getTokens({ realm: "employees" });
    expect(lastCall().body).toEqual({
      ...ownId(),
      grant_type: "http://auth0.com/oauth/grant-type/password-realm",
      ...user,
      realm: "employees",
    });
  });

  it("says whose address it is asking for, next to the headers of the call", async () => {
    const client = authClientOf(issuer);
    const options = { ...user, auth0ForwardedFor: "203.0.113.42" };
    await client.getTokenByPassword(options, { headers: { "x-request-id": "7" } });
    expect(lastCall().headers.get("auth0-forwarded-for")).toBe("203.0.113.42");
    expect(lastCall().headers.get("x-request-id")).toBe("7");
    await client.getTokenByPassword(user);
    expect(lastCall().headers.has("auth0-forwarded-for")).toBe(false);
  });

  it("needs neither an ID token nor a secret", async () => {
    issuer.misbehave.token = ({ id_token: _, ...body }) => Response.json(body);
    const client = authClientOf(issuer, { clientSecret: undefined });
    expect((await client.getTokenByPassword(user)).claims).toBeUndefined();
    expect(lastCall().body).toEqual({ client_id: issuer.clientId, grant_type: "password", ...user });
  });

  it("brings what the issuer says no with, and never the password", async () => {
    issuer.misbehave.token = () =>
      Response.json(
        { error: "invalid_grant", error_description: "Wrong email or password." },
        { status: 403 },
      );
    const error = await getTokens().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "token_by_password_error",
      statusCode: 403,
      cause: { error: "invalid_grant", error_description: "Wrong email or password." },
    });
    expect(JSON.stringify([error, (error as Error).message])).not.toContain(user.password);
  });

  it.each([
    ["a page", () => new Response("<html>", { status: 403 }), "invalid_response"],
    ["a server that is down", () => new Response("<html>", { status: 502 }), "request_failed"],
    ["something else", () => Response.json({ access_token: "a" }), "invalid_response"],
    ["too much", () => new Response("x".repeat(600_000)), "request_failed"],
  ])("names the failure where the answer is %s", async (_name, token, error) => {
    issuer.misbehave.token = token;
    await expect(getTokens()).rejects.toThrow(refused("token_by_password_error", error));
  });

  it("is aborted by the signal of the call", async () => {
    issuer.misbehave.token = () => new Promise(() => undefined);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    await expect(
      authClientOf(issuer).getTokenByPassword(user, { signal: controller.signal }),
    ).rejects.toThrow(refused("token_by_password_error", "timeout"));
  });

  it("sends nothing where an option cannot be right", async () => {
    for (const name of ["username", "password"]) {
      for (const [what, value] of noTexts) {
        await expect(getTokens({ [name]: value }), what).rejects.toThrow(refused("token_by_password_error"));
      }
    }
    for (const wrong of [{ audience: 5 }, { scope: {} }, { realm: 5 }, { auth0ForwardedFor: "1\r\nx: y" }]) {
      await expect(getTokens(wrong)).rejects.toThrow(refused("token_by_password_error"));
    }
    for (const nothing of [undefined, null, 5, "text"] as never[]) {
      await expect(authClientOf(issuer).getTokenByPassword(nothing)).rejects.toThrow(
        refused("token_by_password_error"),
      );
    }
    expect(issuer.requests).toEqual([]);
  });
});

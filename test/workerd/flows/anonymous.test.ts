import { AnonymousSessionError } from "auth0-edge";
import { generateKeyPair } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { authClientOf, refused } from "../../support/auth0-clients.ts";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";

let issuer: HostileIssuer;

beforeEach(async () => {
  issuer = await hostileIssuer();
});

const anonymous = () => authClientOf(issuer).anonymous;
const ownId = () => ({ client_id: issuer.clientId, client_secret: issuer.clientSecret });
const lastCall = () => issuer.calls.at(-1)!;
const now = () => Math.floor(Date.now() / 1000);
const say = (...answers: [body: object, status?: number][]) => {
  issuer.misbehave.api = {
    "/anonymous/token": (good) => {
      const next = answers.shift();
      return next ? Response.json(next[0], { status: next[1] ?? 200 }) : Response.json(good);
    },
  };
};

describe("anonymous.createSession", () => {
  it("makes a session with an access token", async () => {
    const asked = { audience: "urn:api", scope: "read" };
    const session = await anonymous().createSession({ ...asked, metadata: { from: "ad" } });
    expect(lastCall()).toMatchObject({ method: "POST", path: "/anonymous/token" });
    expect(lastCall().body).toEqual({ ...ownId(), ...asked, metadata: { from: "ad" } });
    expect(session).toEqual({
      sessionToken: expect.stringMatching(/^session-/),
      accessToken: expect.any(String),
      expiresAt: expect.closeTo(now() + 600, -1),
      sessionTokenExpiresAt: expect.closeTo(now() + 86_400, -1),
      scope: "read",
    });
  });

  it("proves the client with whatever it has, be it nothing", async () => {
    await authClientOf(issuer, { clientSecret: undefined }).anonymous.createSession();
    expect(lastCall().body).toEqual({ client_id: issuer.clientId });
    const { privateKey } = await generateKeyPair("RS256");
    await authClientOf(issuer, { clientAssertionSigningKey: privateKey }).anonymous.createSession();
    expect(lastCall().body).toEqual({
      client_id: issuer.clientId,
      client_assertion: expect.stringMatching(/^ey/),
      client_assertion_type: expect.any(String),
    });
  });

  it("fails with the issuer's own code", async () => {
    say([{ error: "feature_not_enabled", error_description: "Off." }, 403]);
    const error = await anonymous()
      .createSession()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AnonymousSessionError);
    expect(error).toMatchObject({ code: "feature_not_enabled", statusCode: 403, cause: { message: "Off." } });
  });

  it.each([
    ["no session", { access_token: "a", expires_in: 60 }],
    ["no token", { session_token: "s", expires_in: 60 }],
    ["no lifetime", { access_token: "a", session_token: "s" }],
    ["a lifetime that is none", { access_token: "a", session_token: "s", expires_in: "soon" }],
  ])("takes no answer with %s", async (_name, body) => {
    say([body]);
    await expect(anonymous().createSession()).rejects.toThrow(refused("server_error", "invalid_response"));
  });
});

describe("anonymous.getAccessToken", () => {
  it("renews the token of a session, which stays the same", async () => {
    const { sessionToken } = await anonymous().createSession();
    say([{ access_token: "fresh", expires_in: 60, session_token: "another" }]);
    const asked = { sessionToken, audience: "urn:api", scope: "read" };
    const session = await anonymous().getAccessToken(asked);
    expect(lastCall().body).toEqual({
      ...ownId(),
      session_token: sessionToken,
      audience: "urn:api",
      scope: "read",
    });
    expect(session).toMatchObject({ sessionToken, accessToken: "fresh", sessionReplaced: false });
    expect(session.sessionTokenExpiresAt).toBeUndefined();
  });

  it("makes a session where there is none to renew", async () => {
    for (const options of [undefined, null, {}, { sessionToken: "" }] as never[]) {
      const session = await anonymous().getAccessToken(options);
      expect(session.sessionToken).toMatch(/^session-/);
      expect(session).not.toHaveProperty("sessionReplaced");
      expect(lastCall().body).toEqual(ownId());
    }
  });

  it.each(["session_expired", "invalid_session_token"])(
    "makes a new one without a word where the issuer says %s",
    async (error) => {
      say([{ error }, 401]);
      const session = await anonymous().getAccessToken({ sessionToken: "old", audience: "urn:api" });
      expect(session).toMatchObject({ sessionReplaced: true });
      expect(session.sessionToken).not.toBe("old");
      expect(lastCall().body).toEqual({ ...ownId(), audience: "urn:api" });
      expect(issuer.requests.filter((path) => path === "/anonymous/token")).toHaveLength(2);
    },
  );

  it("makes none where it is refused for any other reason", async () => {
    for (const [error, code] of [
      ["invalid_scope", "invalid_scope"],
      ["invalid_target", "invalid_target"],
    ]) {
      say([{ error }, 400]);
      await expect(anonymous().getAccessToken({ sessionToken: "old" })).rejects.toThrow(refused(code!));
    }
    say([{}, 503]);
    await expect(anonymous().getAccessToken({ sessionToken: "old" })).rejects.toThrow(
      refused("server_error", "request_failed"),
    );
    expect(issuer.requests.filter((path) => path === "/anonymous/token")).toHaveLength(3);
  });
});

describe("anonymous.logout", () => {
  it("ends the session whose cookie the caller passes along", async () => {
    await anonymous().logout({ headers: { cookie: "auth0_anon=1" } });
    expect(lastCall()).toMatchObject({ method: "POST", path: "/anonymous/logout" });
    expect(lastCall().body).toEqual({ client_id: issuer.clientId });
    expect(lastCall().headers.get("cookie")).toBe("auth0_anon=1");
  });
});

describe("anonymous.mintTransferToken", () => {
  it("answers a ticket for the session", async () => {
    expect(await anonymous().mintTransferToken("session-1")).toBe("transfer-1");
    expect(lastCall().body).toEqual({
      ...ownId(),
      session_token: "session-1",
      audience: "urn:auth0:anon_transfer",
    });
  });

  it("keeps nobody from logging in where there is none to be had", async () => {
    say([{ error: "session_expired" }, 401], [{}], [{}, 500]);
    for (const _attempt of [1, 2, 3]) expect(await anonymous().mintTransferToken("session-1")).toBeNull();
    issuer.requests.length = 0;
    for (const wrong of [undefined, null, "", 5] as never[]) {
      expect(await anonymous().mintTransferToken(wrong)).toBeNull();
    }
    expect(issuer.requests).toEqual([]);
  });
});

describe("options that cannot be right", () => {
  it("are none Auth0 ever sees", async () => {
    for (const wrong of [
      { audience: 5 },
      { scope: {} },
      { metadata: "text" },
      { metadata: [] },
      { metadata: { a: 1n } },
    ] as never[]) {
      await expect(anonymous().createSession(wrong)).rejects.toThrow(refused("invalid_request"));
    }
    for (const wrong of [{ sessionToken: 5 }, { audience: 5 }, { sessionToken: "s", scope: 5 }] as never[]) {
      await expect(anonymous().getAccessToken(wrong)).rejects.toThrow(refused("invalid_request"));
    }
    expect(issuer.requests).toEqual([]);
  });
});

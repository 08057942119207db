import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { verifyLogoutToken } from "../../../src/protocol/logout-token.ts";
import type { Jwk, Server } from "../../../src/protocol/server.ts";
import { base64url, now, unsignedJwt } from "../../support/sessions.ts";

const ISSUER = "https://tenant.example/";
const CLIENT = "the-client";
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

const keys = new Map<string, { privateKey: CryptoKey; jwk: Jwk }>();

beforeAll(async () => {
  for (const alg of ["RS256", "PS256", "ES256", "EdDSA"]) {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    keys.set(alg, { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: alg, alg } as Jwk });
  }
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

function server(): Server {
  return {
    metadata: { issuer: ISSUER, id_token_signing_alg_values_supported: [...keys.keys()] },
    client: { client_id: CLIENT },
    keys: () => Promise.resolve([...keys.values()].map(({ jwk }) => jwk)),
  } as unknown as Server;
}

const verify = (issuer: Server, token: string) => verifyLogoutToken(() => Promise.resolve(issuer), token);

type Claims = Record<string, unknown>;

function claims(changes: Claims = {}): Claims {
  return {
    iss: ISSUER,
    aud: CLIENT,
    iat: now(),
    exp: now() + 120,
    jti: crypto.randomUUID(),
    sub: "mira",
    sid: "a-sid",
    events: { [EVENT]: {} },
    ...changes,
  };
}

function logoutToken(changes: Claims = {}, header: object = {}, alg = "RS256"): Promise<string> {
  return new SignJWT(claims(changes))
    .setProtectedHeader({ alg, kid: alg, typ: "logout+jwt", ...header })
    .sign(keys.get(alg)!.privateKey);
}

const refused = expect.objectContaining({
  name: "VerifyLogoutTokenError",
  code: "verify_logout_token_error",
});

describe("a logout token is accepted", () => {
  it("and says whom and what it ends", async () => {
    expect(await verify(server(), await logoutToken())).toEqual({
      iss: ISSUER,
      sub: "mira",
      sid: "a-sid",
      iat: now(),
    });
  });

  it.each<[string, Claims]>([
    ["with only a sid", { sub: undefined }],
    ["with only a sub", { sid: undefined }],
    ["for several audiences", { aud: ["other", CLIENT] }],
    ["without exp, five minutes old", { exp: undefined, iat: Date.parse("2026-11-23T11:55:00Z") / 1000 }],
    ["without jti", { jti: undefined }],
    ["with members in its event and other events beside it", { events: { [EVENT]: { a: 1 }, other: null } }],
    ["from a clock a little ahead", { iat: Date.parse("2026-11-23T12:00:20Z") / 1000 }],
    ["that a clock a little behind takes for expired", { exp: Date.parse("2026-11-23T11:59:40Z") / 1000 }],
    ["with claims nobody knows", { foo: "bar" }],
  ])("%s", async (_, changes) => {
    const { iss, sub, sid } = await verify(server(), await logoutToken(changes));
    expect({ iss, sub, sid }).toEqual({ iss: ISSUER, sub: claims(changes).sub, sid: claims(changes).sid });
  });

  it.each(["RS256", "PS256", "ES256", "EdDSA"])("signed with %s (fault 20)", async (alg) => {
    expect((await verify(server(), await logoutToken({}, {}, alg))).sid).toBe("a-sid");
  });

  it.each([undefined, "JWT", "jwt", "logout+jwt", "Logout+JWT", "application/logout+jwt"])(
    "with typ %j",
    async (typ) => {
      expect((await verify(server(), await logoutToken({}, { typ }))).sid).toBe("a-sid");
    },
  );

  it("a second time: redelivery is no error", async () => {
    const token = await logoutToken();
    expect(await verify(server(), token)).toEqual(await verify(server(), token));
  });
});

describe("a logout token is refused", () => {
  it.each<[string, Claims]>([
    ["of another issuer (wrong-iss)", { iss: "https://evil.example/" }],
    ["of the issuer without its slash", { iss: "https://tenant.example" }],
    ["without issuer", { iss: undefined }],
    ["for another client (wrong-aud)", { aud: "other" }],
    ["for nobody", { aud: undefined }],
    ["for an empty list", { aud: [] }],
    ["for an audience that merely contains the client", { aud: `${CLIENT}s` }],
    ["for an object", { aud: { [CLIENT]: true } }],
    ["without events (no-event)", { events: undefined }],
    ["with another event (wrong-event)", { events: { "http://schemas.openid.net/event/other": {} } }],
    ["with an empty events object", { events: {} }],
    ["with events that are null", { events: null }],
    ["with an event that is null", { events: { [EVENT]: null } }],
    ["with an event that is true", { events: { [EVENT]: true } }],
    ["with an event that is text", { events: { [EVENT]: "" } }],
    ["with an event that is a list", { events: { [EVENT]: [] } }],
    ["with events that are a list", { events: [EVENT] }],
    ["with events that are text", { events: EVENT }],
    ["with a nonce (with-nonce)", { nonce: "n" }],
    ["with an empty nonce", { nonce: "" }],
    ["with a nonce that is null", { nonce: null }],
    ["without sub and sid", { sub: undefined, sid: undefined }],
    ["with an empty sub and sid", { sub: "", sid: "" }],
    ["with a sid that is a number", { sid: 5 }],
    ["with a sid that is null beside a sub", { sid: null }],
    ["with an empty sid beside a sub, which would end more than it names", { sid: "" }],
    ["with a sub that is an object", { sub: {} }],
    ["without iat", { iat: undefined }],
    ["with an iat that is text", { iat: "now" }],
    ["with an iat of tomorrow", { iat: Date.parse("2026-11-24T12:00:00Z") / 1000 }],
    ["with an iat in milliseconds", { iat: Date.parse("2026-11-23T12:00:00Z") }],
    ["that has expired", { exp: Date.parse("2026-11-23T11:59:00Z") / 1000 }],
    ["with an exp that is text", { exp: "9999999999" }],
    ["with an exp that is null", { exp: null }],
    [
      "without exp, more than five minutes old",
      { exp: undefined, iat: Date.parse("2026-11-23T11:54:00Z") / 1000 },
    ],
    ["without exp, a year old", { exp: undefined, iat: Date.parse("2025-11-23T12:00:00Z") / 1000 }],
  ])("%s", async (_, changes) => {
    await expect(verify(server(), await logoutToken(changes))).rejects.toThrow(refused);
  });

  it.each(["at+jwt", "id+jwt", "JOSE", "secevent+jwt", "", "logout", 5, null])("with typ %j", async (typ) => {
    await expect(verify(server(), await logoutToken({}, { typ }))).rejects.toThrow(refused);
  });

  it("with alg none (alg-none)", async () => {
    const [header, payload] = [
      JSON.stringify({ alg: "none", typ: "logout+jwt" }),
      JSON.stringify(claims()),
    ].map(base64url);
    for (const signature of ["", "AAAA"]) {
      await expect(verify(server(), `${header}.${payload}.${signature}`)).rejects.toThrow(refused);
    }
  });

  it("with a key of the issuer but another algorithm than ID tokens have (wrong-alg)", async () => {
    const token = await logoutToken({}, {}, "ES256");
    const registered = server();
    registered.client = { client_id: CLIENT, id_token_signed_response_alg: "RS256" };
    await expect(verify(registered, token)).rejects.toThrow(refused);
    for (const algorithms of [["RS256", "PS256"], undefined]) {
      const advertising = server();
      advertising.metadata = {
        issuer: ISSUER,
        ...(algorithms && { id_token_signing_alg_values_supported: algorithms }),
      };
      await expect(verify(advertising, token)).rejects.toThrow(refused);
      await verify(advertising, await logoutToken());
    }
  });

  it("with HS256 (wrong-alg), the client secret or the public key as its key", async () => {
    for (const secret of ["the client secret", JSON.stringify(keys.get("RS256")!.jwk)]) {
      const token = await new SignJWT(claims())
        .setProtectedHeader({ alg: "HS256", kid: "RS256" })
        .sign(new TextEncoder().encode(secret.padEnd(32)));
      await expect(verify(server(), token)).rejects.toThrow(refused);
    }
  });

  it("with a signature of somebody else, or claims that were changed after signing", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const foreign = await new SignJWT(claims())
      .setProtectedHeader({ alg: "RS256", kid: "RS256" })
      .sign(privateKey);
    const [header, , signature] = (await logoutToken()).split(".");
    const changed = `${header}.${base64url(JSON.stringify(claims({ sid: "other" })))}.${signature}`;
    for (const token of [foreign, changed, unsignedJwt(claims())]) {
      await expect(verify(server(), token)).rejects.toThrow(refused);
    }
  });

  it.each(["", "text", "a.b.c", "..", "\u0000", "ü.ü.ü"])("that is no token: %j", async (token) => {
    await expect(verify(server(), token)).rejects.toThrow(refused);
  });

  it("with a signature of a wrong length, whatever the algorithm, and never by an engine's own error", async () => {
    for (const alg of ["RS256", "PS256", "ES256", "EdDSA"]) {
      const [header, payload] = (await logoutToken({}, {}, alg)).split(".");
      for (const length of [0, 1, 63, 65, 300]) {
        const token = `${header}.${payload}.${base64url(new Uint8Array(length))}`;
        await expect(verify(server(), token)).rejects.toThrow(refused);
      }
    }
  });

  it("that is larger than 16 KB, before anything is done with it", async () => {
    const counting = server();
    counting.keys = vi.fn(counting.keys);
    await expect(verify(counting, await logoutToken({ more: "x".repeat(20_000) }))).rejects.toThrow(refused);
    expect(counting.keys).not.toHaveBeenCalled();
  });

  it("with a message that says why and shows nothing of the token", async () => {
    const token = await logoutToken({ aud: "other", sub: "somebody-private" });
    const error = await verify(server(), token).catch((reason: Error) => reason);
    expect(String(error)).toBe(
      "VerifyLogoutTokenError: The logout token is not valid: It is meant for another client ('aud').",
    );
  });
});

it("an issuer whose keys cannot be had is another error than a bad token", async () => {
  const down = server();
  down.keys = () => Promise.reject(new Error("issuer down"));
  await expect(verify(down, await logoutToken())).rejects.toThrow("issuer down");
});

import { AuthClient, type ExchangeProfileOptions, type TokenVaultExchangeOptions } from "auth0-edge";
import { beforeEach, describe, expect, it } from "vitest";
import { type HostileIssuer, hostileIssuer } from "../../support/hostile-issuer.ts";
import { unsignedJwt } from "../../support/sessions.ts";

let issuer: HostileIssuer;
let client: AuthClient;
let forms: URLSearchParams[];
/** What the issuer answers in place of the usual; `undefined` leaves a member out. */
let answer: Record<string, unknown>;

beforeEach(async () => {
  issuer = await hostileIssuer();
  forms = [];
  answer = {};
  issuer.misbehave.token = (body, form) => {
    forms.push(form);
    return Response.json({ ...body, ...answer });
  };
  const { domain, clientId, clientSecret, customFetch } = issuer;
  client = new AuthClient({ domain, clientId, clientSecret, customFetch });
});

const refused = (code: string, error?: string) =>
  expect.objectContaining({ code, ...(error && { cause: expect.objectContaining({ error }) }) });
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
const profile: ExchangeProfileOptions = { subjectToken: "s", subjectTokenType: "urn:acme:legacy" };

describe("a token exchange", () => {
  it("sends what RFC 8693 names, and extra parameters as they are, lists as several", async () => {
    await client.exchangeToken({
      ...profile,
      audience: "https://api.example/",
      scope: "openid read:x",
      requestedTokenType: accessTokenType,
      actorToken: "a",
      actorTokenType: "urn:acme:service",
      extra: { device_id: "7", tags: ["one", "two"] },
    });
    expect(Object.fromEntries(forms[0]!)).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: "s",
      subject_token_type: "urn:acme:legacy",
      audience: "https://api.example/",
      scope: "openid read:x",
      requested_token_type: accessTokenType,
      actor_token: "a",
      actor_token_type: "urn:acme:service",
      device_id: "7",
      client_secret: issuer.clientSecret,
    });
    expect(forms[0]!.getAll("tags")).toEqual(["one", "two"]);
    await client.exchangeToken(profile);
    for (const name of ["audience", "scope", "requested_token_type", "actor_token", "organization"]) {
      expect(forms[1]!.has(name), name).toBe(false);
    }
  });

  it("with a connection asks the token vault, for an access token of the identity provider", async () => {
    await client.exchangeToken({ connection: "google-oauth2", subjectToken: "s" });
    await client.exchangeToken({
      connection: "google-oauth2",
      subjectToken: "r",
      subjectTokenType: "urn:ietf:params:oauth:token-type:refresh_token",
      requestedTokenType: "urn:acme:other",
      loginHint: "me@example.com",
      scope: "calendar",
      extra: { device_id: "7" },
    });
    const grant_type = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";
    expect(Object.fromEntries(forms[0]!)).toMatchObject({
      grant_type,
      connection: "google-oauth2",
      subject_token: "s",
      subject_token_type: accessTokenType,
      requested_token_type: "http://auth0.com/oauth/token-type/federated-connection-access-token",
    });
    expect(Object.fromEntries(forms[1]!)).toMatchObject({
      grant_type,
      subject_token: "r",
      subject_token_type: "urn:ietf:params:oauth:token-type:refresh_token",
      requested_token_type: "urn:acme:other",
      login_hint: "me@example.com",
      scope: "calendar",
      device_id: "7",
    });
  });

  it.each(["N_A", "n_a", "bEaReR"])("takes an answer of token type %s", async (token_type) => {
    answer = { token_type, issued_token_type: "urn:acme:issued", id_token: undefined, expires_in: 60 };
    const tokens = await client.exchangeToken(profile);
    expect(tokens).toMatchObject({
      tokenType: token_type.toLowerCase(),
      issuedTokenType: "urn:acme:issued",
      claims: undefined,
    });
    expect(tokens.expiresAt - Date.now() / 1000).toBeCloseTo(60, -1);
  });

  it("takes no life for granted that nobody promised, where the token is none to call an API with", async () => {
    answer = { token_type: "N_A", id_token: undefined, expires_in: undefined };
    expect((await client.exchangeToken(profile)).expiresAt).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it("refuses token types nobody knows, and N_A where no exchange was asked for", async () => {
    answer = { token_type: "mac" };
    await expect(client.exchangeToken(profile)).rejects.toThrow(
      refused("token_exchange_error", "invalid_response"),
    );
    answer = { token_type: "N_A" };
    await expect(client.getTokenByRefreshToken({ refreshToken: "r" })).rejects.toThrow(
      refused("token_by_refresh_token_error", "invalid_response"),
    );
  });

  it("says who acts: by the ID token, or by the access token where there is none", async () => {
    issuer.claims.act = { sub: "agent-1" };
    answer = { access_token: unsignedJwt({ act: { sub: "agent-2" } }) };
    expect((await client.exchangeToken(profile)).act).toEqual({ sub: "agent-1" });
    answer = { ...answer, id_token: undefined };
    expect((await client.exchangeToken(profile)).act).toEqual({ sub: "agent-2" });
    for (const access_token of ["opaque", "a.b.c", unsignedJwt({ act: "agent" }), unsignedJwt({ act: [] })]) {
      answer = { access_token, id_token: undefined };
      expect(await client.exchangeToken(profile)).not.toHaveProperty("act");
    }
  });

  it("holds the organization against the ID token, where one comes", async () => {
    issuer.claims.org_id = "org_1";
    await client.exchangeToken({ ...profile, organization: "org_1" });
    expect(forms[0]!.get("organization")).toBe("org_1");
    await expect(client.exchangeToken({ ...profile, organization: "org_2" })).rejects.toThrow(
      refused("organization_validation_error"),
    );
    answer = { id_token: undefined };
    await client.exchangeToken({ ...profile, organization: "org_2" });
  });

  it("that is refused has the OAuth error in the cause", async () => {
    issuer.misbehave.token = () => Response.json({ error: "setactor_required" }, { status: 403 });
    for (const options of [profile, { connection: "github", subjectToken: "s" }]) {
      await expect(client.exchangeToken(options)).rejects.toThrow(
        refused("token_exchange_error", "setactor_required"),
      );
    }
  });

  it("is not open to public clients", async () => {
    const { domain, clientId, customFetch } = issuer;
    const open = new AuthClient({ domain, clientId, customFetch });
    await expect(open.exchangeToken(profile)).rejects.toThrow(refused("missing_client_auth_error"));
    expect(issuer.requests).not.toContain("/token");
  });
});

describe("a token exchange is refused before anything is sent", () => {
  const vault: TokenVaultExchangeOptions = { connection: "github", subjectToken: "s" };
  const twentyOne = Array.from({ length: 21 }, () => "x");
  it.each<[string, unknown]>([
    ["without options", undefined],
    ["with options that are a number", 7],
    ["without a subject token", { subjectTokenType: "urn:x" }],
    ["with a blank subject token", { ...profile, subjectToken: " " }],
    ["with a subject token that is no text", { ...profile, subjectToken: { token: "s" } }],
    ["with spaces around the subject token", { ...profile, subjectToken: " s" }],
    ["with the scheme before the subject token", { ...profile, subjectToken: "Bearer s" }],
    ["without the type of the subject token", { subjectToken: "s" }],
    ["with an actor but not its type", { ...profile, actorToken: "a" }],
    ["with a type but not its actor", { ...profile, actorTokenType: "urn:x" }],
    ["with a blank actor", { ...profile, actorToken: "", actorTokenType: "urn:x" }],
    ["with the scheme before the actor", { ...profile, actorToken: "bearer a", actorTokenType: "urn:x" }],
    ["with an audience that is no text", { ...profile, audience: ["a", "b"] }],
    ["with a login hint and no connection", { ...profile, loginHint: "me" }],
    ["with a blank connection", { ...vault, connection: "" }],
    ["with a connection that is no text", { ...vault, connection: null }],
    ["with an audience for a connection", { ...vault, audience: "a" }],
    ["with a resource for a connection", { ...vault, resource: "a" }],
    ["with an actor for a connection", { ...vault, actorToken: "a", actorTokenType: "urn:x" }],
    ["with extra parameters that are none", { ...profile, extra: "device_id=7" }],
    ["with an extra parameter that is a number", { ...profile, extra: { device_id: 7 } }],
    ["with an extra list of other things", { ...profile, extra: { tags: ["a", 7] } }],
    ["with more than 20 values of one name", { ...vault, extra: { tags: twentyOne } }],
  ])("%s", async (_name, options) => {
    await expect(client.exchangeToken(options as ExchangeProfileOptions)).rejects.toThrow(
      refused("token_exchange_error"),
    );
    expect(issuer.requests).toEqual([]);
  });

  it.each(
    "grant_type client_id client_secret client_assertion client_assertion_type subject_token subject_token_type requested_token_type actor_token actor_token_type audience aud resource resources resource_indicator scope connection login_hint organization assertion".split(
      " ",
    ),
  )("with the extra parameter '%s', which is not the caller's to set", async (name) => {
    for (const options of [profile, vault]) {
      await expect(client.exchangeToken({ ...options, extra: { [name]: "x" } })).rejects.toThrow(
        refused("token_exchange_error"),
      );
    }
    expect(issuer.requests).toEqual([]);
  });

  it.each(["", "  ", 7, null, {}])("with an organization that names none: %j", async (organization) => {
    await expect(client.exchangeToken({ ...profile, organization } as never)).rejects.toThrow(
      refused("organization_validation_error"),
    );
    expect(issuer.requests).toEqual([]);
  });

  it("and says no token in its message", async () => {
    const error = await client
      .exchangeToken({ ...profile, subjectToken: " secret-token" })
      .catch((reason: Error) => reason);
    expect(JSON.stringify([String(error), error])).not.toContain("secret-token");
  });
});

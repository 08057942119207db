import { decodeJwt } from "jose/jwt/decode";
import { describe, expect, it } from "vitest";
import {
  DEV_TENANT_GRANT_TYPES,
  type DevTenant,
  type DevTenantOptions,
  type DevTenantTokenExchangeRequest,
  MemoryDevTenantStorage,
} from "../../../src/dev/index.ts";
import {
  API,
  authorizeUrl,
  Browser,
  JONAS,
  MIRA,
  openTenant,
  post,
  redeem,
  type TokenAnswer,
  tokensOf,
} from "./harness.ts";

const TYPE = "urn:acme:legacy-token";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const SESSION_TRANSFER = "urn:dev.localhost:session_transfer";

/** A tenant that takes the token `jonas` as Jonas, and notes what its profile is told. */
function exchangeTenant(options: DevTenantOptions = {}) {
  const told: DevTenantTokenExchangeRequest[] = [];
  const profile = {
    subjectTokenType: TYPE,
    resolve(subjectToken: string, request: DevTenantTokenExchangeRequest) {
      told.push(request);
      if (subjectToken === "jonas") return { sub: JONAS };
      if (subjectToken === "nobody") return { sub: "auth0|nobody" };
      if (subjectToken === "broken") throw new Error("secret detail");
      if (subjectToken === "via-mira") return { sub: JONAS, actor: MIRA };
      return { error: "invalid_request", errorDescription: "Invalid subject token" };
    },
  };
  const silent = { ...profile, subjectTokenType: "https://acme.example/silent", setActor: false };
  const tokenExchangeProfiles = [profile, silent];
  return { tenant: openTenant({ tokenExchangeProfiles, ...options }), told };
}

async function exchange(
  tenant: DevTenant,
  parameters: Record<string, string | undefined> = {},
): Promise<TokenAnswer & { issued_token_type: string }> {
  return (await post(tenant, "/oauth/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: "jonas",
    subject_token_type: TYPE,
    scope: "openid email offline_access",
    ...parameters,
  })) as TokenAnswer & { issued_token_type: string };
}

describe("token exchange", () => {
  it("logs in whom the profile names", async () => {
    const { tenant, told } = exchangeTenant();
    const answer = await exchange(tenant, {
      audience: API,
      extra: "of the app",
      scope: "openid read:orders",
    });
    expect(answer).toMatchObject({
      status: 200,
      token_type: "Bearer",
      issued_token_type: ACCESS_TOKEN,
      scope: "openid read:orders",
    });
    expect(decodeJwt(answer.id_token)).toMatchObject({ sub: JONAS, aud: "dev-client" });
    expect(decodeJwt(answer.id_token)).not.toHaveProperty("act");
    expect(decodeJwt(answer.access_token).aud).toContain(API);
    expect(told).toMatchObject([{ clientId: "dev-client", parameters: { extra: "of the app" } }]);
    expect(JSON.stringify(told)).not.toContain("dev-secret");
    expect((await exchange(tenant)).refresh_token).toEqual(expect.any(String));
  });

  it("names who acts, and then gives no refresh token", async () => {
    const { tenant, told } = exchangeTenant();
    const { id_token } = await tokensOf(tenant);
    const actor = { actor_token: id_token, actor_token_type: ID_TOKEN };
    const answer = await exchange(tenant, { ...actor, audience: API, scope: "openid offline_access" });
    expect(answer).toMatchObject({ status: 200, scope: "openid" });
    expect(answer.refresh_token).toBeUndefined();
    for (const token of [answer.id_token, answer.access_token]) {
      expect(decodeJwt(token)).toMatchObject({ sub: JONAS, act: { sub: MIRA } });
    }
    expect(told[0]!.actor).toBe(MIRA);
    const quiet = await exchange(tenant, { ...actor, subject_token_type: "https://acme.example/silent" });
    expect(decodeJwt(quiet.id_token)).not.toHaveProperty("act");
    const foreign = { actor_token: "opaque", actor_token_type: "urn:acme:agent" };
    expect(decodeJwt((await exchange(tenant, foreign)).id_token)).not.toHaveProperty("act");
    const named = await exchange(tenant, { subject_token: "via-mira" });
    expect(decodeJwt(named.id_token)).toMatchObject({ act: { sub: MIRA } });
  });

  it("keeps to organizations", async () => {
    const organizations = [
      { id: "org_1", name: "acme", members: [JONAS] },
      { id: "org_2", name: "umbrella" },
    ];
    const { tenant } = exchangeTenant({ organizations });
    const answer = await exchange(tenant, { organization: "org_1" });
    expect(decodeJwt(answer.id_token)).toMatchObject({ org_id: "org_1" });
    expect(await exchange(tenant, { organization: "org_2" })).toMatchObject({
      status: 403,
      error: "access_denied",
    });
    expect(await exchange(tenant, { organization: "org_3" })).toMatchObject({ error: "invalid_request" });
  });

  it.each<[string, Record<string, string | undefined>, number, string]>([
    ["without a subject token", { subject_token: undefined }, 400, "invalid_request"],
    ["without its type", { subject_token_type: undefined }, 400, "invalid_request"],
    ["of an access token", { subject_token_type: ACCESS_TOKEN }, 400, "invalid_request"],
    ["of a type of Auth0's", { subject_token_type: "urn:auth0:x" }, 400, "invalid_request"],
    ["of a type without a profile", { subject_token_type: "urn:acme:other" }, 400, "invalid_request"],
    ["that the profile refuses", { subject_token: "forged" }, 400, "invalid_request"],
    ["of somebody who is not there", { subject_token: "nobody" }, 400, "invalid_request"],
    ["whose profile breaks", { subject_token: "broken" }, 500, "server_error"],
    ["with an actor token without a type", { actor_token: "x" }, 400, "invalid_request"],
    ["with a type without an actor token", { actor_token_type: ID_TOKEN }, 400, "invalid_request"],
    ["with a forged actor", { actor_token: "x.y.z", actor_token_type: ID_TOKEN }, 400, "invalid_request"],
    ["for an ID token", { requested_token_type: ID_TOKEN }, 400, "invalid_request"],
    ["for an unknown API", { audience: "https://nope/" }, 403, "access_denied"],
  ])("is refused %s", async (_what, parameters, status, error) => {
    const answer = await exchange(exchangeTenant().tenant, parameters);
    expect(answer).toMatchObject({ status, error });
    expect(JSON.stringify(answer)).not.toContain("secret detail");
  });

  it("is refused with an actor whose ID token has expired", async () => {
    let now = 1_800_000_000;
    const { tenant } = exchangeTenant({ clock: () => now });
    const { id_token } = await tokensOf(tenant);
    now += 36_000;
    const actor = { actor_token: id_token, actor_token_type: ID_TOKEN };
    expect(await exchange(tenant, actor)).toMatchObject({ status: 400, error: "invalid_request" });
  });

  it.each(["urn:ietf:params:oauth:token-type:jwt", "https://auth0.com/x", "urn:okta:x", "text", "urn:x:y"])(
    "has no profile for %s",
    (subjectTokenType) => {
      const tokenExchangeProfiles = [{ subjectTokenType, resolve: () => ({ sub: MIRA }) }];
      expect(() => openTenant({ tokenExchangeProfiles })).toThrow("devTenant: tokenExchangeProfiles");
    },
  );
});

describe("a session transfer token", () => {
  const clients = [
    {
      clientId: "dev-client",
      clientSecret: "dev-secret",
      grantTypes: DEV_TENANT_GRANT_TYPES,
      canCreateSessionTransferToken: true,
    },
    { clientId: "dev-spa", grantTypes: DEV_TENANT_GRANT_TYPES, canCreateSessionTransferToken: true },
  ];

  it("is no access token, lives for a minute and is kept as a hash", async () => {
    const written: string[] = [];
    class NotedStorage extends MemoryDevTenantStorage {
      override async put(key: string, value: unknown, expiresIn: number): Promise<void> {
        written.push(`${key} ${JSON.stringify(value)} ${expiresIn}`);
        await super.put(key, value, expiresIn);
      }
    }
    const { tenant } = exchangeTenant({ clients, storage: new NotedStorage() });
    const { id_token } = await tokensOf(tenant);
    const answer = await exchange(tenant, {
      audience: SESSION_TRANSFER,
      actor_token: id_token,
      actor_token_type: ID_TOKEN,
      scope: "openid read:orders",
    });
    expect(answer).toEqual({
      status: 200,
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      issued_token_type: "urn:auth0:params:oauth:token-type:session_transfer_token",
      token_type: "N_A",
      expires_in: 60,
      scope: "openid read:orders",
    });
    const kept = written.find((line) => line.startsWith("transfer:"))!;
    expect(kept).toMatch(/ 60$/);
    expect(kept).not.toContain(answer.access_token);
    expect(JSON.parse(kept.slice(kept.indexOf("{"), kept.lastIndexOf("}") + 1)).record).toEqual({
      subject: JONAS,
      actor: MIRA,
      clientId: "dev-client",
      scope: ["read:orders"],
    });
  });

  it("logs a browser in as somebody else, whose tokens tell who it really is", async () => {
    const { tenant } = exchangeTenant({ clients });
    const { id_token } = await tokensOf(tenant);
    const { access_token: session_transfer_token } = await exchange(tenant, {
      audience: SESSION_TRANSFER,
      actor_token: id_token,
      actor_token_type: ID_TOKEN,
    });
    const { url } = await new Browser(tenant).open(authorizeUrl({ session_transfer_token }));
    const tokens = await redeem(tenant, url);
    expect(decodeJwt(tokens.id_token)).toMatchObject({ sub: JONAS, act: { sub: MIRA } });
    const again = await new Browser(tenant).open(authorizeUrl({ session_transfer_token }));
    expect(again.url.searchParams.has("code")).toBe(false);
  });

  it("is refused without an actor, to a public client, and to one that may not have it", async () => {
    const { tenant } = exchangeTenant({ clients });
    const { id_token } = await tokensOf(tenant);
    const asked = { audience: SESSION_TRANSFER, actor_token: id_token, actor_token_type: ID_TOKEN };
    expect(await exchange(tenant, { audience: SESSION_TRANSFER })).toMatchObject({
      status: 400,
      error: "setactor_required",
    });
    const silent = { ...asked, subject_token_type: "https://acme.example/silent" };
    expect((await exchange(tenant, silent)).error).toBe("setactor_required");
    const spa = { ...asked, client_id: "dev-spa", client_secret: undefined };
    expect(await exchange(tenant, spa)).toMatchObject({ status: 401, error: "access_denied" });
    const disabled = exchangeTenant().tenant;
    expect(await exchange(disabled, { audience: SESSION_TRANSFER, subject_token: "via-mira" })).toMatchObject(
      {
        status: 400,
        error: "session_transfer_disabled",
      },
    );
  });
});

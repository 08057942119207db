import { decodeJwt } from "jose/jwt/decode";
import { beforeEach, describe, expect, it } from "vitest";
import { type DevTenant, MemoryDevTenantStorage } from "../../../src/dev/index.ts";
import {
  type Deviation,
  type PublicKeyOptions,
  type SerializedCredential,
  SoftwareAuthenticator,
} from "../../support/authenticator.ts";
import { APP, appTenant, Browser, openTenant, post, postJson, type TokenAnswer } from "./harness.ts";

const GRANT = "urn:okta:params:oauth:grant-type:webauthn";
const PROFILE = { email: "Ada@Example.com", name: "Ada" };

interface Challenge {
  status: number;
  auth_session: string;
  authn_params_public_key: PublicKeyOptions;
}

async function begin(
  tenant: DevTenant,
  path: string,
  body: Record<string, unknown> = {},
): Promise<Challenge> {
  const answer = (await postJson(tenant, path, body)) as unknown as Challenge;
  expect(answer.status).toBe(200);
  return answer;
}

async function finish(
  tenant: DevTenant,
  auth_session: string,
  credential: SerializedCredential | unknown,
  more: Record<string, unknown> = {},
): Promise<TokenAnswer> {
  const body = {
    grant_type: GRANT,
    auth_session,
    authn_response: credential,
    scope: "openid email",
    ...more,
  };
  return (await postJson(tenant, "/oauth/token", body)) as unknown as TokenAnswer;
}

async function register(
  tenant: DevTenant,
  authenticator: SoftwareAuthenticator,
  deviation: Deviation = {},
): Promise<TokenAnswer> {
  const { auth_session, authn_params_public_key } = await begin(tenant, "/passkey/register", {
    user_profile: PROFILE,
  });
  return await finish(tenant, auth_session, await authenticator.create(authn_params_public_key, deviation));
}

async function logIn(
  tenant: DevTenant,
  authenticator: SoftwareAuthenticator,
  deviation: Deviation = {},
): Promise<TokenAnswer> {
  const { auth_session, authn_params_public_key } = await begin(tenant, "/passkey/challenge");
  return await finish(tenant, auth_session, await authenticator.get(authn_params_public_key, deviation));
}

const UNVERIFIED = {
  status: 403,
  error: "invalid_grant",
  error_description: "The passkey could not be verified.",
};

describe("the challenges for a passkey", () => {
  it("have the form that browsers take", async () => {
    const tenant = openTenant();
    const text = expect.stringMatching(/^[\w-]{43}$/);
    expect(await begin(tenant, "/passkey/register", { user_profile: PROFILE })).toEqual({
      status: 200,
      auth_session: text,
      authn_params_public_key: {
        challenge: text,
        timeout: 300_000,
        rp: { id: "localhost", name: "Dev App" },
        user: { id: text, name: "ada@example.com", displayName: "Ada" },
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
      },
    });
    expect(await begin(tenant, "/passkey/challenge")).toEqual({
      status: 200,
      auth_session: text,
      authn_params_public_key: {
        challenge: text,
        timeout: 300_000,
        rpId: "localhost",
        userVerification: "preferred",
      },
    });
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    ["without a profile", { user_profile: undefined }, 400, "invalid_request"],
    ["for a profile that is text", { user_profile: "ada" }, 400, "invalid_request"],
    ["for nobody", { user_profile: { name: "Ada" } }, 400, "invalid_request"],
    ["for a malformed address", { user_profile: { email: "ada" } }, 400, "invalid_request"],
    ["for a local number", { user_profile: { phone_number: "0123" } }, 400, "invalid_request"],
    ["for a name that is a number", { user_profile: { ...PROFILE, name: 1 } }, 400, "invalid_request"],
    ["for a very long name", { user_profile: { ...PROFILE, name: "x".repeat(301) } }, 400, "invalid_request"],
    [
      "for somebody who is there",
      { user_profile: { email: "mira.solberg@example.com" } },
      400,
      "user_exists",
    ],
    ["at another connection", { realm: "email" }, 400, "invalid_request"],
    ["in an unknown organization", { organization: "org_nope" }, 400, "invalid_request"],
    ["with a wrong secret", { client_secret: "wrong" }, 401, "access_denied"],
  ])("are refused %s", async (_what, body, status, error) => {
    const answer = await postJson(openTenant(), "/passkey/register", { user_profile: PROFILE, ...body });
    expect(answer).toMatchObject({ status, error });
  });

  it("are refused to a client without the grant type", async () => {
    for (const path of ["/passkey/register", "/passkey/challenge"]) {
      expect(await postJson(appTenant(), path, {})).toMatchObject({
        status: 403,
        error: "unauthorized_client",
      });
    }
  });
});

describe("a passkey", () => {
  it.each(["ES256", "EdDSA", "RS256"] as const)("signs up and logs in, %s", async (algorithm) => {
    const storage = new MemoryDevTenantStorage();
    const tenant = openTenant({ storage });
    const authenticator = new SoftwareAuthenticator(APP, algorithm);
    const registered = await register(tenant, authenticator);
    expect(registered).toMatchObject({ status: 200, scope: "openid email" });
    const { sub, email } = decodeJwt(registered.id_token);
    expect([sub, email]).toEqual([expect.stringMatching(/^auth0\|/), "ada@example.com"]);
    const reloaded = openTenant({ storage });
    for (let times = 0; times < 5; times++) {
      const answer = await logIn(reloaded, authenticator);
      expect(decodeJwt(answer.id_token).sub).toBe(sub);
    }
    expect((await new Browser(reloaded).authorize()).html).toContain('aria-label="Continue as Ada"');
  });

  it("can be presented in a form as well, and from a subdomain or another port", async () => {
    const tenant = openTenant();
    const authenticator = new SoftwareAuthenticator("http://app.localhost:3000");
    expect((await register(tenant, authenticator)).status).toBe(200);
    const { auth_session, authn_params_public_key } = await begin(tenant, "/passkey/challenge");
    const authn_response = JSON.stringify(await authenticator.get(authn_params_public_key));
    const form = { grant_type: GRANT, auth_session, authn_response };
    expect((await post(tenant, "/oauth/token", form)).status).toBe(200);
  });

  it("of a phone that has no counter stays welcome", async () => {
    const tenant = openTenant();
    const authenticator = new SoftwareAuthenticator(APP);
    await register(tenant, authenticator, { signCount: 0 });
    for (let times = 0; times < 2; times++) {
      expect((await logIn(tenant, authenticator, { signCount: 0 })).status).toBe(200);
    }
  });

  it("makes its person a member of the organization they sign up to", async () => {
    const organizations = [{ id: "org_1", name: "acme" }];
    const tenant = openTenant({ organizations });
    const authenticator = new SoftwareAuthenticator(APP);
    const asked = { user_profile: PROFILE, organization: "org_1" };
    const { auth_session, authn_params_public_key } = await begin(tenant, "/passkey/register", asked);
    const credential = await authenticator.create(authn_params_public_key);
    const answer = await finish(tenant, auth_session, credential, { organization: "org_1" });
    expect(decodeJwt(answer.id_token)).toMatchObject({ org_id: "org_1" });
  });
});

describe("a registration is refused", () => {
  it.each<[string, Deviation]>([
    ["from a foreign origin", { origin: "https://evil.example" }],
    ["from another host of this machine", { origin: "http://127.0.0.1:8787" }],
    ["from a host that only ends alike", { origin: "http://evillocalhost:8787" }],
    ["from a frame of another site", { crossOrigin: true }],
    ["for another challenge", { challenge: "x".repeat(43) }],
    ["of the other ceremony", { type: "webauthn.get" }],
    ["for another relying party", { rpId: "evil.example" }],
    ["without anyone present", { flags: 0x44 }],
    ["without a credential", { flags: 0x05 }],
    ["with an attestation", { fmt: "packed" }],
  ])("%s", async (_what, deviation) => {
    const tenant = openTenant();
    expect(await register(tenant, new SoftwareAuthenticator(APP), deviation)).toEqual(UNVERIFIED);
    expect((await register(tenant, new SoftwareAuthenticator(APP))).status).toBe(200);
  });

  it("when it is no credential at all", async () => {
    const tenant = openTenant();
    const good = await new SoftwareAuthenticator(APP).create({
      challenge: "x",
      rp: { id: "localhost" },
      user: { id: "u" },
    });
    const { response } = good;
    const cbor = (bytes: number[]) => ({
      ...good,
      response: { ...response, attestationObject: btoa(String.fromCharCode(...bytes)).replace(/=+$/, "") },
    });
    const wrong: unknown[] = [
      {},
      { ...good, response: null },
      { ...good, type: "password" },
      { ...good, id: 1 },
      { ...good, rawId: "other" },
      { ...good, response: { ...response, clientDataJSON: "%" } },
      { ...good, response: { ...response, clientDataJSON: btoa("null") } },
      { ...good, response: { ...response, attestationObject: undefined } },
    ];
    for (const credential of wrong) {
      const { auth_session } = await begin(tenant, "/passkey/register", { user_profile: PROFILE });
      expect(await finish(tenant, auth_session, credential)).toEqual(UNVERIFIED);
    }
    // Malformed CBOR behind client data that is right: cut off, endless, deep, large, with an odd or a double key.
    const deep = [...Array.from({ length: 6 }, () => 0x81), 0x01];
    for (const bytes of [
      [0xa1],
      [0x5f],
      [0xbb],
      deep,
      [0x98, 0xff],
      [0xa1, 0x80, 0x01],
      [0xa2, 1, 1, 1, 1],
      [0xf9],
    ]) {
      const authenticator = new SoftwareAuthenticator(APP);
      const { auth_session, authn_params_public_key } = await begin(tenant, "/passkey/register", {
        user_profile: PROFILE,
      });
      const { clientDataJSON } = (await authenticator.create(authn_params_public_key)).response;
      const { attestationObject } = cbor(bytes).response;
      const credential = { ...good, response: { clientDataJSON, attestationObject } };
      expect(await finish(tenant, auth_session, credential), String(bytes)).toEqual(UNVERIFIED);
    }
    const { auth_session } = await begin(tenant, "/passkey/challenge");
    expect(await finish(tenant, auth_session, "text")).toMatchObject({ error: "invalid_request" });
    expect(await finish(tenant, auth_session, undefined)).toMatchObject({ error: "invalid_request" });
  });

  it("when somebody has signed up with the same address meanwhile, or with the same passkey", async () => {
    const tenant = openTenant();
    const slow = new SoftwareAuthenticator(APP);
    const first = await begin(tenant, "/passkey/register", { user_profile: PROFILE });
    expect((await register(tenant, new SoftwareAuthenticator(APP))).status).toBe(200);
    const late = await finish(tenant, first.auth_session, await slow.create(first.authn_params_public_key));
    expect(late).toMatchObject({ status: 400, error: "user_exists" });

    const other = { user_profile: { email: "other@example.com" } };
    const [one, two] = [
      await begin(tenant, "/passkey/register", other),
      await begin(tenant, "/passkey/register", other),
    ];
    const passkey = new SoftwareAuthenticator(APP);
    const made = await passkey.create(one.authn_params_public_key);
    const again = await passkey.create(two.authn_params_public_key);
    expect((await finish(tenant, one.auth_session, made)).status).toBe(200);
    expect(await finish(tenant, two.auth_session, again)).toMatchObject({ error: "invalid_grant" });
  });
});

describe("an assertion is refused", () => {
  let tenant: DevTenant;
  let authenticator: SoftwareAuthenticator;

  beforeEach(async () => {
    tenant = openTenant();
    authenticator = new SoftwareAuthenticator(APP);
    expect((await register(tenant, authenticator)).status).toBe(200);
    expect((await logIn(tenant, authenticator)).status).toBe(200);
  });

  it.each<[string, Deviation]>([
    ["from a foreign origin", { origin: "https://evil.example" }],
    ["for another challenge", { challenge: "x".repeat(43) }],
    ["of the other ceremony", { type: "webauthn.create" }],
    ["for another relying party", { rpId: "evil.example" }],
    ["without anyone present", { flags: 0x04 }],
    ["of a copy, whose counter did not move on", { signCount: 1 }],
    ["of another person", { userHandle: "somebody" }],
  ])("%s", async (_what, deviation) => {
    expect(await logIn(tenant, authenticator, deviation)).toEqual(UNVERIFIED);
    expect((await logIn(tenant, authenticator)).status).toBe(200);
  });

  it("with a signature or authenticator data that were changed", async () => {
    for (const member of ["signature", "authenticatorData", "clientDataJSON"] as const) {
      const { auth_session, authn_params_public_key } = await begin(tenant, "/passkey/challenge");
      const credential = await authenticator.get(authn_params_public_key);
      const text = credential.response[member]!;
      const middle = Math.floor(text.length / 2);
      const changed = text[middle] === "A" ? "B" : "A";
      credential.response[member] = text.slice(0, middle) + changed + text.slice(middle + 1);
      expect(await finish(tenant, auth_session, credential), member).toEqual(UNVERIFIED);
    }
  });

  it("by another key, and of a passkey nobody knows", async () => {
    const stranger = new SoftwareAuthenticator(APP);
    await stranger.create({ challenge: "x", rp: { id: "localhost" }, user: { id: "u" } });
    expect(await logIn(tenant, stranger)).toMatchObject({
      error: "invalid_grant",
      error_description: "The passkey is unknown.",
    });
    const { auth_session, authn_params_public_key } = await begin(tenant, "/passkey/challenge");
    const forged = await stranger.get(authn_params_public_key);
    const credential = { ...forged, id: authenticator.id, rawId: authenticator.id };
    expect(await finish(tenant, auth_session, credential)).toEqual(UNVERIFIED);
  });

  it("when its challenge was used, is old, or was given to another client", async () => {
    const session = "The auth_session is unknown, expired or used.";
    const one = await begin(tenant, "/passkey/challenge");
    const credential = await authenticator.get(one.authn_params_public_key);
    const spa = { client_id: "dev-spa", client_secret: undefined };
    expect(await finish(tenant, one.auth_session, credential, spa)).toMatchObject({
      error_description: session,
    });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => finish(tenant, one.auth_session, credential)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await finish(tenant, one.auth_session, credential)).toMatchObject({ error_description: session });
    expect(await finish(tenant, "nonsense", credential)).toMatchObject({ error_description: session });
    let now = 1_800_000_000;
    const aging = openTenant({ clock: () => now });
    const fresh = new SoftwareAuthenticator(APP);
    await register(aging, fresh);
    const old = await begin(aging, "/passkey/challenge");
    now += 300;
    const late = await finish(aging, old.auth_session, await fresh.get(old.authn_params_public_key));
    expect(late).toMatchObject({ status: 403, error_description: session });
  });

  it("after a typing mistake only for the mistake", async () => {
    const { auth_session, authn_params_public_key } = await begin(tenant, "/passkey/challenge");
    const credential = await authenticator.get(authn_params_public_key);
    const mistake = { audience: "https://nope/" };
    expect(await finish(tenant, auth_session, credential, mistake)).toMatchObject({ error: "access_denied" });
    expect((await finish(tenant, auth_session, credential)).status).toBe(200);
  });
});

import { SignJWT } from "jose/jwt/sign";
import { exportSPKI } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { expect, it } from "vitest";
import {
  DEV_TENANT_GRANT_TYPES,
  type DevTenant,
  type DevTenantOptions,
  MemoryDevTenantStorage,
  totp,
} from "../../../src/dev/index.ts";
import { SoftwareAuthenticator } from "../../support/authenticator.ts";
import { API, APP, JONAS, openTenant, post, postJson, tokensOf } from "./harness.ts";

const DATABASE = "Username-Password-Authentication";
const AUTH0 = "http://auth0.com/oauth/grant-type";

/** A storage that notes everything written to it. */
class NotedStorage extends MemoryDevTenantStorage {
  text = "";

  override async put(key: string, value: unknown, expiresIn: number): Promise<void> {
    this.text += `${key} ${JSON.stringify(value)}\n`;
    await super.put(key, value, expiresIn);
  }

  override async add(key: string, value: unknown, expiresIn: number): Promise<boolean> {
    this.text += `${key} ${JSON.stringify(value)}\n`;
    return await super.add(key, value, expiresIn);
  }
}

type Answer = Record<string, never> & { authn_params_public_key: never };

/** Goes some way; answers every secret that was handed out or sent on it. */
type Walk = (tenant: DevTenant) => Promise<(string | undefined)[]>;

const json = async (tenant: DevTenant, path: string, body: Record<string, unknown>, init: RequestInit = {}) =>
  (await postJson(tenant, path, body, init)) as unknown as Answer;
const token = async (tenant: DevTenant, body: Record<string, unknown>) =>
  await json(tenant, "/oauth/token", { scope: "openid offline_access", ...body });
const ticketIn = (link: string | undefined) => new URL(link!).searchParams.get("ticket")!;

const walks: Record<string, Walk> = {
  async "codes by mail and SMS"(tenant) {
    await json(tenant, "/passwordless/start", { connection: "email", email: "a@b.example", send: "code" });
    const otp = tenant.mailbox()[0]!.code!;
    const grant_type = `${AUTH0}/passwordless/otp`;
    const tokens = await token(tenant, { grant_type, realm: "email", username: "a@b.example", otp });
    return [otp, tokens.access_token, tokens.refresh_token];
  },
  async "links by mail"(tenant) {
    await json(tenant, "/passwordless/start", { connection: "email", email: "a@b.example", send: "link" });
    return [ticketIn(tenant.mailbox()[0]!.link)];
  },
  async "codes for the database"(tenant) {
    const body = { connection: DATABASE, email: "jonas.adeyemi@example.com" };
    const { auth_session } = await json(tenant, "/otp/challenge", body);
    return [auth_session, tenant.mailbox()[0]!.code];
  },
  async passwords(tenant) {
    const password = "Correct horse 1";
    await json(tenant, "/dbconnections/signup", { email: "a@b.example", password, connection: DATABASE });
    const body = JSON.stringify({ client_id: "dev-client", email: "a@b.example", connection: DATABASE });
    const headers = { "content-type": "application/json" };
    const url = "https://dev.localhost/dbconnections/change_password";
    await tenant.customFetch(url, { method: "POST", headers, body });
    const tokens = await token(tenant, { grant_type: "password", username: "a@b.example", password });
    return [password, ticketIn(tenant.mailbox()[0]!.link), tokens.access_token, tokens.refresh_token];
  },
  async "second factors"(tenant) {
    const login = { grant_type: "password", username: "mira@example.com", password: "dev-password" };
    const { mfa_token } = await token(tenant, login);
    const init = { headers: { authorization: `Bearer ${mfa_token}` } };
    const phone = { authenticator_types: ["oob"], oob_channels: ["sms"], phone_number: "+14155550100" };
    const { oob_code } = await json(tenant, "/mfa/associate", phone, init);
    const app = await json(tenant, "/mfa/associate", { authenticator_types: ["otp"] }, init);
    const otp = await totp(app.secret!);
    const tokens = await token(tenant, { grant_type: `${AUTH0}/mfa-otp`, mfa_token, otp });
    const [recovery] = app.recovery_codes! as string[];
    return [mfa_token, oob_code, tenant.mailbox()[0]!.code, otp, recovery, tokens.access_token];
  },
  async passkeys(tenant) {
    const user_profile = { email: "a@b.example" };
    const { auth_session, authn_params_public_key } = await json(tenant, "/passkey/register", {
      user_profile,
    });
    const authn_response = await new SoftwareAuthenticator(APP).create(authn_params_public_key);
    const grant_type = "urn:okta:params:oauth:grant-type:webauthn";
    const tokens = await token(tenant, { grant_type, auth_session, authn_response });
    const { challenge } = authn_params_public_key as { challenge: string };
    return [auth_session, challenge, tokens.access_token, tokens.refresh_token];
  },
  async "exchanged and transferred tokens"(tenant) {
    const actor = { actor_token: (await tokensOf(tenant)).id_token };
    const exchange = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: "the-token-of-jonas",
      subject_token_type: "urn:acme:token",
      actor_token_type: "urn:ietf:params:oauth:token-type:id_token",
      ...actor,
    };
    const tokens = await token(tenant, exchange);
    const transfer = await token(tenant, { ...exchange, audience: "urn:dev.localhost:session_transfer" });
    return [exchange.subject_token, actor.actor_token, tokens.access_token, transfer.access_token];
  },
  async "anonymous sessions"(tenant) {
    const { session_token, access_token } = await json(tenant, "/anonymous/token", {});
    return [session_token, access_token];
  },
};

it.each(Object.entries(walks))("no secret of these is kept in the clear: %s", async (_what, walk) => {
  const storage = new NotedStorage();
  const tenant = openTenant({
    storage,
    users: [
      { sub: "auth0|66a1f0c27d3be90012c40a01", name: "Mira", email: "mira@example.com", requireMfa: true },
      { sub: JONAS, name: "Jonas", email: "jonas.adeyemi@example.com" },
    ],
    clients: [
      {
        clientId: "dev-client",
        clientSecret: "dev-secret",
        grantTypes: DEV_TENANT_GRANT_TYPES,
        canCreateSessionTransferToken: true,
      },
    ],
    tokenExchangeProfiles: [{ subjectTokenType: "urn:acme:token", resolve: () => ({ sub: JONAS }) }],
  } satisfies DevTenantOptions);
  const secrets = await walk(tenant);
  expect(storage.text.length).toBeGreaterThan(100);
  for (const secret of secrets) {
    expect(secret).toEqual(expect.any(String));
    // Six digits may well be part of a timestamp, but not stand alone.
    expect(storage.text).not.toMatch(new RegExp(secret!.length === 6 ? `\\b${secret}\\b` : secret!));
  }
});

it("no assertion of a client is kept, nor its jti", async () => {
  const storage = new NotedStorage();
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const robot = {
    clientId: "dev-client",
    publicKeyPem: await exportSPKI(publicKey),
    grantTypes: ["client_credentials"],
    clientGrants: [{ audience: API, scopes: [] }],
  };
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "dev-client", sub: "dev-client", aud: "https://dev.localhost/", exp: now + 60 };
  const jti = crypto.randomUUID();
  const client_assertion = await new SignJWT({ ...claims, jti })
    .setProtectedHeader({ alg: "ES256" })
    .sign(privateKey);
  const answer = await post(openTenant({ storage, clients: [robot] }), "/oauth/token", {
    grant_type: "client_credentials",
    audience: API,
    client_secret: undefined,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion,
  });
  expect(answer.status).toBe(200);
  for (const secret of [client_assertion, jti, answer.access_token])
    expect(storage.text).not.toContain(secret);
});

import type { Client, User } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { directRequest, logInDirectly } from "../direct-login.ts";
import type { PasskeyRecord } from "../direct-records.ts";
import { invalidGrant, OAuthError } from "../oauth-error.ts";
import type { Organization } from "../organization-options.ts";
import { joinOrganization } from "../organizations.ts";
import { objectParameter, type Parameters, required } from "../parameters.ts";
import { PASSKEY_LIFETIME, requireDatabaseRealm, rpIdOf } from "../passkey-challenge.ts";
import {
  type CredentialResponse,
  credentialResponse,
  verifyAssertion,
  verifyRegistration,
} from "../webauthn.ts";

/** Seconds; passkeys stay as long as the people do. */
const TEN_YEARS = 10 * 365 * 24 * 3600;

/**
 * Auth0's grant for passkeys: `auth_session` names the challenge, `authn_response` is the credential that answers it.
 * A challenge can be answered once, rightly or not.
 *
 * @throws {OAuthError} 403 `invalid_grant` when the challenge is unknown, used or of another client, or anything about
 * the credential is wrong; 400 `user_exists` when somebody else has signed up meanwhile.
 */
export async function webauthnGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const authSession = required(parameters, "auth_session");
  required(parameters, "authn_response");
  const answer = objectParameter(parameters, "authn_response")!;
  requireDatabaseRealm(parameters, tenant);
  const { organization } = directRequest(parameters, client, tenant);
  const challenge = await tenant.records.load("passkey", authSession);
  if (challenge === undefined || challenge.clientId !== client.clientId) throw unknownSession();
  if (!(await tenant.records.spend("passkey", authSession, PASSKEY_LIFETIME))) throw unknownSession();
  const credential = orRefuse(() => credentialResponse(answer));
  const user =
    challenge.registration === undefined
      ? await loggedIn(await credential, challenge, tenant)
      : await registered(await credential, challenge, organization, tenant);
  return await logInDirectly(parameters, client, user, tenant);
}

async function loggedIn(
  credential: CredentialResponse,
  { challengeHash }: PasskeyRecord,
  tenant: TenantContext,
): Promise<User> {
  const known = await tenant.records.load("credential", credential.id);
  const user = known && (await tenant.people.find(known.sub));
  if (user === undefined) throw invalidGrant("The passkey is unknown.");
  const { userHandle } = credential;
  const ceremony = { type: "webauthn.get", challengeHash, rpId: rpIdOf(tenant) } as const;
  const signCount = await orRefuse(async () => {
    if (userHandle !== undefined && userHandle !== known!.userHandle) throw new Error("Another person");
    return await verifyAssertion(credential, ceremony, known!);
  });
  await tenant.records.save("credential", credential.id, { ...known!, signCount }, TEN_YEARS);
  return user;
}

async function registered(
  credential: CredentialResponse,
  { challengeHash, registration }: PasskeyRecord,
  organization: Organization | undefined,
  tenant: TenantContext,
): Promise<User> {
  const ceremony = { type: "webauthn.create", challengeHash, rpId: rpIdOf(tenant) } as const;
  const { id, publicKey, signCount } = await orRefuse(() => verifyRegistration(credential, ceremony));
  if ((await tenant.records.load("credential", id)) !== undefined)
    throw invalidGrant("The passkey is known already.");
  const user = await tenant.people.create("auth0", registration!.person);
  if (user === undefined) throw new OAuthError(400, "user_exists", "The user already exists.");
  const record = { sub: user.sub, publicKey, signCount, userHandle: registration!.userHandle };
  if (!(await tenant.records.add("credential", id, record, TEN_YEARS))) {
    throw invalidGrant("The passkey is known already.");
  }
  if (organization !== undefined) await joinOrganization(tenant, organization, user.sub);
  return user;
}

/** Whatever is wrong about a credential is told in the same words. */
async function orRefuse<T>(check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch {
    throw invalidGrant("The passkey could not be verified.");
  }
}

function unknownSession(): OAuthError {
  return invalidGrant("The auth_session is unknown, expired or used.");
}

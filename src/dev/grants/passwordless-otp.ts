import type { Client, User } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { directRequest, logInDirectly } from "../direct-login.ts";
import { invalidGrant, invalidRequest } from "../oauth-error.ts";
import { judgeOneTimeCode } from "../one-time-code.ts";
import { type Parameters, required } from "../parameters.ts";
import { personReachedAt } from "../passwordless.ts";

/**
 * Auth0's grant for one-time codes: either `username` and `realm` (`email` or `sms`) of a code that
 * `/passwordless/start` sent, or the `auth_session` of `/otp/challenge`.
 *
 * @throws {OAuthError} 403 `invalid_grant` for a wrong, old or used code; with an `auth_session` 400
 * `invalid_request`, as Auth0 has it.
 */
export async function passwordlessOtpGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const otp = required(parameters, "otp");
  directRequest(parameters, client, tenant);
  const authSession = parameters.get("auth_session");
  const user =
    authSession === undefined
      ? await reachedByConnection(parameters, otp, client, tenant)
      : await reachedBySession(authSession, otp, client, tenant);
  return await logInDirectly(parameters, client, user, tenant);
}

async function reachedByConnection(
  parameters: Parameters,
  otp: string,
  client: Client,
  tenant: TenantContext,
): Promise<User> {
  const username = required(parameters, "username");
  const realm = required(parameters, "realm");
  if (realm !== "email" && realm !== "sms") throw invalidRequest(`Unknown realm: ${realm}`);
  const name = `${client.clientId} ${realm} ${username.toLowerCase()}`;
  const kept = await tenant.records.load("otp", name);
  const verdict = kept === undefined ? "wrong" : await judgeOneTimeCode(tenant, kept, otp);
  if (verdict === "right") return await personReachedAt(tenant, realm, username);
  if (verdict === "used_up") {
    throw invalidGrant("You've reached the maximum number of attempts. Please try to login again.");
  }
  throw invalidGrant(`Wrong ${realm === "email" ? "email" : "phone number"} or verification code.`);
}

async function reachedBySession(
  authSession: string,
  otp: string,
  client: Client,
  tenant: TenantContext,
): Promise<User> {
  const record = await tenant.records.load("otp-session", authSession);
  if (record !== undefined && record.clientId === client.clientId) {
    const verdict = await judgeOneTimeCode(tenant, record, otp);
    if (verdict === "right") return await personReachedAt(tenant, record.kind, record.address, "auth0");
  }
  throw invalidRequest("The auth_session or the otp is wrong, expired or used up");
}

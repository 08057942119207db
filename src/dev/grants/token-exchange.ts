import type { Client, User } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { directLogin } from "../direct-login.ts";
import { invalidRequest, OAuthError } from "../oauth-error.ts";
import { readOwnIdToken } from "../own-id-token.ts";
import { type Parameters, required } from "../parameters.ts";
import { isSessionTransfer, sessionTransferToken } from "../session-transfer-token.ts";
import {
  type DevTenantTokenExchangeProfile,
  type DevTenantTokenExchangeResult,
  isReserved,
} from "../token-exchange-options.ts";
import { tokenResponse } from "../token-response.ts";

const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
/** Parameters that are no business of the profile. */
const CREDENTIALS = ["client_secret", "client_assertion", "client_assertion_type"];

/**
 * Token exchange (RFC 8693) as Auth0 has it: a profile of the options says who a subject token stands for, and an
 * actor token, who acts as them. With an actor there is no refresh token. For the audience
 * `urn:{domain}:session_transfer` the answer is a session transfer token.
 *
 * @throws {OAuthError} 400 `invalid_request` for token types and tokens that cannot be used; what the profile answers.
 */
export async function tokenExchangeGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const profile = profileOf(parameters, tenant);
  const actorOfToken = await actorOf(parameters, tenant);
  const { sub, actor: named } = await resolved(profile, parameters, client, actorOfToken);
  const user = await tenant.people.find(sub);
  if (user === undefined) throw invalidRequest("The user of the subject token does not exist.");
  const actor = named ?? (profile.setActor === false ? undefined : actorOfToken);
  if (isSessionTransfer(parameters))
    return await sessionTransferToken(parameters, client, user, actor, tenant);
  if ((parameters.get("requested_token_type") ?? ACCESS_TOKEN) !== ACCESS_TOKEN) {
    throw invalidRequest(`Unsupported requested_token_type: ${parameters.get("requested_token_type")}`);
  }
  return await exchanged(parameters, client, user, actor, tenant);
}

async function exchanged(
  parameters: Parameters,
  client: Client,
  user: User,
  actor: string | undefined,
  tenant: TenantContext,
): Promise<Response> {
  const extra = { issued_token_type: ACCESS_TOKEN };
  const issue = await directLogin(parameters, client, user, tenant);
  if (actor === undefined) return await tokenResponse(tenant, { ...issue, extra });
  const scope = issue.scope.filter((name) => name !== "offline_access");
  const grant = { ...issue.grant, scope, actor };
  return await tokenResponse(tenant, { ...issue, grant, scope, refreshableUntil: undefined, extra });
}

function profileOf(parameters: Parameters, tenant: TenantContext): DevTenantTokenExchangeProfile {
  required(parameters, "subject_token");
  const type = required(parameters, "subject_token_type");
  if (isReserved(type)) throw invalidRequest(`The subject_token_type is in a reserved namespace: ${type}`);
  const profile = tenant.configuration.tokenExchangeProfiles.get(type);
  if (profile === undefined) throw invalidRequest(`There is no profile for the subject_token_type ${type}`);
  return profile;
}

/** The person of an actor token that Auth0 itself can check; other types are the profile's to check. */
async function actorOf(parameters: Parameters, tenant: TenantContext): Promise<string | undefined> {
  const token = parameters.get("actor_token");
  const type = parameters.get("actor_token_type");
  if ((token === undefined) !== (type === undefined)) {
    throw invalidRequest("actor_token and actor_token_type belong together");
  }
  if (token === undefined || type !== ID_TOKEN) return undefined;
  const idToken = await readOwnIdToken(tenant, token);
  if (idToken !== undefined && idToken.exp > tenant.now()) return idToken.sub;
  throw invalidRequest("The actor_token is no ID token of this tenant, or has expired");
}

async function resolved(
  profile: DevTenantTokenExchangeProfile,
  parameters: Parameters,
  client: Client,
  actor: string | undefined,
) {
  const sent = [...parameters].filter(([name]) => !CREDENTIALS.includes(name));
  let result: DevTenantTokenExchangeResult;
  try {
    result = await profile.resolve(required(parameters, "subject_token"), {
      clientId: client.clientId,
      parameters: Object.fromEntries(sent),
      ...(actor === undefined ? {} : { actor }),
    });
  } catch {
    throw new OAuthError(500, "server_error", `The profile ${profile.subjectTokenType} threw an error`);
  }
  if ("error" in result) throw new OAuthError(400, result.error, result.errorDescription);
  return result;
}

import { authorizationDetailsOf } from "../authorization-details.ts";
import { grantedOrganization } from "../authorization-response.ts";
import type { BackchannelRecord } from "../backchannel-records.ts";
import { keepBackchannelRequest } from "../backchannel-requests.ts";
import { authenticateClient } from "../client-authentication.ts";
import { type Client, ISSUER, isConfidential } from "../configuration.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { GRANT_TYPE, requireGrantType } from "../grant-types.ts";
import { invalidRequest, OAuthError } from "../oauth-error.ts";
import { directOrganizationOf } from "../organization-request.ts";
import { isMember } from "../organizations.ts";
import { bodyParameters, type Parameters, required } from "../parameters.ts";
import { jsonResponse } from "../responses.ts";
import { grantableScope, parseScope } from "../scope.ts";

/** Seconds a person has at most, and unless the client asks for less. */
const MAX_EXPIRY = 300;

/**
 * The back-channel authentication endpoint (OpenID Connect CIBA 1.0 §7, poll mode). The person decides on the tenant's
 * page at `/approve`.
 */
export const backchannelAuthorizeEndpoint: Endpoint = {
  path: "/bc-authorize",
  channel: "server",
  methods: ["POST"],
  advertisedAs: "backchannel_authentication_endpoint",
  metadata: {
    backchannel_token_delivery_modes_supported: ["poll"],
    backchannel_user_code_parameter_supported: false,
  },
  async handle(request, tenant) {
    const parameters = await bodyParameters(request);
    const client = await authenticateClient(request, parameters, tenant);
    if (!isConfidential(client)) {
      throw new OAuthError(403, "unauthorized_client", "Only confidential clients may ask people this way");
    }
    requireGrantType(client, GRANT_TYPE.ciba);
    const record = await recordOf(parameters, client, tenant);
    return jsonResponse({
      auth_req_id: await keepBackchannelRequest(tenant, record),
      expires_in: record.expiresAt - tenant.now(),
      interval: tenant.configuration.backchannelPollInterval,
    });
  },
};

/** Checks the request (§7.1 and §7.2, Auth0: "User Authentication with CIBA"). */
async function recordOf(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<BackchannelRecord> {
  const asked = parseScope(parameters.get("scope"));
  if (!asked.includes("openid")) throw new OAuthError(400, "invalid_scope", "scope must include openid");
  const audience = parameters.get("audience");
  const api = audience === undefined ? undefined : tenant.configuration.apis.get(audience);
  if (audience !== undefined && api === undefined) {
    throw new OAuthError(403, "access_denied", `Service not found: ${audience}`);
  }
  const bindingMessage = bindingMessageOf(parameters);
  const sub = await personOf(parameters, tenant);
  const organization = directOrganizationOf(parameters, client, tenant);
  if (organization !== undefined && !(await isMember(tenant, organization, sub))) {
    throw new OAuthError(
      403,
      "access_denied",
      `user ${sub} is not part of the ${organization.id} organization`,
    );
  }
  const authorizationDetails = authorizationDetailsOf(parameters, client, api);
  return {
    clientId: client.clientId,
    sub,
    bindingMessage,
    scope: grantableScope(asked, client, api),
    expiresAt: tenant.now() + expiryOf(parameters),
    ...(audience !== undefined && { audience }),
    ...(organization && { organization: grantedOrganization(organization) }),
    ...(authorizationDetails && { authorizationDetails }),
  };
}

function bindingMessageOf(parameters: Parameters): string {
  const message = required(parameters, "binding_message");
  if (/^[a-zA-Z0-9 +\-_.,:#]{1,64}$/.test(message)) return message;
  const why = "binding_message must be 1 to 64 characters: letters, digits, spaces and + - _ . , : #";
  throw new OAuthError(400, "invalid_binding_message", why);
}

/** Auth0 takes `login_hint` only, as an identifier of the format `iss_sub` (RFC 9493 §3.2.3). */
async function personOf(parameters: Parameters, tenant: TenantContext): Promise<string> {
  const { format, iss, sub } = parsed(required(parameters, "login_hint"));
  if (format !== "iss_sub" || typeof sub !== "string") {
    throw invalidRequest("login_hint must be JSON of the format iss_sub, with iss and sub");
  }
  if (iss !== ISSUER) throw invalidRequest(`The iss of login_hint must be ${ISSUER}`);
  if ((await tenant.people.find(sub)) !== undefined) return sub;
  throw new OAuthError(400, "unknown_user_id", "There is no person with the sub of login_hint");
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function expiryOf(parameters: Parameters): number {
  const text = parameters.get("requested_expiry") ?? `${MAX_EXPIRY}`;
  const seconds = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MAX_EXPIRY) return seconds;
  throw invalidRequest(`requested_expiry must be a number of seconds from 1 to ${MAX_EXPIRY}`);
}

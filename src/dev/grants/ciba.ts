import { backchannelRequest } from "../backchannel-requests.ts";
import type { Client } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { directLogin } from "../direct-login.ts";
import { invalidGrant, OAuthError } from "../oauth-error.ts";
import { type Parameters, required } from "../parameters.ts";
import { tokenResponse } from "../token-response.ts";

/** Seconds by which the interval grows whenever a client asks too early (OpenID Connect CIBA 1.0 §11). */
const SLOW_DOWN = 5;
/** Seconds a timer may be early: it must not cost a client that keeps to the interval. */
const TOLERANCE = 0.1;
/** Seconds in which a second use of an `auth_req_id` is still noticed; the request itself is forgotten sooner. */
const REMEMBERED = 3600;

/**
 * The grant for requests that a person approves elsewhere (OpenID Connect CIBA 1.0 §10.1).
 *
 * @throws {OAuthError} `authorization_pending` until the person has decided; `slow_down`; `expired_token`;
 * `access_denied` when they have refused; `invalid_grant` for what is unknown, of another client or has been used.
 */
export async function cibaGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const { records } = tenant;
  const request = await backchannelRequest(tenant, required(parameters, "auth_req_id"));
  if (request === undefined || request.clientId !== client.clientId) throw invalidGrant(INVALID);
  if (await records.isSpent("backchannel", request.id)) throw invalidGrant(INVALID);
  await keepToInterval(tenant, request.id);
  if (request.expiresAt <= tenant.now()) throw refused("expired_token", "The request has expired");
  const decision = await records.load("decision", request.id);
  if (decision === undefined) throw refused("authorization_pending", "The end-user authorization is pending");
  if (!decision.approved) throw refused("access_denied", "The end-user denied the authorization request");
  const { sub, scope, audience, organization, authorizationDetails } = request;
  const person = await tenant.people.find(sub);
  if (person === undefined) throw invalidGrant("The user of this grant no longer exists.");
  const asked = new Map([["scope", scope.join(" ")]]);
  if (audience !== undefined) asked.set("audience", audience);
  if (organization !== undefined) asked.set("organization", organization.id);
  // The approval on the person's own device is a second factor.
  const claims = { mfa: true, ...(authorizationDetails && { authorizationDetails }) };
  const login = await directLogin(asked, client, person, tenant, claims);
  if (!(await records.spend("backchannel", request.id, REMEMBERED))) throw invalidGrant(INVALID);
  return await tokenResponse(tenant, login);
}

const INVALID = "Invalid auth_req_id";

async function keepToInterval(tenant: TenantContext, id: string): Promise<void> {
  const { backchannelPollInterval } = tenant.configuration;
  const last = await tenant.records.load("poll", id);
  const isEarly = last !== undefined && tenant.clock() - last.at < last.interval - TOLERANCE;
  const interval = (last?.interval ?? backchannelPollInterval) + (isEarly ? SLOW_DOWN : 0);
  await tenant.records.save("poll", id, { at: tenant.clock(), interval }, REMEMBERED);
  if (!isEarly) return;
  const why = `You are polling faster than allowed. Try again in ${interval} seconds.`;
  throw refused("slow_down", why, { "retry-after": String(interval) });
}

function refused(error: string, description: string, headers?: Record<string, string>): OAuthError {
  return new OAuthError(400, error, description, {}, undefined, headers);
}

import { createAccessToken } from "../access-token.ts";
import { authenticateClient } from "../client-authentication.ts";
import type { Client } from "../configuration.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import type { AnonymousRecord } from "../direct-records.ts";
import { randomToken } from "../encoding.ts";
import type { Grant } from "../grant.ts";
import { invalidRequest, OAuthError } from "../oauth-error.ts";
import { bodyParameters, objectParameter, type Parameters } from "../parameters.ts";
import { jsonResponse } from "../responses.ts";
import { parseScope } from "../scope.ts";

/** Seconds an anonymous session lives: 30 days. */
const LIFETIME = 2_592_000;
/** Seconds in which an expired one is still told from one that never was. */
const REMEMBERED = 86_400;
const MAX_METADATA_BYTES = 1024;

/** The audience that asks for a ticket instead of an access token, and how many seconds the ticket lives. */
const TRANSFER_AUDIENCE = "urn:auth0:anon_transfer";
const TRANSFER_LIFETIME = 30;

/**
 * Begins or goes on with the session of somebody who has not logged in (Auth0: "Anonymous Sessions"): an access token
 * for an API that takes such callers and, at the beginning, the session token to get further ones with.
 */
export const anonymousTokenEndpoint: Endpoint = {
  path: "/anonymous/token",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const parameters = await bodyParameters(request, ["metadata"]);
    const client = await authenticateClient(request, parameters, tenant);
    const sessionToken = parameters.get("session_token");
    const session = sessionToken === undefined ? undefined : await sessionOf(sessionToken, client, tenant);
    if (parameters.get("audience") === TRANSFER_AUDIENCE) return ticket(session);
    const metadata = metadataOf(parameters);
    if (session !== undefined && metadata !== undefined) {
      throw invalidRequest("metadata cannot be provided when session_token is present");
    }
    const scope = scopeOf(parameters, tenant);
    if (session !== undefined) return jsonResponse(await tokenFor(session, scope, parameters, tenant));
    const begun = {
      sub: `anon@${crypto.randomUUID()}`,
      clientId: client.clientId,
      expiresAt: tenant.now() + LIFETIME,
      ...(metadata && { metadata }),
    };
    const token = randomToken();
    await tenant.records.save("anonymous", token, begun, LIFETIME + REMEMBERED);
    return jsonResponse({ session_token: token, ...(await tokenFor(begun, scope, parameters, tenant)) }, 201);
  },
};

async function tokenFor(
  session: AnonymousRecord,
  scope: readonly string[],
  parameters: Parameters,
  tenant: TenantContext,
): Promise<Record<string, unknown>> {
  const { sub, clientId, expiresAt, metadata } = session;
  const grant: Grant = { id: randomToken(), clientId, sub, authTime: tenant.now(), scope };
  return {
    access_token: await createAccessToken(tenant, grant, scope, parameters.get("audience")),
    token_type: "Bearer",
    expires_in: tenant.configuration.accessTokenLifetime,
    session_expires_in: expiresAt - tenant.now(),
    ...(scope.length > 0 && { scope: scope.join(" ") }),
    ...(metadata && { metadata }),
  };
}

async function sessionOf(token: string, client: Client, tenant: TenantContext): Promise<AnonymousRecord> {
  const session = await tenant.records.load("anonymous", token);
  if (session === undefined || session.clientId !== client.clientId) {
    throw new OAuthError(401, "invalid_session_token", "The session_token is unknown");
  }
  if (session.expiresAt > tenant.now()) return session;
  throw new OAuthError(401, "session_expired", "The session_token has expired");
}

/** A ticket that says, at a login, who the person was before. The authorization endpoint takes no notice of it. */
function ticket(session: AnonymousRecord | undefined): Response {
  if (session === undefined) throw invalidRequest("A session_token is needed");
  return jsonResponse({
    anon_transfer_token: randomToken(),
    token_type: "N_A",
    expires_in: TRANSFER_LIFETIME,
  });
}

function scopeOf(parameters: Parameters, tenant: TenantContext): readonly string[] {
  const audience = parameters.get("audience");
  const asked = parseScope(parameters.get("scope"));
  if (audience === undefined) return [];
  const api = tenant.configuration.apis.get(audience);
  const granted = api?.anonymousScopes;
  if (granted === undefined) {
    throw new OAuthError(400, "invalid_target", `Anonymous access is not enabled for ${audience}`);
  }
  const foreign = asked.find((name) => !granted.includes(name));
  if (foreign !== undefined) {
    throw new OAuthError(400, "invalid_scope", `Anonymous callers have not been granted ${foreign}`);
  }
  return asked.length > 0 ? asked : granted;
}

function metadataOf(parameters: Parameters): Record<string, unknown> | undefined {
  const metadata = objectParameter(parameters, "metadata");
  const size = new TextEncoder().encode(parameters.get("metadata") ?? "").length;
  if (size <= MAX_METADATA_BYTES) return metadata;
  throw invalidRequest(`metadata is larger than ${MAX_METADATA_BYTES} bytes`);
}

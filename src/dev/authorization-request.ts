import { authorizationDetailsOf } from "./authorization-details.ts";
import { type Api, type Client, isConfidential } from "./configuration.ts";
import type { Connection } from "./connection-options.ts";
import { connectionNamed } from "./connections.ts";
import type { TenantContext } from "./context.ts";
import type { AuthorizationDetail } from "./grant.ts";
import { type LinkingRequest, linkingRequestOf } from "./linking-request.ts";
import { invalidRequest, OAuthError } from "./oauth-error.ts";
import type { Organization } from "./organization-options.ts";
import { organizationOf } from "./organization-request.ts";
import type { Parameters } from "./parameters.ts";
import type { SentRequest } from "./pushed-request.ts";
import type { SessionRecord } from "./records.ts";
import { grantableScope, parseScope } from "./scope.ts";

/** Where the answer to an authorization request goes, once it is known to be a registered place. */
export interface Destination {
  client: Client;
  redirectUri: string;
  state: string | undefined;
}

/** An authorization request that has passed every check. */
export interface AuthorizationRequest extends Destination {
  /** Scopes that will be granted. */
  scope: string[];
  api: Api | undefined;
  nonce: string | undefined;
  codeChallenge: string | undefined;
  prompt: readonly string[];
  /** Seconds. */
  maxAge: number | undefined;
  loginHint: string | undefined;
  /** Auth0's `screen_hint=signup`. */
  signup: boolean;
  /** The only connection one may log in by. */
  connection: Connection | undefined;
  organization: Organization | undefined;
  /** Ticket of an invitation to the organization. */
  invitation: string | undefined;
  authorizationDetails: readonly AuthorizationDetail[] | undefined;
  linking: LinkingRequest | undefined;
}

const KNOWN_PROMPTS = ["none", "login", "consent", "select_account"];

/**
 * The client and callback URL of an authorization request. Until both are known to be right the browser is
 * sent nowhere (RFC 6749 §4.1.2.1).
 *
 * @throws {OAuthError} To be shown as a page.
 */
export function destinationOf(parameters: Parameters, tenant: TenantContext): Destination {
  const clientId = parameters.get("client_id");
  if (clientId === undefined) throw invalidRequest("The parameter client_id is missing.");
  const client = tenant.configuration.clients.get(clientId);
  if (client === undefined) {
    throw new OAuthError(
      403,
      "invalid_request",
      `There is no application with the client ID "${clientId}".`,
      {
        title: "Unknown client",
        details: [...tenant.configuration.clients.keys()],
      },
    );
  }
  const redirectUri = parameters.get("redirect_uri");
  if (redirectUri === undefined || !client.callbacks.includes(redirectUri)) {
    const sent = redirectUri === undefined ? "no redirect_uri" : `the redirect_uri "${redirectUri}"`;
    throw new OAuthError(
      403,
      "invalid_request",
      `The app sent ${sent}, which is not in the list of allowed callback URLs of "${client.clientId}".`,
      { title: "Callback URL mismatch", details: client.callbacks },
    );
  }
  return { client, redirectUri, state: parameters.get("state") };
}

/**
 * Checks the rest of an authorization request (RFC 6749 §4.1.1, OpenID Connect Core 1.0 §3.1.2.1, RFC 7636).
 *
 * @throws {OAuthError} To be sent back to the app.
 */
export async function authorizationRequest(
  { parameters, pushed }: SentRequest,
  destination: Destination,
  tenant: TenantContext,
): Promise<AuthorizationRequest> {
  const { client } = destination;
  if (!pushed && client.requirePushedAuthorizationRequests) {
    throw invalidRequest("Pushed Authorization Requests are required for this client");
  }
  const responseType = parameters.get("response_type");
  if (responseType === undefined) throw invalidRequest("Missing required parameter: response_type");
  if (responseType !== "code") {
    throw new OAuthError(400, "unsupported_response_type", "Only response_type=code is supported");
  }
  if ((parameters.get("response_mode") ?? "query") !== "query") {
    throw invalidRequest("Only response_mode=query is supported");
  }
  if (!client.grantTypes.includes("authorization_code")) {
    const why = "Grant type 'authorization_code' not allowed for the client.";
    throw new OAuthError(403, "unauthorized_client", why);
  }
  if (!pushed && parameters.has("authorization_details")) {
    throw invalidRequest("authorization_details can only be sent in a pushed authorization request");
  }
  const api = apiOf(parameters, tenant);
  return {
    ...destination,
    api,
    scope: grantableScope(parseScope(parameters.get("scope")), client, api),
    nonce: parameters.get("nonce"),
    codeChallenge: codeChallengeOf(parameters, client),
    prompt: promptOf(parameters),
    maxAge: maxAgeOf(parameters),
    loginHint: parameters.get("login_hint"),
    signup: parameters.get("screen_hint") === "signup",
    connection: connectionOf(parameters, tenant),
    organization: organizationOf(parameters, client, tenant),
    invitation: parameters.get("invitation"),
    authorizationDetails: authorizationDetailsOf(parameters, client, api),
    linking: await linkingRequestOf(parameters, client, tenant),
  };
}

/**
 * Whether a login session may answer the request as it is, without the person logging in anew. `max_age=0` asks
 * for a new login even in the second of the last one (OpenID Connect Core 1.0 §3.1.2.1: the same as
 * `prompt=login`).
 */
export function satisfiedBy(
  request: AuthorizationRequest,
  session: SessionRecord | undefined,
  now: number,
): session is SessionRecord {
  if (session === undefined || request.prompt.includes("login") || request.maxAge === 0) return false;
  return request.maxAge === undefined || now - session.authTime <= request.maxAge;
}

function connectionOf(parameters: Parameters, tenant: TenantContext): Connection | undefined {
  const name = parameters.get("connection");
  return name === undefined ? undefined : connectionNamed(name, tenant);
}

function apiOf(parameters: Parameters, tenant: TenantContext): Api | undefined {
  const audience = parameters.get("audience");
  if (audience === undefined) return undefined;
  const api = tenant.configuration.apis.get(audience);
  if (api === undefined) throw new OAuthError(403, "access_denied", `Service not found: ${audience}`);
  return api;
}

function codeChallengeOf(parameters: Parameters, client: Client): string | undefined {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === undefined && method === undefined) {
    if (isConfidential(client)) return undefined;
    throw invalidRequest("Missing required parameter: code_challenge (a public client must use PKCE)");
  }
  // RFC 7636 §4.3: a challenge without a method means `plain`.
  if (method !== "S256") throw invalidRequest("Only code_challenge_method=S256 is supported");
  if (challenge === undefined || !/^[\w-]{43}$/.test(challenge)) {
    throw invalidRequest("code_challenge must be the base64url SHA-256 of the verifier");
  }
  return challenge;
}

function promptOf(parameters: Parameters): readonly string[] {
  const prompt = parseScope(parameters.get("prompt"));
  const unknown = prompt.find((value) => !KNOWN_PROMPTS.includes(value));
  if (unknown !== undefined) throw invalidRequest(`Unsupported prompt: ${unknown}`);
  // OpenID Connect Core 1.0 §3.1.2.1: none stands alone.
  if (prompt.includes("none") && prompt.length > 1) throw invalidRequest("prompt=none excludes other values");
  return prompt;
}

function maxAgeOf(parameters: Parameters): number | undefined {
  const maxAge = parameters.get("max_age");
  if (maxAge === undefined) return undefined;
  if (!/^\d{1,10}$/.test(maxAge)) throw invalidRequest("max_age must be a number of seconds");
  return Number(maxAge);
}

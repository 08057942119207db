import type { AuthorizationRequest, Destination } from "./authorization-request.ts";
import { ISSUER } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import type { Grant, GrantedOrganization } from "./grant.ts";
import { createCode } from "./grants/authorization-code.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Organization } from "./organization-options.ts";
import type { SessionRecord } from "./records.ts";
import { redirect } from "./responses.ts";

/**
 * Sends the browser back to the app with a code (RFC 6749 §4.1.2).
 *
 * @param asked The request being granted.
 * @param session The login session that it is granted for.
 * @param cookies `Set-Cookie` values.
 */
export async function codeResponse(
  request: Request,
  tenant: TenantContext,
  asked: AuthorizationRequest,
  session: SessionRecord,
  cookies: readonly string[] = [],
): Promise<Response> {
  const grant: Grant = {
    id: randomToken(),
    clientId: asked.client.clientId,
    sub: session.sub,
    sid: session.sid,
    authTime: session.authTime,
    scope: asked.scope,
    ...(asked.api && { audience: asked.api.audience }),
    ...(asked.organization && { organization: grantedOrganization(asked.organization) }),
    ...(session.actor !== undefined && { actor: session.actor }),
    ...(asked.authorizationDetails && { authorizationDetails: asked.authorizationDetails }),
  };
  const code = await createCode(tenant, {
    grant,
    redirectUri: asked.redirectUri,
    ...(asked.codeChallenge === undefined ? {} : { codeChallenge: asked.codeChallenge }),
    ...(asked.nonce === undefined ? {} : { nonce: asked.nonce }),
  });
  return sendBack(request, asked, { code }, cookies);
}

/** An organization as grants keep it. */
export function grantedOrganization({ id, name }: Organization): GrantedOrganization {
  return { id, name };
}

/**
 * Runs what follows once the destination is known; a refusal goes back to the app
 * (RFC 6749 §4.1.2.1) instead of being shown.
 */
export async function orSendBack(
  request: Request,
  destination: Destination,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return sendBack(request, destination, { error: error.error, error_description: error.message });
  }
}

function sendBack(
  request: Request,
  destination: Destination,
  parameters: Record<string, string>,
  cookies: readonly string[] = [],
): Response {
  const url = new URL(destination.redirectUri);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  // `state` only if it was sent; `iss` always, against mix-up (RFC 9207).
  if (destination.state !== undefined) url.searchParams.set("state", destination.state);
  url.searchParams.set("iss", ISSUER);
  return redirect(request, url.href, cookies);
}

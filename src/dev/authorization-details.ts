import type { Api, Client } from "./configuration.ts";
import type { AuthorizationDetail } from "./grant.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Parameters } from "./parameters.ts";

/** Details one request may have; more than any person would read. */
const MAX_DETAILS = 20;

/**
 * The rich authorization request (RFC 9396 §2). As with Auth0 only the types are checked; what else a detail holds is
 * between the app and its API.
 *
 * @throws {OAuthError} `invalid_authorization_details` (§5) for what is no array of objects with a type that the API
 * or the client has registered.
 */
export function authorizationDetailsOf(
  parameters: Parameters,
  client: Client,
  api: Api | undefined,
): readonly AuthorizationDetail[] | undefined {
  const text = parameters.get("authorization_details");
  if (text === undefined) return undefined;
  const details = parsed(text);
  if (!Array.isArray(details) || details.length === 0 || details.length > MAX_DETAILS) {
    throw refused(`authorization_details must be a JSON array of 1 to ${MAX_DETAILS} objects`);
  }
  const known = [...client.authorizationDetailsTypes, ...(api?.authorizationDetailsTypes ?? [])];
  for (const detail of details) {
    const type = (detail as { type?: unknown } | null)?.type;
    if (typeof type !== "string") throw refused("Every member of authorization_details needs a type");
    if (!known.includes(type)) throw refused(`Unknown authorization_details type: ${type.slice(0, 100)}`);
  }
  return details as AuthorizationDetail[];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused("authorization_details is not JSON");
  }
}

function refused(description: string): OAuthError {
  return new OAuthError(400, "invalid_authorization_details", description);
}

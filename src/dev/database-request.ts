import { isDatabase } from "./connections.ts";
import type { TenantContext } from "./context.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Parameters } from "./parameters.ts";

/**
 * A refusal in the form that Auth0's `/dbconnections/*` endpoints have, which are older than the rest.
 *
 * @param members Further members, or others in place of those.
 */
export function databaseRefusal(
  code: string,
  description: string,
  members: Readonly<Record<string, unknown>> = {},
): OAuthError {
  const body = { name: "BadRequestError", code, description, statusCode: 400, ...members };
  return new OAuthError(400, code, description, {}, body);
}

/**
 * Checks `client_id` and `connection` of a request to one of the `/dbconnections/*` endpoints.
 *
 * @throws {OAuthError} 400 `invalid_request`.
 */
export function requireClientAndConnection(parameters: Parameters, tenant: TenantContext): void {
  const clientId = parameters.get("client_id");
  if (clientId === undefined || !tenant.configuration.clients.has(clientId)) {
    throw databaseRefusal("invalid_request", "There is no client with this client_id");
  }
  if (!isDatabase(parameters.get("connection"), tenant)) {
    throw databaseRefusal("invalid_request", "The connection does not exist");
  }
}

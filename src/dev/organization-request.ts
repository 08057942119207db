import type { Client } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { invalidRequest } from "./oauth-error.ts";
import type { Organization } from "./organization-options.ts";
import { findOrganization } from "./organizations.ts";
import type { Parameters } from "./parameters.ts";

/**
 * The organization that an app names (Auth0: "Login Flows for Organizations").
 *
 * @throws {OAuthError} `invalid_request`, in Auth0's words.
 */
export function organizationOf(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Organization | undefined {
  const named = parameters.get("organization");
  if (named === undefined) {
    if (parameters.has("invitation"))
      throw invalidRequest("parameter organization is required with invitation");
    if (client.organizationUsage === "require" && client.organizationRequireBehavior === "no_prompt") {
      throw invalidRequest("parameter organization is required for this client");
    }
    return undefined;
  }
  if (client.organizationUsage === "deny") {
    throw invalidRequest("parameter organization is not allowed for this client");
  }
  const organization = findOrganization(tenant, named);
  if (organization === undefined) {
    throw invalidRequest("authorization request parameter organization must be an organization id");
  }
  return organization;
}

/**
 * The same where no page can ask: a client that requires an organization has to name it.
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function directOrganizationOf(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Organization | undefined {
  const organization = organizationOf(parameters, client, tenant);
  if (organization === undefined && client.organizationUsage === "require") {
    throw invalidRequest("parameter organization is required for this client");
  }
  return organization;
}

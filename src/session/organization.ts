import { isText } from "../arguments.ts";
import { OrganizationValidationError } from "../errors/index.ts";

/** @throws OrganizationValidationError where an organization is given that names none */
export function assertOrganization(organization: unknown): asserts organization is string | undefined {
  if (organization === undefined || isText(organization)) return;
  throw new OrganizationValidationError("'organization' must not be blank.");
}

/**
 * Checks that a login went to the organization it was started for: by `org_id` where an id (`org_…`) was asked for, else
 * by name, which Auth0 spells in lower case.
 *
 * @throws OrganizationValidationError
 */
export function checkOrganization(
  organization: string | undefined,
  claims: Readonly<Record<string, unknown>>,
): void {
  if (organization === undefined) return;
  const matches = organization.startsWith("org_")
    ? claims.org_id === organization
    : typeof claims.org_name === "string" && claims.org_name.toLowerCase() === organization.toLowerCase();
  if (!matches) {
    throw new OrganizationValidationError(
      "The ID token does not belong to the organization that was asked for.",
    );
  }
}

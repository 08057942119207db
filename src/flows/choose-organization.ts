import type { Context } from "../context/context.ts";
import { OrganizationValidationError } from "../errors/index.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";

/**
 * The organization a login is for: the call's option, the call's parameters, the client's option, the client's parameters.
 *
 * @throws OrganizationValidationError where it is blank
 */
export function chooseOrganization<T>(
  context: Context<T>,
  options: { organization?: string | undefined; authorizationParams?: AuthorizationParameters | undefined },
): string | undefined {
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const organization =
    options.organization ??
    text(options.authorizationParams?.organization) ??
    context.organization ??
    text(context.authorizationParams.organization);
  if (organization !== undefined && !organization.trim()) {
    throw new OrganizationValidationError("'organization' must not be blank.");
  }
  return organization;
}

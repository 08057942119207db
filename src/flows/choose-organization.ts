import type { Context } from "../context/context.ts";
import type { AuthorizationParameters } from "../protocol/authorization-request.ts";
import { assertOrganization } from "../session/organization.ts";

/**
 * The organization a login is for: the call's option, the call's parameters, the client's option, the client's parameters.
 *
 * @throws OrganizationValidationError where it is blank
 */
export function chooseOrganization<T>(
  context: Context<T>,
  options: { organization?: string | undefined; authorizationParams?: AuthorizationParameters | undefined },
): string | undefined {
  const organization: unknown =
    options.organization ??
    options.authorizationParams?.organization ??
    context.organization ??
    context.authorizationParams.organization ??
    undefined;
  assertOrganization(organization);
  return organization;
}

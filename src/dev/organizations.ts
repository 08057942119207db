import type { TenantContext } from "./context.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Organization } from "./organization-options.ts";

/** What stands in the place of an organization's id when the person has chosen to do without. */
export const NO_ORGANIZATION = "none";

/** Seconds; who has joined stays as long as the tenant's signing key does. */
const TEN_YEARS = 10 * 365 * 24 * 3600;

/** The organization with an id or, in any case, a name. */
export function findOrganization(tenant: TenantContext, idOrName: string): Organization | undefined {
  const { organizations } = tenant.configuration;
  const name = idOrName.toLowerCase();
  return (
    organizations.get(idOrName) ??
    [...organizations.values()].find((organization) => organization.name === name)
  );
}

/** Whether a person belongs to an organization: by the options, or because they accepted an invitation. */
export async function isMember(
  tenant: TenantContext,
  { id, members }: Organization,
  sub: string,
): Promise<boolean> {
  return members.includes(sub) || (await tenant.records.load("member", `${id} ${sub}`)) !== undefined;
}

/**
 * Checks that a person belongs to an organization.
 *
 * @throws {OAuthError} 403 `access_denied`, in Auth0's words.
 */
export async function requireMember(
  tenant: TenantContext,
  organization: Organization,
  sub: string,
): Promise<void> {
  if (await isMember(tenant, organization, sub)) return;
  const why = `user ${sub} is not part of the ${organization.id} organization`;
  throw new OAuthError(403, "access_denied", why);
}

/** Makes a person a member of an organization. */
export async function joinOrganization(
  tenant: TenantContext,
  { id }: Organization,
  sub: string,
): Promise<void> {
  await tenant.records.save("member", `${id} ${sub}`, { since: tenant.now() }, TEN_YEARS);
}

/** The organizations a person belongs to. */
export async function organizationsOf(tenant: TenantContext, sub: string): Promise<Organization[]> {
  const all = [...tenant.configuration.organizations.values()];
  const member = await Promise.all(all.map((organization) => isMember(tenant, organization, sub)));
  return all.filter((_, index) => member[index]);
}

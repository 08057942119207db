import { DEFAULT_ORGANIZATIONS } from "./defaults.ts";
import { byKey } from "./option-checks.ts";
import type { DevTenantOptions, DevTenantOrganization } from "./options.ts";

/** A {@link DevTenantOrganization} with its defaults filled in. */
export type Organization = Required<DevTenantOrganization>;

/**
 * The organizations of the options, by id.
 *
 * @throws {Error} Naming the organization that cannot be used, and why.
 */
export function resolveOrganizations(
  options: DevTenantOptions,
  users: ReadonlyMap<string, unknown>,
): Map<string, Organization> {
  const given = options.organizations ?? (options.users === undefined ? DEFAULT_ORGANIZATIONS : []);
  const organizations = given.map((organization) => ({
    displayName: organization.name,
    members: [],
    ...organization,
  }));
  for (const { id, name, members } of organizations) {
    if (!/^org_\w{1,64}$/.test(id))
      throw new Error(`devTenant: organizations: the id "${id}" must begin with "org_"`);
    // Auth0's own rule, which also keeps names from looking like ids.
    if (!/^[a-z0-9][a-z0-9_-]{0,49}$/.test(name) || name.startsWith("org_")) {
      throw new Error(`devTenant: organizations: the name "${name}" must be made of a-z, 0-9, "_" and "-"`);
    }
    const stranger = members.find((sub) => !users.has(sub));
    if (stranger !== undefined)
      throw new Error(`devTenant: organizations: "${name}" has a member nobody knows: "${stranger}"`);
  }
  byKey("organizations", organizations, (organization) => organization.name);
  return byKey("organizations", organizations, (organization) => organization.id);
}

import type { Grant } from "./grant.ts";

/**
 * What ID and access tokens both say of a grant: the organization (Auth0: "Work with Tokens and Organizations") and
 * who acts as the person (RFC 8693 §4.1).
 */
export function grantClaims({ organization, actor }: Grant): Record<string, unknown> {
  return {
    ...(organization && { org_id: organization.id, org_name: organization.name }),
    ...(actor !== undefined && { act: { sub: actor } }),
  };
}

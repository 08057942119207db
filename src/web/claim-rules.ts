import { isText } from "../arguments.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import { assertOrganization, checkOrganization } from "../session/organization.ts";
import type { UserOf } from "../session/state-data.ts";

/** Why a user may not pass. */
export type ForbiddenReason = "wrong_organization" | "missing_claim" | "claim_mismatch";

/** What a claim may be: any value of JSON. */
export type ClaimValue =
  | string
  | number
  | boolean
  | null
  | readonly ClaimValue[]
  | { readonly [name: string]: ClaimValue };

/** A rule about a user: answers why they may not pass, and nothing where they may. */
export type ClaimRule<TClaims extends object = object> = (
  claims: UserOf<TClaims>,
) => ForbiddenReason | undefined | Promise<ForbiddenReason | undefined>;

/**
 * Whoever logged in to an organization: to this one (an id as `org_…`, or a name), or to any.
 *
 * @throws OrganizationValidationError where `organization` is blank
 */
export function ofOrganization(organization?: string): ClaimRule {
  assertOrganization(organization);
  return (claims) => (isOf(claims, organization) ? undefined : "wrong_organization");
}

function isOf(claims: UserOf, organization: string | undefined): boolean {
  try {
    checkOrganization(organization, claims);
  } catch {
    return false;
  }
  return organization !== undefined || isText(claims.org_id) || isText(claims.org_name);
}

/**
 * A claim that is this very value, compared as JSON: `5` is not `"5"`, and the order of members does not matter.
 *
 * @throws InvalidConfigurationError where `claim` is blank
 */
export function equalTo(claim: string, value: ClaimValue): ClaimRule {
  assertClaim(claim);
  return (claims) => about(claims, claim, (actual) => isSame(actual, value));
}

/**
 * A claim that has each of these values: a list, or a text of words with spaces between them, as scopes are.
 *
 * @throws InvalidConfigurationError where `claim` is blank, and without a value
 */
export function including(claim: string, values: readonly ClaimValue[]): ClaimRule {
  assertClaim(claim);
  if (!values.length) {
    throw new InvalidConfigurationError(
      `Which values shall '${claim}' include? Without any, everybody would pass.`,
    );
  }
  return (claims) =>
    about(claims, claim, (actual) => {
      const present = typeof actual === "string" ? actual.split(" ").filter(Boolean) : actual;
      return Array.isArray(present) && values.every((value) => present.some((one) => isSame(one, value)));
    });
}

/** Whatever a function says of the claims. */
export function checkedBy<TClaims extends object>(
  check: (claims: UserOf<TClaims>) => boolean | Promise<boolean>,
): ClaimRule<TClaims> {
  return async (claims) => ((await check(claims)) ? undefined : "claim_mismatch");
}

/** Only what stands in the claims themselves is one: every object has a `constructor`. */
function about(
  claims: object,
  claim: string,
  isRight: (actual: unknown) => boolean,
): ForbiddenReason | undefined {
  if (!Object.hasOwn(claims, claim)) return "missing_claim";
  return isRight(claims[claim as keyof typeof claims]) ? undefined : "claim_mismatch";
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const members = Object.entries(one);
  return (
    members.length === Object.keys(other).length &&
    members.every(
      ([name, value]) => Object.hasOwn(other, name) && isSame(value, other[name as keyof typeof other]),
    )
  );
}

function assertClaim(claim: unknown): void {
  if (!isText(claim)) throw new InvalidConfigurationError("The name of the claim is missing.");
}

import type { User } from "./configuration.ts";
import type { Connection } from "./connection-options.ts";
import type { TenantContext } from "./context.ts";
import { OAuthError } from "./oauth-error.ts";
import type { IdentityRecord } from "./records.ts";

/** Accounts a person can have linked. */
const MAX_LINKED = 8;
/** Seconds; links stay as long as the tenant's signing key does. */
const TEN_YEARS = 10 * 365 * 24 * 3600;

const SLOTS: readonly number[] = Array.from({ length: MAX_LINKED }, (_, index) => index);

/** The accounts that a person has linked to their own (Auth0: "User Account Linking"). */
export async function linkedIdentities(tenant: TenantContext, sub: string): Promise<IdentityRecord[]> {
  const records = await Promise.all(SLOTS.map((slot) => tenant.records.load("identity", `${sub} ${slot}`)));
  return records.filter((record) => record !== undefined);
}

/** The `sub` under which an account logs in: that of the person it is linked to, otherwise its own. */
export async function primaryOf(tenant: TenantContext, sub: string): Promise<string> {
  return (await tenant.records.load("linked", sub))?.sub ?? sub;
}

/**
 * Links an account to a person. Linking it once more renews the scope.
 *
 * @throws {OAuthError} `access_denied` when it is the person's own account or linked to somebody else, or when there
 * are eight already.
 */
export async function linkIdentity(
  tenant: TenantContext,
  sub: string,
  account: Pick<User, "sub" | "name" | "email">,
  connection: Connection,
  scope: string | undefined,
): Promise<void> {
  const { records } = tenant;
  if (account.sub === sub) throw denied("The main identity cannot be linked with itself");
  if (
    !(await records.add("linked", account.sub, { sub }, TEN_YEARS)) &&
    (await primaryOf(tenant, account.sub)) !== sub
  ) {
    throw denied("The account is linked to somebody else");
  }
  const { name, email } = account;
  const identity: IdentityRecord = {
    sub: account.sub,
    connection: connection.name,
    name,
    ...(email !== undefined && { email }),
    ...(scope !== undefined && { scope }),
  };
  const taken = await Promise.all(SLOTS.map((slot) => records.load("identity", `${sub} ${slot}`)));
  const same = taken.findIndex((record) => record?.sub === account.sub);
  if (same >= 0) return await records.save("identity", `${sub} ${same}`, identity, TEN_YEARS);
  for (const slot of SLOTS) if (await records.add("identity", `${sub} ${slot}`, identity, TEN_YEARS)) return;
  await records.forget("linked", account.sub);
  throw denied(`More than ${MAX_LINKED} accounts cannot be linked`);
}

/**
 * Unlinks an account; it is a person of its own again.
 *
 * @throws {OAuthError} `access_denied` when it is the main identity or not linked to the person.
 */
export async function unlinkIdentity(tenant: TenantContext, sub: string, account: string): Promise<void> {
  if (account === sub) throw denied("The main identity cannot be unlinked");
  for (const slot of SLOTS) {
    const record = await tenant.records.load("identity", `${sub} ${slot}`);
    if (record?.sub !== account) continue;
    await tenant.records.forget("identity", `${sub} ${slot}`);
    return await tenant.records.forget("linked", account);
  }
  throw denied("The account is not linked");
}

function denied(description: string): OAuthError {
  return new OAuthError(403, "access_denied", description);
}

import type { User } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { OAuthError } from "./oauth-error.ts";

/** Auth0's passwordless connections: how a person is reached. */
export type PasswordlessConnection = "email" | "sms";

/** Whether a text can be an e-mail address; nobody will deliver anything to it. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text);
}

/** Whether a text is a phone number in E.164 form. */
export function isPhoneNumber(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/**
 * The person who is reached there; somebody unknown is created, as Auth0 does on the first use of a code.
 *
 * @param prefix First part of a new `sub`. Default: the connection.
 * @throws {OAuthError} 403 `access_denied` when the tenant has no room for more people.
 */
export async function personReachedAt(
  tenant: TenantContext,
  connection: PasswordlessConnection,
  address: string,
  prefix: string = connection,
): Promise<User> {
  const { people } = tenant;
  const email = address.toLowerCase();
  const identifier = connection === "email" ? { email } : { phone_number: address };
  const known = await people.identifiedBy(identifier);
  if (known !== undefined) return known;
  const created = await people.create(prefix, {
    name: connection === "email" ? email : address,
    ...identifier,
  });
  // Somebody else may have created the same person at the same time.
  const person = created ?? (await people.identifiedBy(identifier));
  if (person !== undefined) return person;
  throw new OAuthError(403, "access_denied", "The user could not be created");
}

import { type Client, DATABASE_CONNECTION, type User } from "../configuration.ts";
import { isDatabase } from "../connections.ts";
import type { TenantContext } from "../context.ts";
import { logInDirectly } from "../direct-login.ts";
import { invalidGrant, invalidRequest, OAuthError } from "../oauth-error.ts";
import { type Parameters, required } from "../parameters.ts";
import { isPassword } from "../passwords.ts";

/** Wrong passwords in a row, after which none is accepted for {@link BLOCKED} seconds. */
const MAX_ATTEMPTS = 10;
const BLOCKED = 300;

/**
 * The password grant (RFC 6749 §4.3) and Auth0's `password-realm`, which names the connection in `realm`.
 * People are known by e-mail address, username or phone number.
 *
 * @throws {OAuthError} 403 `invalid_grant` for a wrong name or password; 400 `invalid_request` for an unknown
 * realm; 429 `too_many_attempts` after ten wrong passwords in a row.
 */
export async function passwordGrant(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<Response> {
  const username = required(parameters, "username");
  const password = required(parameters, "password");
  const realm = parameters.get("realm") ?? DATABASE_CONNECTION;
  if (!isDatabase(realm, tenant)) throw invalidRequest(`The connection "${realm}" does not exist`);
  const user = await checked(username, password, tenant);
  return await logInDirectly(parameters, client, user, tenant, { gty: "password" });
}

async function checked(username: string, password: string, tenant: TenantContext): Promise<User> {
  const { people, records } = tenant;
  const user = await people.identifiedBy({ email: username, username, phone_number: username });
  const who = user?.sub ?? username.toLowerCase();
  if (!(await records.attempt("password", who, MAX_ATTEMPTS, BLOCKED))) {
    const why = "Your account has been blocked after multiple consecutive login attempts.";
    throw new OAuthError(429, "too_many_attempts", why);
  }
  if (user !== undefined && (await isPassword(tenant, user, password))) {
    await records.forgive("password", who, MAX_ATTEMPTS);
    return user;
  }
  throw invalidGrant("Wrong email or password.");
}

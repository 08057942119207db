import { DATABASE_CONNECTION, type User } from "./configuration.ts";
import type { Connection } from "./connection-options.ts";
import type { TenantContext } from "./context.ts";
import { sha256 } from "./encoding.ts";
import { invalidRequest } from "./oauth-error.ts";

/**
 * The connection that an app names.
 *
 * @throws {OAuthError} `invalid_request` when there is none of that name.
 */
export function connectionNamed(name: string, tenant: TenantContext): Connection {
  const connection = tenant.configuration.connections.get(name);
  if (connection === undefined) throw invalidRequest(`Connection not found: ${name}`);
  return connection;
}

/** Whether it is the name of the database that the tenant's own people are in, and the tenant has that connection. */
export function isDatabase(name: string | undefined, tenant: TenantContext): boolean {
  return name === DATABASE_CONNECTION && tenant.configuration.connections.has(name);
}

/** Whether accounts of the connection belong to somebody else's service, which issues tokens of its own. */
export function isFederated({ strategy }: Connection): boolean {
  return !["auth0", "email", "sms"].includes(strategy);
}

/** The connection that a `sub` belongs to, as its first part says. */
export function connectionOf(sub: string, tenant: TenantContext): Connection | undefined {
  const connections = [...tenant.configuration.connections.values()];
  return (
    connections.find((connection) => sub.startsWith(`${prefixOf(connection)}|`)) ??
    connections.find(({ strategy }) => sub.startsWith(`${strategy}|`))
  );
}

/**
 * The accounts one can log in with by a connection. A database has the people of the tenant, e-mail and SMS those
 * who can be reached that way. At a federated connection everyone has an account of their own, besides whoever came
 * by it: its `sub` follows from the person's, so that it is the same every time.
 */
export async function accountsOf(tenant: TenantContext, connection: Connection): Promise<User[]> {
  const people = await tenant.people.all();
  const own = people.filter((person) => connectionOf(person.sub, tenant) === connection);
  if (connection.strategy === "email") return people.filter(({ email }) => email !== undefined);
  if (connection.strategy === "sms") return people.filter(({ phone_number }) => phone_number !== undefined);
  if (!isFederated(connection)) return own;
  const others = people.filter((person) => connectionOf(person.sub, tenant)?.strategy === "auth0");
  return [...own, ...(await Promise.all(others.map((person) => accountAt(connection, person))))];
}

async function accountAt(connection: Connection, person: User): Promise<User> {
  const { buffer } = await sha256(`${connection.name} ${person.sub}`);
  // 21 digits, as Google's ids have.
  const number = 10n ** 20n + new DataView(buffer as ArrayBuffer).getBigUint64(0);
  const { password: _, phone_number: __, username: ___, ...profile } = person;
  return { ...profile, sub: `${prefixOf(connection)}|${number}` };
}

/** Auth0 puts the connection's name into the `sub` where the kind alone does not tell which one it is. */
function prefixOf({ name, strategy }: Connection): string {
  return name === strategy || !isFederated({ name, strategy, displayName: name })
    ? strategy
    : `${strategy}|${name}`;
}

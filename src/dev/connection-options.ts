import { DEFAULT_CONNECTIONS } from "./defaults.ts";
import { atLeastOne } from "./option-checks.ts";
import type { DevTenantConnection, DevTenantOptions } from "./options.ts";

/** A {@link DevTenantConnection} with its defaults filled in. */
export type Connection = Required<Omit<DevTenantConnection, "sessionExpiresIn">> &
  Pick<DevTenantConnection, "sessionExpiresIn">;

/**
 * The connections of the options, by name.
 *
 * @throws {Error} Naming the connection that cannot be used.
 */
export function resolveConnections(options: DevTenantOptions): Map<string, Connection> {
  const connections = (options.connections ?? DEFAULT_CONNECTIONS).map((connection) => ({
    strategy: connection.name,
    displayName: connection.name,
    ...connection,
  }));
  for (const { name, strategy } of connections) {
    // Both become part of a `sub`, whose parts are separated by a bar.
    if (/^[\w.-]{1,128}$/.test(name) && /^[\w.-]{1,64}$/.test(strategy)) continue;
    throw new Error(`devTenant: connections: "${name}" must be made of letters, digits, "_", "." and "-"`);
  }
  return atLeastOne("connections", connections, (connection) => connection.name);
}

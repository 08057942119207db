import type { TelemetryConfig } from "./options.ts";

/** Version of this package; a test holds it against package.json. */
export const version = "0.1.0";

/** What the `Auth0-Client` header says; `undefined` where it is turned off. */
export function telemetryOf(config?: TelemetryConfig | null): { name: string; version: string } | undefined {
  if (config?.enabled === false) return undefined;
  return { name: config?.name ?? "auth0-edge", version: config?.version ?? version };
}

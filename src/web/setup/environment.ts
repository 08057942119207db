import { InvalidConfigurationError } from "../../errors/index.ts";

/** The settings `edgeAuth` reads where an option is left out. */
export type Setting =
  | "AUTH0_DOMAIN"
  | "AUTH0_CLIENT_ID"
  | "AUTH0_CLIENT_SECRET"
  | "AUTH0_SECRET"
  | "APP_BASE_URL";

/**
 * Whether this is workerd, where every Worker gets one `env` object that holds its settings. Other hosts pass other
 * things in its place, some of them anew for each request, and keep settings in the process environment.
 */
export function isWorkerd(): boolean {
  return globalThis.navigator?.userAgent === "Cloudflare-Workers";
}

/** The settings of this host: a Worker's `env`, or the process environment. */
export function settingsOf(env: unknown): Record<string, unknown> {
  if (isWorkerd() && typeof env === "object" && env !== null) return env as Record<string, unknown>;
  const host = globalThis as { process?: { env?: Record<string, unknown> } };
  return host.process?.env ?? {};
}

/** Where settings are set on this host. */
export function whereSettingsAre(): string {
  return isWorkerd()
    ? "Settings of a Worker stand in `.dev.vars` here, are set by `wrangler secret put` where it is deployed, or are options of edgeAuth()."
    : "Settings are environment variables (Deno: `--allow-env`) or options of edgeAuth().";
}

/**
 * An option or, where it is left out, the setting of that name.
 *
 * @param what it is, in a few words
 * @throws InvalidConfigurationError naming the setting
 */
export function required(
  settings: Record<string, unknown>,
  name: Setting,
  value: unknown,
  what: string,
): string {
  const found = optional(settings, name, value);
  if (found !== undefined) return found;
  throw new InvalidConfigurationError(`${name} is not set: ${what}.`);
}

/** An option or, where it is left out, the setting of that name, if any. */
export function optional(
  settings: Record<string, unknown>,
  name: Setting,
  value: unknown,
): string | undefined {
  const found = value ?? read(settings, name);
  return typeof found === "string" && found.trim() ? found.trim() : undefined;
}

/** Deno throws where a variable may not be read (`--allow-env`): then it is as good as not set. */
function read(settings: Record<string, unknown>, name: Setting): unknown {
  try {
    return settings[name];
  } catch {
    return undefined;
  }
}

/**
 * Secrets that are long enough to seal sessions with.
 *
 * @throws InvalidConfigurationError for fewer than 32 characters
 */
export function strongSecrets(secret: unknown): string[] {
  const secrets = [secret ?? []].flat() as string[];
  if (!secrets.length || secrets.some((one) => typeof one !== "string" || one.length < 32)) {
    throw new InvalidConfigurationError(
      "AUTH0_SECRET must have at least 32 characters, since every session is sealed with it: `openssl rand -base64 48` makes one.",
    );
  }
  return secrets;
}

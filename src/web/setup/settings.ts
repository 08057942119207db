import { InvalidConfigurationError } from "../../errors/index.ts";
import type { EdgeAuthOptions } from "../options.ts";
import { type BaseUrls, baseUrlsOf } from "./base-url.ts";
import { required, settingsOf, strongSecrets, whereSettingsAre } from "./environment.ts";
import { type RoutePaths, routePathsOf } from "./route-paths.ts";

/** What options and settings say together. */
export interface Settings {
  bases: BaseUrls;
  /** `undefined` where an issuer is given, or a function chooses the domain. */
  domain: string | undefined;
  clientId: string;
  secret: string[];
  routes: RoutePaths;
}

/** Everything that is missing or cannot work, at once. */
export class SettingsError extends InvalidConfigurationError {
  /** A sentence or two each. */
  readonly problems: string[];
  /** What could be read. */
  readonly found: Partial<Settings>;

  constructor(problems: string[], found: Partial<Settings>) {
    super(`${problems.join(" ")} ${whereSettingsAre()}`);
    this.problems = problems;
    this.found = found;
  }
}

/**
 * Reads what options and settings say.
 *
 * @throws SettingsError with all that is missing or cannot work
 */
// biome-ignore lint/suspicious/noExplicitAny: whichever client the options make
export function readSettings(options: EdgeAuthOptions<any>, env: unknown): Settings {
  const { domain, issuer, clientId, secret } = options;
  const settings = settingsOf(env);
  const rules: { [Name in keyof Settings]: () => Settings[Name] } = {
    routes: () => routePathsOf(options),
    bases: () => baseUrlsOf(options, settings),
    domain: () =>
      issuer || typeof domain === "function"
        ? undefined
        : required(
            settings,
            "AUTH0_DOMAIN",
            domain,
            "the domain of your tenant, such as 'example.eu.auth0.com'",
          ),
    clientId: () =>
      required(
        settings,
        "AUTH0_CLIENT_ID",
        clientId,
        "what Auth0 calls your application, with AUTH0_CLIENT_SECRET beside it",
      ),
    secret: () => strongSecrets(secret ?? settings.AUTH0_SECRET),
  };
  const problems: string[] = [];
  const found: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(rules)) {
    try {
      found[name] = read();
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length) throw new SettingsError(problems, found);
  return found as unknown as Settings;
}

import type { Context } from "../context/context.ts";
import { type CoreClient, contextOf } from "../core-client.ts";
import { InvalidConfigurationError } from "../errors/index.ts";
import type { EdgeAuthOptions } from "../web/options.ts";
import { configure } from "../web/setup/configure.ts";

/** A client of one's own, such as a `ServerClient`, and the secret its sessions are sealed with. */
export interface ClientAndSecret {
  // biome-ignore lint/suspicious/noExplicitAny: which store options and claims it has makes no difference here
  client: CoreClient<any, any, any>;
  /** The newest first, where there are several. */
  secret: string | string[];
}

/** What `edgeAuth` is given. */
// biome-ignore lint/suspicious/noExplicitAny: which client its requests hand out makes no difference here
type AnyEdgeAuthOptions = EdgeAuthOptions<any>;

/** What `edgeAuth` is given, or a client and its secret; as a function of `env` where they stand in its settings. */
export type ObjectOptions<Env> =
  | AnyEdgeAuthOptions
  | ClientAndSecret
  | ((env: Env) => AnyEdgeAuthOptions | ClientAndSecret);

/** Store options of work that no request carries: they only keep it alive. */
export interface Anchor {
  waitUntil(promise: Promise<unknown>): void;
}

/** What work for a client takes that is done outside of its requests. */
export interface ObjectConfiguration {
  context: Context<Anchor>;
  secret: string | string[];
}

/**
 * Resolves options once for each `env`.
 *
 * @returns a function that throws InvalidConfigurationError where they cannot work
 */
export function configurationOf<Env>(options: ObjectOptions<Env>): (env: Env) => ObjectConfiguration {
  const known = new WeakMap<object, ObjectConfiguration>();
  return (env) => {
    const key = env as object;
    const found = known.get(key) ?? resolve(typeof options === "function" ? options(env) : options, env);
    known.set(key, found);
    return found;
  };
}

function resolve(options: AnyEdgeAuthOptions | ClientAndSecret, env: unknown): ObjectConfiguration {
  const { client, secret } = "client" in options ? options : configure(options, env);
  const context: Context<Anchor> | undefined = contextOf(client as CoreClient<Anchor>);
  if (context) return { context, secret };
  throw new InvalidConfigurationError("'client' must be a ServerClient of auth0-edge.");
}

import { InvalidConfigurationError } from "../../errors/index.ts";
import type { EdgeClient } from "../edge-client.ts";
import type { Exchange } from "../exchange.ts";
import type { HookOptions } from "../hooks.ts";
import type { EdgeAuthOptions } from "../options.ts";
import { backchannelLogout } from "../routes/backchannel-logout.ts";
import { callback } from "../routes/callback.ts";
import { login } from "../routes/login.ts";
import { logout } from "../routes/logout.ts";
import type { Configuration } from "./configuration.ts";
import { configure } from "./configure.ts";
import { isWorkerd, settingsOf } from "./environment.ts";
import { assertPath } from "./route-paths.ts";
import { readSettings } from "./settings.ts";

/** What answers a route. */
export type RouteHandler = (exchange: Exchange) => Promise<Response>;

/** An app under one of its base URLs. */
export interface Setup<TClient extends EdgeClient> {
  configuration: Configuration<TClient>;
  /** By path, below that of the base URL. */
  handlers: Map<string, RouteHandler>;
  hooks: HookOptions;
}

/** Base URLs of which the clients are kept: each has its own, and a name of a preview may be anything. */
const maxBases = 16;

/**
 * The set-ups of an app, each made once: for every `env` of a Worker (elsewhere for all requests) and every base URL. One that
 * failed is tried again: the setting may be there next time.
 *
 * @returns a function that answers `undefined` where the request came to a host the app does not have, and throws
 * InvalidConfigurationError where a setting is missing or cannot work
 */
export function rememberSetup<Env, TClient extends EdgeClient>(
  options: EdgeAuthOptions<TClient> | ((env: Env) => EdgeAuthOptions<TClient>),
): (env: Env | undefined, request: Request) => Setup<TClient> | undefined {
  const byEnv = new WeakMap<object, (request: Request) => Setup<TClient> | undefined>();
  const shared = {};
  return (env, request) => {
    const key = isWorkerd() && typeof env === "object" && env !== null ? env : shared;
    let setupOf = byEnv.get(key);
    if (!setupOf) {
      setupOf = rememberBases(resolveOptions(options, env), env);
      byEnv.set(key, setupOf);
    }
    return setupOf(request);
  };
}

/** Options as they are, or as a function makes them of the settings of this host. */
export function resolveOptions<Env, TClient extends EdgeClient>(
  options: EdgeAuthOptions<TClient> | ((env: Env) => EdgeAuthOptions<TClient>),
  env: Env | undefined,
): EdgeAuthOptions<TClient> {
  return typeof options === "function" ? options(settingsOf(env) as Env) : options;
}

function rememberBases<TClient extends EdgeClient>(
  options: EdgeAuthOptions<TClient>,
  env: unknown,
): (request: Request) => Setup<TClient> | undefined {
  const { bases } = readSettings(options, env);
  const byBase = new Map<string, Setup<TClient>>();
  return (request) => {
    const base = bases.of(request);
    if (!base) return undefined;
    let setup = byBase.get(base.href);
    if (!setup) {
      const configuration = configure(options, env, base);
      // The `auth` that hooks are given has the very client made here.
      const hooks = options as HookOptions;
      setup = { configuration, handlers: handlersOf(configuration, options), hooks };
      if (byBase.size >= maxBases) byBase.delete(byBase.keys().next().value!);
    }
    // The one in use goes last: whoever asks for names nobody uses drives none of them out for long.
    byBase.delete(base.href);
    byBase.set(base.href, setup);
    return setup;
  };
}

/** @throws InvalidConfigurationError for what is no path, and for two routes of one path */
function handlersOf(
  { routes }: Pick<Configuration, "routes">,
  { basePath = "/auth", moreRoutes = [] }: Pick<EdgeAuthOptions, "basePath" | "moreRoutes">,
): Map<string, RouteHandler> {
  const handlers = new Map<string, RouteHandler>();
  const mount = (path: string, handle: RouteHandler): void => {
    assertPath(path);
    if (handlers.has(path)) throw new InvalidConfigurationError(`Two routes have the path '${path}'.`);
    handlers.set(path, handle);
  };
  mount(routes.login, login);
  mount(routes.callback, callback);
  mount(routes.logout, logout);
  mount(routes.backchannelLogout, backchannelLogout);
  for (const { path, handle } of moreRoutes.flat()) {
    assertPath(path);
    mount(basePath + path, handle);
  }
  return handlers;
}

import { InvalidConfigurationError } from "../../errors/index.ts";

/** Where the routes are. */
export interface RoutePathOptions {
  /** What the paths of all routes begin with. Default `/auth`. */
  basePath?: string | undefined;
  /** Paths of single routes, in place of those below `basePath`: `{ login: "/sign-in" }`. */
  routes?: { [Name in keyof RoutePaths]?: string | undefined } | undefined;
}

/** Paths of the routes, below the path of the app. */
export interface RoutePaths {
  /** Default `/auth/login`. */
  login: string;
  /** Default `/auth/callback`. Has to be registered with the issuer. */
  callback: string;
  /** Default `/auth/logout`. */
  logout: string;
  /** Default `/auth/backchannel-logout`. */
  backchannelLogout: string;
}

/** The paths of the routes every app has. Whether they can be any is checked where they are mounted. */
export function routePathsOf({ basePath = "/auth", routes = {} }: RoutePathOptions): RoutePaths {
  return {
    login: routes.login ?? `${basePath}/login`,
    callback: routes.callback ?? `${basePath}/callback`,
    logout: routes.logout ?? `${basePath}/logout`,
    backchannelLogout: routes.backchannelLogout ?? `${basePath}/backchannel-logout`,
  };
}

/** @throws InvalidConfigurationError for what is no path a browser would leave as it is */
export function assertPath(path: unknown): void {
  const origin = "https://app.invalid";
  if (
    typeof path === "string" &&
    !/\/(\/|$)/.test(path) &&
    URL.canParse(path, origin) &&
    new URL(path, origin).pathname === path
  )
    return;
  throw new InvalidConfigurationError(
    `The path of a route must be like '/auth/login': with a slash before and none behind it, and no query, not '${path}'.`,
  );
}

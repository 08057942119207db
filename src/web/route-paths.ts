import { InvalidConfigurationError } from "../errors/index.ts";

/** Where the routes are. */
export interface RoutePathOptions {
  /** What the paths of all routes begin with. Default `/auth`. */
  basePath?: string | undefined;
  /** Paths of single routes, in place of those below `basePath`: `{ login: "/sign-in" }`. */
  routes?: Partial<RoutePaths> | undefined;
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

/** @throws InvalidConfigurationError for what is no path, and for two routes of one path */
export function routePathsOf({ basePath = "/auth", routes = {} }: RoutePathOptions): RoutePaths {
  const paths: RoutePaths = {
    login: `${basePath}/login`,
    callback: `${basePath}/callback`,
    logout: `${basePath}/logout`,
    backchannelLogout: `${basePath}/backchannel-logout`,
  };
  for (const name of Object.keys(paths) as (keyof RoutePaths)[]) {
    paths[name] = routes[name] ?? paths[name];
    assertPath(paths[name]);
  }
  if (new Set(Object.values(paths)).size < 4) {
    throw new InvalidConfigurationError("Two of 'routes' have the same path.");
  }
  return paths;
}

/** @throws InvalidConfigurationError for what is no path a browser would leave as it is */
export function assertPath(path: unknown): void {
  const origin = "https://app.invalid";
  if (
    typeof path === "string" &&
    /^\/[^/\\?#]/.test(path) &&
    URL.canParse(path, origin) &&
    new URL(path, origin).href === origin + path &&
    !path.endsWith("/")
  )
    return;
  throw new InvalidConfigurationError(
    `The path of a route must be like '/auth/login': with a slash before and none behind it, and no query, not '${path}'.`,
  );
}

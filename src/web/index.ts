/** What of the web the main entry exports. */
export * from "./api-fetch.ts";
export {
  type App,
  type Authentication,
  type EdgeAuth,
  type ExecutionContextLike,
  edgeAuth,
} from "./edge-auth.ts";
export type { EdgeClient } from "./edge-client.ts";
export type { AuthRoute, Exchange } from "./exchange.ts";
export type { CallbackResult, HookAnswer, HookOptions, ProblemContext } from "./hooks.ts";
export type { EdgeAuthOptions } from "./options.ts";
export type { PageTheme } from "./pages/page.ts";
export { type PageThemeOptions, pageTheme } from "./pages/page-theme.ts";
export type { Problem } from "./pages/pages.ts";
export {
  type ReadableRequest,
  type ReadSession,
  type ReadSessionOptions,
  readSession,
} from "./read-session.ts";
export type { RequestAuth, RequestChallengeOptions, UnauthenticatedReason } from "./request-auth.ts";
export { type AccessTokenRouteOptions, accessTokenRoute } from "./routes/access-token.ts";
export { linkRoutes } from "./routes/link.ts";
export { profileRoute } from "./routes/profile.ts";
export type { BaseUrlOptions } from "./setup/base-url.ts";
export type { RoutePathOptions, RoutePaths } from "./setup/route-paths.ts";

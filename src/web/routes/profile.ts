import type { AuthRoute } from "../exchange.ts";
import { noStore } from "../pages/pages.ts";
import { forOwnScripts } from "./own-scripts.ts";

/**
 * `GET /auth/profile`, for the option `moreRoutes`: the claims of the logged-in user as JSON, for scripts of the app's own pages.
 * Where nobody is logged in a 401 with a `reason`; a request of anybody else's is refused with 403 `cross_site_request`. See
 * `accessTokenRoute` for how it is told.
 *
 * @example
 * const auth = edgeAuth({ moreRoutes: [profileRoute()] });
 * // In a page: const user = await (await fetch("/auth/profile")).json();
 */
export function profileRoute(): AuthRoute {
  return forOwnScripts("/profile", async ({ auth }) => {
    const user = await auth.getUser();
    return user ? Response.json(user, { headers: noStore }) : await auth.challenge();
  });
}

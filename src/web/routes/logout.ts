import { DiscoveryError } from "../../errors/index.ts";
import { type Exchange, ignorePrefetch, isPrefetch, methodNotAllowed, redirect } from "../exchange.ts";
import { problemResponse } from "../pages.ts";
import { safeReturnTo } from "../return-to.ts";

/**
 * `GET` or `POST /auth/logout?returnTo=/page`: ends the session here and at the issuer. Another site can neither prefetch
 * nor send it: being logged out by somebody else is a nuisance at least.
 */
export async function logout({ request, url, auth, configuration }: Exchange): Promise<Response> {
  if (isPrefetch(request)) return ignorePrefetch();
  if (request.method !== "GET" && request.method !== "POST") return methodNotAllowed("GET, POST");
  const home = { href: `${configuration.base.path}/`, label: "Go to the app" };
  if (request.headers.get("sec-fetch-site") === "cross-site") {
    return problemResponse(request, {
      status: 403,
      code: "cross_site_logout",
      title: "You are still logged in",
      message: "Another site tried to log you out. To log out, use the link in this app.",
      action: home,
    });
  }
  const { origin, href } = configuration.base;
  const path = safeReturnTo(url.searchParams.get("returnTo"), origin);
  try {
    const location = await auth.client.logout({ returnTo: path ? origin + path : href }, auth.storeOptions);
    return redirect(location.href, 303);
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error;
    return problemResponse(request, {
      status: 502,
      code: error.code,
      title: "You are logged out here",
      message: "The login service could not be reached, so you may still be logged in there.",
      action: home,
    });
  }
}

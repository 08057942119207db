import { DiscoveryError } from "../../errors/index.ts";
import {
  type Exchange,
  ignorePrefetch,
  isPrefetch,
  methodNotAllowed,
  parametersOf,
  redirect,
  senderOf,
} from "../exchange.ts";
import { refuse } from "../pages/report.ts";
import { returnToOf } from "./return-to.ts";

/**
 * `GET` or `POST /auth/logout?returnTo=/page`: ends the session here and at the issuer. Another site can neither prefetch
 * nor send it: being logged out by somebody else is a nuisance at least. Scripts log out by POST.
 */
export async function logout(exchange: Exchange): Promise<Response> {
  const { request, auth, configuration } = exchange;
  if (isPrefetch(request)) return ignorePrefetch();
  if (request.method !== "GET" && request.method !== "POST") return methodNotAllowed("GET, POST");
  // A framework's link that fetches ahead says nothing else of itself. A script that means it has POST.
  if (request.method === "GET" && request.headers.get("sec-fetch-dest") === "empty") {
    return methodNotAllowed("POST");
  }
  const { origin, href, path } = configuration.base;
  const home = { href: `${path}/`, label: "Go to the app" };
  if (senderOf(exchange) === "other") {
    return await refuse(exchange, {
      status: 403,
      code: "cross_site_logout",
      title: "You are still logged in",
      message: "Another site tried to log you out. To log out, use the link in this app.",
      action: home,
    });
  }
  const returnTo = returnToOf(await parametersOf(exchange), origin);
  try {
    const options = { returnTo: returnTo ? origin + returnTo : href };
    return redirect((await auth.client.logout(options, auth.storeOptions)).href, 303);
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error;
    const problem = {
      status: 502,
      code: error.code,
      title: "You are logged out here",
      message: "The login service could not be reached, so you may still be logged in there.",
      action: home,
    };
    return await refuse(exchange, problem, error);
  }
}

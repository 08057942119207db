import {
  type AuthRoute,
  type Exchange,
  ignorePrefetch,
  isPrefetch,
  methodNotAllowed,
  senderOf,
} from "../exchange.ts";
import { refuse } from "../pages/report.ts";

/**
 * Whether a script of the app's own pages sent a request. Browsers say so by `Sec-Fetch-Site: same-origin`, which no page can
 * set. Those that do not send it may be believed by `X-Requested-With`: with a header like that a page of another origin has to ask
 * by a preflight (Fetch Standard, "CORS-preflight fetch"), which is answered with no leave here, and no link, form, image or frame
 * carries one. Where the app itself gives leave by CORS they are still told by `Origin`.
 */
function isOwnScript(exchange: Exchange): boolean {
  const { headers } = exchange.request;
  const site = headers.get("sec-fetch-site");
  if (site === null) return headers.has("x-requested-with") && senderOf(exchange) !== "other";
  return site === "same-origin" && headers.get("sec-fetch-mode") !== "navigate";
}

/** A route that answers scripts of the app's own pages, with JSON that stays with them, and refuses everybody else. */
export function forOwnScripts(path: string, answer: (exchange: Exchange) => Promise<Response>): AuthRoute {
  return {
    path,
    async handle(exchange) {
      const { request } = exchange;
      if (isPrefetch(request)) return ignorePrefetch();
      if (request.method !== "GET") return methodNotAllowed("GET");
      const response = isOwnScript(exchange)
        ? await answer(exchange)
        : await refuse(exchange, {
            status: 403,
            code: "cross_site_request",
            title: "This address is for the app's own scripts",
            message:
              "Only scripts of this app's pages are answered here. In browsers without fetch metadata they send the header X-Requested-With.",
          });
      const guarded = new Response(response.body, response);
      guarded.headers.set("cross-origin-resource-policy", "same-origin");
      guarded.headers.set("x-content-type-options", "nosniff");
      return guarded;
    },
  };
}

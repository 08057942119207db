import { type ExecutionContextLike, edgeAuth } from "../web/edge-auth.ts";
import type { EdgeClient } from "../web/edge-client.ts";
import type { EdgeAuthOptions } from "../web/options.ts";
import type { RequestAuth } from "../web/request-auth.ts";
import { goesOn, goOn, handOver, withWholeLocation } from "./hand-over.ts";

/** A response that goes to the browser, `next()` or `rewrite()`; nothing is the same as `next()`. */
export type MiddlewareAnswer = Response | undefined | void;

/** Login for middleware. */
export interface VercelAuth<TClient extends EdgeClient = EdgeClient> {
  /**
   * Middleware for a whole app: answers the auth routes, and asks a function about every other request.
   *
   * What it answers with `next()` or `rewrite()` (of `@vercel/functions/middleware`, or of `NextResponse`), or by returning
   * nothing, goes on to the page. A session that was refreshed, extended or changed on the way is what the page finds in the
   * cookies of this very request. Any other response is what the browser gets.
   *
   * @param handle asked with the login state and the request
   *
   * @example
   * export default auth.middleware(async (login) => {
   *   if (!(await login.getUser())) return login.challenge();
   * });
   */
  middleware<TRequest extends Request = Request>(
    handle: (login: RequestAuth<TClient>, request: TRequest) => MiddlewareAnswer | Promise<MiddlewareAnswer>,
  ): (request: TRequest, context?: ExecutionContextLike) => Promise<Response>;
}

/**
 * Login for `middleware.ts` of Vercel's Routing Middleware, and for `proxy.ts` of Next.
 *
 * @param options options, or a function that makes them when the first request comes. Settings are read from the process
 * environment.
 *
 * @example
 * const auth = vercelAuth();
 */
export function vercelAuth<TClient extends EdgeClient = EdgeClient>(
  options: EdgeAuthOptions<TClient> | (() => EdgeAuthOptions<TClient>) = {},
): VercelAuth<TClient> {
  const edge = edgeAuth<unknown, TClient>(options);
  return {
    middleware: (handle) => async (request, context) => {
      let login: RequestAuth<TClient> | undefined;
      const app = edge.handler<ExecutionContextLike | undefined>(async (_request, _env, _context, auth) => {
        login = auth;
        return (await handle(auth, request)) ?? goOn();
      });
      const response = await app.fetch(request, undefined, context);
      return login && goesOn(response)
        ? handOver(request, response, login.headers)
        : withWholeLocation(request, response);
    },
  };
}

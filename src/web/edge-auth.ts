import type { EdgeClient } from "./edge-client.ts";
import type { EdgeAuthOptions } from "./options.ts";
import { rememberLook } from "./pages/page.ts";
import { problemResponse } from "./pages/pages.ts";
import { rememberExchange, reportProblem, reportStoreFailure } from "./pages/report.ts";
import { createRequestAuth, type RequestAuth, type UnauthenticatedReason } from "./request-auth.ts";
import { rememberSetup } from "./setup/setup.ts";

/** What a host passes along with a request, as far as it is needed here. */
export interface ExecutionContextLike {
  waitUntil?(promise: Promise<unknown>): void;
}

/** An app: a function of the request, or an object with such a function, as Workers, Deno and Bun export them. */
export type App<Env, Ctx, TClient extends EdgeClient = EdgeClient> =
  | ((request: Request, env: Env, ctx: Ctx, auth: RequestAuth<TClient>) => Response | Promise<Response>)
  | { fetch(request: Request, env: Env, ctx: Ctx, auth: RequestAuth<TClient>): Response | Promise<Response> };

/** What `authenticate` answers. Its `headers` have `Set-Cookie` and `Cache-Control` for the response you build; `respond` adds them. */
export interface Authentication<TClient extends EdgeClient = EdgeClient> extends RequestAuth<TClient> {
  /** Present where the request was one of the auth routes: return it as it is. */
  response?: Response | undefined;
  session: Awaited<ReturnType<TClient["getSession"]>>;
  user: Awaited<ReturnType<TClient["getUser"]>>;
  /** Why nobody is logged in. */
  reason: UnauthenticatedReason | undefined;
}

/** Login for a whole app. */
export interface EdgeAuth<Env, TClient extends EdgeClient = EdgeClient> {
  /**
   * Wraps an app: mounts the auth routes and hands the login state to the app as its fourth argument.
   *
   * @example
   * export default auth.handler(async (request, env, ctx, auth) => {
   *   const user = await auth.getUser();
   *   return user ? new Response(`Hello ${user.name}`) : auth.challenge();
   * });
   */
  handler<Ctx = unknown>(
    app: App<Env, Ctx, TClient>,
  ): {
    fetch(request: Request, env?: Env, ctx?: Ctx): Promise<Response>;
  };
  /**
   * For middleware: answers the auth routes and says who is logged in. The session is read at once.
   *
   * @throws InvalidConfigurationError where a setting is missing or cannot work
   */
  authenticate(request: Request, env?: Env, ctx?: ExecutionContextLike): Promise<Authentication<TClient>>;
  /** For adapters: the login state of a request, or the response where none of the app's own is due. */
  begin(request: Request, env?: Env, ctx?: ExecutionContextLike): Promise<Begun<TClient>>;
}

/** A request that was one of the auth routes, or could not be served, has its response; any other one goes to the app. */
export type Begun<TClient extends EdgeClient = EdgeClient> =
  | { response: Response; auth?: RequestAuth<TClient> | undefined }
  | { response?: undefined; auth: RequestAuth<TClient> };

/**
 * Login, sessions and logout for an app on any Web-standard platform, in one call.
 *
 * @param options options, or a function of the settings (a Worker's `env`, elsewhere the process environment). They are
 * resolved when the first request comes: once for each `env` of a Worker, once elsewhere.
 */
export function edgeAuth<Env = unknown, TClient extends EdgeClient = EdgeClient>(
  options: EdgeAuthOptions<TClient> | ((env: Env) => EdgeAuthOptions<TClient>) = {},
): EdgeAuth<Env, TClient> {
  const setupOf = rememberSetup(options);

  /** @throws InvalidConfigurationError where a setting is missing or cannot work */
  const enter = async (request: Request, env: Env | undefined, ctx: ExecutionContextLike | undefined) => {
    const setup = setupOf(env, request);
    if (!setup) return { response: unknownHost(request) };
    const { configuration, handlers, hooks } = setup;
    rememberLook(request, configuration);
    const auth = createRequestAuth(configuration, request, ctx?.waitUntil?.bind(ctx));
    const url = new URL(request.url);
    const { base, routes } = configuration;
    const exchange = { request, url, auth, configuration, hooks };
    rememberExchange(exchange);
    const handle = url.pathname.startsWith(base.path) && handlers.get(url.pathname.slice(base.path.length));
    if (!handle) return { auth };
    const response = await handle(exchange).catch((error: unknown) =>
      reportProblem(error, request, base.path + routes.login, exchange),
    );
    return { auth, response: await auth.respond(response) };
  };

  const begin: EdgeAuth<Env, TClient>["begin"] = async (request, env, ctx) => {
    try {
      return (await enter(request, env, ctx)) as Begun<TClient>;
    } catch (error) {
      return { response: await reportProblem(error, request, "/") };
    }
  };

  return {
    begin,
    handler: (app) => ({
      async fetch(request, env, ctx) {
        const { auth, response } = await begin(request, env, ctx as ExecutionContextLike | undefined);
        if (response) return response;
        const run = typeof app === "function" ? app : app.fetch.bind(app);
        try {
          return await auth.respond(await run(request, env as Env, ctx as Parameters<typeof run>[2], auth));
        } catch (error) {
          return await reportStoreFailure(error, auth);
        }
      },
    }),
    async authenticate(request, env, ctx) {
      const { auth, response } = await enter(request, env, ctx);
      // Of another host, where there is no login state: the response is all there is to answer.
      if (!auth) return { response } as Authentication<TClient>;
      const session = response ? undefined : await auth.getSession();
      auth.headers.set("cache-control", "private, no-store");
      return {
        ...auth,
        response,
        session: session as Authentication<typeof auth.client>["session"],
        user: session?.user as Authentication<typeof auth.client>["user"],
        reason: session || response ? undefined : await auth.getReason(),
      };
    },
  };
}

/** With several base URLs, a request that came to none of them (RFC 9110 section 15.5.20). */
function unknownHost(request: Request): Response {
  return problemResponse(request, {
    status: 421,
    code: "unknown_host",
    title: "This app is not served here",
    message:
      "The address is none of those this app has. If it should be one, its operator adds it to APP_BASE_URL.",
  });
}

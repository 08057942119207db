import {
  allowInsecureLoopback,
  EdgeAuthError,
  type EdgeAuthOptions,
  edgeAuth,
  type RequestAuth,
} from "auth0-edge";

/** Settings that every Worker of this folder gets; the bindings of its store come on top. */
export interface Settings {
  ISSUER: string;
  CLIENT_ID: string;
  CLIENT_SECRET: string;
  SECRET: string;
  APP_URL: string;
  /** Whether the issuer may hold up token requests on this side of the wire as well. */
  HOLDS?: string;
  STORE_TIMEOUT?: number;
  ON_STORE_ERROR?: "throw" | "anonymous";
}

/** What of `edgeAuth`'s options has nothing to do with the store. */
export function optionsOf(env: Settings): Omit<EdgeAuthOptions, "stateStore"> {
  return {
    issuer: env.ISSUER,
    [allowInsecureLoopback]: true,
    clientId: env.CLIENT_ID,
    clientSecret: env.CLIENT_SECRET,
    secret: env.SECRET,
    appBaseUrl: env.APP_URL,
    // Both issuers give refresh tokens unasked, and one of them knows no `offline_access` without a consent.
    authorizationParams: { scope: "openid profile" },
    ...(env.HOLDS && { customFetch: heldFetch(env.ISSUER) }),
  };
}

/** For one path of the test's own, which is answered before edgeAuth sees it. */
export type AdminRoute<Env> = (request: Request, env: Env) => Promise<Response>;

/**
 * The app: `/token` gets an access token and answers its digest, `/user` says who is there, `/update` changes the session; login
 * and logout are edgeAuth's. What fails is answered as JSON.
 *
 * @param admin what only tests call, by path
 */
export function appOf<Env extends Settings>(
  options: (env: Env) => EdgeAuthOptions,
  admin: Record<string, AdminRoute<Env>> = {},
): ExportedHandler<Env> {
  const { handler } = edgeAuth(options);
  const app = handler<ExecutionContext>(async (request, _env, _ctx, auth) => {
    const { pathname, searchParams } = new URL(request.url);
    return (
      (await routes[pathname]?.(auth, searchParams).catch(problemOf)) ?? new Response(null, { status: 404 })
    );
  });
  return {
    async fetch(request, env, ctx) {
      const route = admin[new URL(request.url).pathname];
      return (await route?.(request, env)) ?? (await app.fetch(request, env, ctx));
    },
  };
}

const routes: Record<string, (auth: RequestAuth, query: URLSearchParams) => Promise<Response>> = {
  async "/"() {
    return new Response("The app.");
  },
  async "/token"(auth, query) {
    const audience = query.get("audience") ?? undefined;
    const { accessToken } = await auth.getAccessToken(audience === undefined ? {} : { audience });
    return Response.json({ digest: await digestOf(accessToken) });
  },
  async "/user"(auth) {
    const session = await auth.getSession();
    if (!session?.user) return Response.json({ reason: await auth.getReason() }, { status: 401 });
    return Response.json({ sub: session.user.sub, color: session.color });
  },
  async "/logout-everywhere"(auth) {
    await auth.client.logout({ everywhere: true }, auth.storeOptions);
    return Response.json({});
  },
  async "/update"(auth, query) {
    await auth.updateSession({ color: query.get("color") });
    return Response.json({});
  },
};

/** As an app would: who is not logged in any more is told so, and a store that cannot be reached is nobody's fault. */
function problemOf(error: unknown): Response {
  if (!(error instanceof EdgeAuthError)) {
    return Response.json({ code: "not_of_the_sdk", message: String(error) }, { status: 500 });
  }
  const { code, message, cause } = error;
  const reason = (cause as { error?: string } | undefined)?.error;
  const isUnreachable = reason === "timeout" || reason === "request_failed";
  const isLoggedOut = code === "token_by_refresh_token_error" || code === "missing_session_error";
  const status = code === "session_store_error" ? 503 : isLoggedOut && !isUnreachable ? 401 : 502;
  return Response.json({ code, reason, message }, { status });
}

async function digestOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Asks the issuer before a refresh leaves and after its answer came, which may keep either waiting. */
function heldFetch(issuer: string): typeof fetch {
  return async (input, init) => {
    const form = String(init?.body);
    if (!form.includes("grant_type=refresh_token")) return await fetch(input, init);
    await fetch(`${issuer}/hold/sending`, { method: "POST", body: form });
    const response = await fetch(input, init);
    const body = await response.arrayBuffer();
    await fetch(`${issuer}/hold/received`, { method: "POST", body: form });
    return new Response(body, response);
  };
}

import {
  allowInsecureLoopback,
  apiOrigins,
  type EdgeAuthOptions,
  edgeAuth,
  InvalidConfigurationError,
  MemorySessionStore,
  type RequestAuth,
  SessionTooLargeError,
  statefulStore,
} from "auth0-edge";
import { audience } from "./audience.ts";

/** What the hosts set, beside the settings `edgeAuth` reads itself. */
interface Settings {
  APP_BASE_URL: string;
  OIDC_ISSUER: string;
  API_URL: string;
}

/**
 * The app of the matrix, the same file on every runtime: an `edgeAuth` with sessions in cookies at the root, one with sessions in
 * memory at `/stateful`, one at `/brief` whose sessions end after four idle seconds, and one at `/oidc` for another issuer.
 */
const mounts: Record<string, (settings: Settings) => EdgeAuthOptions> = {
  "/stateful": () => ({
    stateIdentifier: "__a0_stateful",
    transactionIdentifier: "__a0_stateful_tx",
    stateStore: statefulStore(sessions),
  }),
  "/brief": () => ({
    stateIdentifier: "__a0_brief",
    transactionIdentifier: "__a0_brief_tx",
    session: { inactivityDuration: 4 },
  }),
  "/oidc": ({ OIDC_ISSUER }) => ({
    issuer: OIDC_ISSUER,
    [allowInsecureLoopback]: true,
    stateIdentifier: "__a0_oidc",
    transactionIdentifier: "__a0_oidc_tx",
    stateStore: statefulStore(sessions),
  }),
  "": ({ API_URL }) => ({ apis: apiOrigins({ [audience]: API_URL }) }),
};

const sessions = new MemorySessionStore();

const apps = Object.entries(mounts).map(([path, optionsOf]) => {
  const auth = edgeAuth<Settings>((env) => ({
    ...optionsOf(env),
    appBaseUrl: env.APP_BASE_URL + path,
    authorizationParams: { scope: "openid profile email offline_access" },
    refreshLeeway: 1,
  }));
  return { path, app: auth.handler((request, _env, _ctx, login) => serve(request, path, login)) };
});

export default {
  fetch(request: Request, env?: Settings, ctx?: unknown): Promise<Response> {
    const { pathname } = new URL(request.url);
    const { app } = apps.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`))!;
    return app.fetch(request, env, ctx);
  },
};

async function serve(request: Request, mount: string, login: RequestAuth): Promise<Response> {
  const url = new URL(request.url);
  switch (url.pathname.slice(mount.length)) {
    case "/runtime":
      return new Response(runtimeName(), { headers: { "cache-control": "public, max-age=60" } });
    case "/session": {
      const session = await login.getSession();
      if (!session) return await login.challenge();
      const { user, tokenSets, refreshToken, idToken, notes } = session as typeof session & {
        notes?: string;
      };
      return Response.json({
        sub: user?.sub,
        sid: sidOf(idToken),
        refreshToken: await digest(refreshToken),
        accessToken: await digest(tokenSets[0]?.accessToken),
        notes: notes?.length,
      });
    }
    case "/token": {
      const { accessToken, expiresAt } = await login.getAccessToken();
      return Response.json({ accessToken: await digest(accessToken), expiresAt });
    }
    case "/api": {
      if (!(await login.getUser())) return await login.challenge();
      try {
        return await login.fetch(url.searchParams.get("url") ?? "", { audience, scope: "read:orders" });
      } catch (error) {
        if (!(error instanceof InvalidConfigurationError)) throw error;
        return Response.json({ error: error.code }, { status: 403 });
      }
    }
    case "/notes": {
      if (request.method !== "POST") break;
      try {
        await login.updateSession({ notes: await request.text() });
        return new Response("kept");
      } catch (error) {
        if (!(error instanceof SessionTooLargeError)) throw error;
        return new Response(error.code, { status: 413 });
      }
    }
    case "/stream": {
      const user = await login.getUser();
      return new Response(streamOf(["Hello ", user?.name ?? "stranger", "!"]));
    }
    case "/": {
      const user = await login.getUser();
      return user ? new Response(`Hello ${user.name}`) : await login.challenge();
    }
  }
  return new Response("Not found", { status: 404 });
}

/** What this runtime calls itself. */
function runtimeName(): string {
  const host = globalThis as { EdgeRuntime?: string; navigator?: { userAgent?: string } };
  return host.EdgeRuntime ?? host.navigator?.userAgent ?? "unknown";
}

/** The issuer's name of its own session, as a logout token has it. */
function sidOf(idToken: string | undefined): string | undefined {
  const payload = idToken?.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/");
  return payload && JSON.parse(atob(payload)).sid;
}

/** Tells tokens apart without showing one. */
async function digest(text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function streamOf(parts: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const part = parts.shift();
      if (part === undefined) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.enqueue(encoder.encode(part));
    },
  });
}

import { isLoopbackHttp } from "../../loopback.ts";
import {
  type Exchange,
  ignorePrefetch,
  isPrefetch,
  methodNotAllowed,
  readForm,
  redirect,
} from "../exchange.ts";
import { problemResponse } from "../pages.ts";
import { safeReturnTo } from "../return-to.ts";

/** What a login through the routes keeps for its callback. */
export interface LoginState {
  returnTo?: string | undefined;
}

/**
 * `GET /auth/login?returnTo=/page`: sends the browser to log in. It is also the place where another site may initiate a
 * login, by GET or POST (OpenID Connect Core section 4): `iss`, `login_hint` and `target_link_uri`.
 */
export async function login({ request, url, auth, configuration }: Exchange): Promise<Response> {
  if (isPrefetch(request)) return ignorePrefetch();
  if (request.method !== "GET" && request.method !== "POST") return methodNotAllowed("GET, POST");
  if (request.method === "GET" && isOtherLoopbackName(url, new URL(configuration.base.origin))) {
    return redirect(configuration.base.origin + url.pathname + url.search);
  }
  const parameters = request.method === "POST" ? await readForm(request) : url.searchParams;
  const initiator = parameters?.get("iss");
  if (initiator && !isSameIssuer(initiator, configuration.issuer)) {
    return problemResponse(request, {
      status: 400,
      code: "unknown_issuer",
      title: "This login cannot start here",
      message: "Another site asked for a login this app does not offer.",
      action: { href: `${configuration.base.path}/`, label: "Go to the app" },
    });
  }
  const { origin } = configuration.base;
  const wanted = parameters?.get("returnTo") ?? parameters?.get("target_link_uri");
  const loginHint = parameters?.get("login_hint")?.slice(0, 512);
  const location = await auth.client.startInteractiveLogin<LoginState>(
    {
      appState: { returnTo: safeReturnTo(wanted, origin) },
      authorizationParams: loginHint ? { login_hint: loginHint } : {},
    },
    auth.storeOptions,
  );
  return redirect(location.href, request.method === "POST" ? 303 : 302);
}

/** Where a function chooses the domain nobody else may: such a login is the app's to start. */
function isSameIssuer(text: string, issuer: URL | undefined): boolean {
  return URL.canParse(text) && new URL(text).href === issuer?.href;
}

/** 127.0.0.1 and localhost share no cookies, and the callback comes to the one that is registered. */
function isOtherLoopbackName(url: URL, base: URL): boolean {
  return (
    url.hostname !== base.hostname && url.port === base.port && isLoopbackHttp(url) && isLoopbackHttp(base)
  );
}

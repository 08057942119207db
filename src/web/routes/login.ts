import { contextOf } from "../../core-client.ts";
import { InvalidConfigurationError } from "../../errors/index.ts";
import { isLoopbackHttp } from "../../loopback.ts";
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
import { loginParameters } from "./login-parameters.ts";
import { returnToOf } from "./return-to.ts";

/** What a login through the routes keeps for its callback. */
export interface LoginState {
  returnTo?: string | undefined;
  /** Whether its page asked for `prompt=none`, and so knows what a refusal means. */
  silent?: boolean | undefined;
}

/**
 * `GET /auth/login?returnTo=/page`: sends the browser to log in. It is also the place where another site may initiate a
 * login, by GET or POST (OpenID Connect Core section 4): `iss`, `login_hint` and `target_link_uri`. See `loginParameters` for
 * what of the query or form goes on to the issuer.
 */
export async function login(exchange: Exchange): Promise<Response> {
  const { request, url, auth, configuration } = exchange;
  if (isPrefetch(request)) return ignorePrefetch();
  if (request.method !== "GET" && request.method !== "POST") return methodNotAllowed("GET, POST");
  const { base } = configuration;
  if (request.method === "GET" && isOtherLoopbackName(url, new URL(base.origin))) {
    return redirect(base.origin + url.pathname + url.search);
  }
  const refused = async (code: string, message: string): Promise<Response> =>
    await refuse(exchange, {
      status: 400,
      code,
      title: "This login cannot start here",
      message,
      action: { href: `${base.path}/`, label: "Go to the app" },
    });
  const query = await parametersOf(exchange);
  const initiator = query.get("iss");
  if (initiator && !isSameIssuer(initiator, configuration.issuer)) {
    return await refused("unknown_issuer", "Another site asked for a login this app does not offer.");
  }
  const { organization, authorizationParams } = contextOf(auth.client);
  const given = organization ?? authorizationParams.organization;
  const parameters = loginParameters(query, { ...authorizationParams, organization: given });
  if (typeof parameters === "string") return await refused("invalid_request", parameters);
  const returnTo = returnToOf(query, base.origin, "target_link_uri");
  if (request.method === "POST" && senderOf(exchange) === "other") {
    // The cookies of logins under way come along with no form of another site, only with a link: without them it could pile up more
    // of them than a request can carry.
    const kept = new URLSearchParams({ ...parameters, ...(returnTo && { returnTo }) });
    return redirect(`${base.origin}${url.pathname}?${kept}`, 303);
  }
  const silent = parameters.prompt === "none" || undefined;
  const start = (appState: LoginState): Promise<URL> =>
    auth.client.startInteractiveLogin({ appState, authorizationParams: parameters }, auth.storeOptions);
  const location = await start({ returnTo, silent }).catch((error: unknown) => {
    // The page to come back to, together with the rest, may be more than a cookie holds: then the login goes on without it.
    if (!returnTo || !(error instanceof InvalidConfigurationError)) throw error;
    return start({ silent });
  });
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

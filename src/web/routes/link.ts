import { contextOf } from "../../core-client.ts";
import { startLinkUser, startUnlinkUser } from "../../flows/start-link-user.ts";
import {
  type AuthRoute,
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

/** Longer ones name no connection and no scope of anybody's. */
const maxChars = 1024;

/**
 * Routes by which people link a second account to theirs, and unlink it (Auth0: "User-Initiated Account Linking"), for the
 * option `moreRoutes`:
 *
 * - `GET` or `POST /auth/link?connection=github`, with `connection_scope` and `returnTo` as the page likes
 * - `GET` or `POST /auth/unlink?connection=github`, with `returnTo`
 *
 * Both end at the app's callback, which keeps the session and takes the new ID token. Nobody but the app's own pages can send
 * people there: all else is refused, be it another origin, a link in a mail or an address that was typed. Who is not logged in goes
 * to the login first.
 *
 * @example
 * const auth = edgeAuth({ moreRoutes: [linkRoutes()] });
 */
export function linkRoutes(): AuthRoute[] {
  return [
    { path: "/link", handle: (exchange) => change(exchange, startLinkUser) },
    { path: "/unlink", handle: (exchange) => change(exchange, startUnlinkUser) },
  ];
}

async function change(exchange: Exchange, start: typeof startLinkUser): Promise<Response> {
  const { request, auth, configuration } = exchange;
  if (isPrefetch(request)) return ignorePrefetch();
  if (request.method !== "GET" && request.method !== "POST") return methodNotAllowed("GET, POST");
  const { origin, path } = configuration.base;
  const refused = async (status: number, code: string, message: string): Promise<Response> =>
    await refuse(exchange, {
      status,
      code,
      title: "Your accounts stay as they are",
      message,
      action: { href: `${path}/`, label: "Go to the app" },
    });
  // A link that came by mail is nobody's: it could have people link what they do not mean to, or unlink what they need.
  if (senderOf(exchange) !== "own") {
    return await refused(
      403,
      "cross_site_request",
      "Accounts are changed from the pages of this app alone. Use the link or button there.",
    );
  }
  const query = await parametersOf(exchange);
  const connection = query.get("connection")?.trim();
  const connectionScope = query.get("connection_scope")?.trim() || undefined;
  if (!connection || connection.length + (connectionScope?.length ?? 0) > maxChars) {
    return await refused(400, "invalid_request", "A 'connection' has to be named, as Auth0 calls it.");
  }
  const returnTo = returnToOf(query, origin);
  // From the login nobody could come back here: it would be the issuer that sends them.
  if (!(await auth.getUser())) return await auth.challenge({ returnTo: returnTo ?? `${path}/` });
  const options = { connection, connectionScope, appState: { returnTo } };
  const location = await start(contextOf(auth.client), options, auth.storeOptions);
  return redirect(location.href, request.method === "POST" ? 303 : 302);
}

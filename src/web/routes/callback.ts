import { type Exchange, methodNotAllowed, redirect } from "../exchange.ts";
import { safeReturnTo } from "../return-to.ts";
import type { LoginState } from "./login.ts";

/** `GET /auth/callback`: where the issuer sends the browser back to. Makes the session and goes on to `returnTo`. */
export async function callback({ request, url, auth, configuration }: Exchange): Promise<Response> {
  if (request.method !== "GET") return methodNotAllowed("GET");
  const { base } = configuration;
  const { appState } = await auth.client.completeInteractiveLogin<LoginState>(
    // Behind a proxy the request may name another host than the user's browser does.
    new URL(base.origin + url.pathname + url.search),
    auth.storeOptions,
  );
  return redirect(safeReturnTo(appState?.returnTo, base.origin) ?? `${base.path}/`);
}

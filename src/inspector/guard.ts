import type { DevTenant } from "../dev/index.ts";
import { OAuthError } from "../dev/oauth-error.ts";
import { errorPage } from "../dev/pages/message-page.ts";
import type { Exchange } from "../web/exchange.ts";
import { isFromHere } from "../web/pages/from-here.ts";

/** Why this request gets no look at a session; `undefined` where it does. */
export async function refusal(
  { request, configuration }: Exchange,
  tenant: DevTenant,
): Promise<Response | undefined> {
  if (!isFromHere(request)) {
    return await refuse(
      "The session inspector answers on this machine only: under localhost, *.localhost, 127.0.0.0/8 or [::1]. If you see this on a deployed app, remove it from there.",
    );
  }
  if (configuration.issuer?.href !== tenant.issuer) {
    return await refuse(
      "This app does not log in at the development tenant, so there is nothing to inspect.",
    );
  }
  return undefined;
}

/** The answer to a form that another page sent, or another browser. */
export function formExpired(): Promise<Response> {
  const message = "The form has expired. Go back, open the page anew and try again.";
  return errorPage(new OAuthError(403, "invalid_request", message));
}

function refuse(message: string): Promise<Response> {
  return errorPage(new OAuthError(403, "access_denied", message, { title: "This is a development tool" }));
}

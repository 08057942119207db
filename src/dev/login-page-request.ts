import { type AuthorizationRequest, authorizationRequest, destinationOf } from "./authorization-request.ts";
import { orSendBack } from "./authorization-response.ts";
import type { TenantContext } from "./context.ts";
import { OAuthError } from "./oauth-error.ts";
import { ownForm } from "./own-form.ts";
import { type Parameters, queryParameters } from "./parameters.ts";
import { type PendingLogin, recallLogin } from "./pending-login.ts";
import type { LoginProgress, SessionRecord } from "./records.ts";
import { redirect } from "./responses.ts";
import { currentSession } from "./tenant-session.ts";

/** A request for one of the pages of a login, or a choice made there. */
export interface LoginPageRequest {
  pending: PendingLogin;
  asked: AuthorizationRequest;
  /** The form, when a choice was made. */
  posted: Parameters | undefined;
  query: Parameters;
}

/** The same once someone has logged in. */
export interface SignedInPageRequest extends LoginPageRequest {
  pending: PendingLogin & { progress: LoginProgress };
  session: SessionRecord;
}

/**
 * Answers a request for one of the pages of a login. `state` is the handle of the pending login, not the app's
 * `state`. The app's request is checked anew: the tenant may have been reloaded with another configuration since.
 *
 * @throws {OAuthError} To be shown as a page; what `answer` throws goes back to the app.
 */
export async function onLoginPage(
  request: Request,
  tenant: TenantContext,
  answer: (page: LoginPageRequest) => Promise<Response>,
): Promise<Response> {
  const posted = request.method === "POST" ? await ownForm(request) : undefined;
  const query = queryParameters(request);
  const pending = await recallLogin(request, tenant, (posted ?? query).get("state"));
  const destination = destinationOf(pending.sent.parameters, tenant);
  return await orSendBack(request, destination, async () => {
    const asked = await authorizationRequest(pending.sent, destination, tenant);
    if (posted?.get("refuse") === "deny") {
      throw new OAuthError(403, "access_denied", "User did not authorize the request");
    }
    return await answer({ pending, asked, posted, query });
  });
}

/** The same for pages after the login itself. Whoever has not logged in yet, or is someone else now, goes back to it. */
export async function onSignedInPage(
  request: Request,
  tenant: TenantContext,
  answer: (page: SignedInPageRequest) => Promise<Response>,
): Promise<Response> {
  return await onLoginPage(request, tenant, async (page) => {
    const session = await currentSession(request, tenant);
    const { progress } = page.pending;
    if (session === undefined || session.sid !== progress?.sid) {
      return redirect(request, tenant.pageUrl(request, `/u/login?state=${page.pending.handle}`));
    }
    return await answer({ ...page, pending: { ...page.pending, progress }, session });
  });
}

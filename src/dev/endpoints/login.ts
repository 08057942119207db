import {
  type AuthorizationRequest,
  authorizationRequest,
  destinationOf,
  satisfiedBy,
} from "../authorization-request.ts";
import { codeResponse, orSendBack } from "../authorization-response.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { invalidRequest, OAuthError } from "../oauth-error.ts";
import { loginPage } from "../pages/login-page.ts";
import { bodyParameters, type Parameters, queryParameters } from "../parameters.ts";
import { recallLogin } from "../pending-login.ts";
import { currentSession, startSession } from "../tenant-session.ts";

/**
 * The login page, at the path where Auth0's Universal Login has its own. `state` is the handle of the pending
 * login, not the app's `state`. The form posts `user` (a `sub`) or `refuse` (`deny` or `fail`).
 */
export const loginEndpoint: Endpoint = {
  path: "/u/login",
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    const posted = request.method === "POST" ? await choice(request) : undefined;
    const handle = (posted ?? queryParameters(request)).get("state");
    const parameters = await recallLogin(request, tenant, handle);
    // Checked anew: the tenant may have been reloaded with another configuration since.
    const destination = destinationOf(parameters, tenant);
    return await orSendBack(request, destination, async () => {
      const asked = authorizationRequest(parameters, destination, tenant);
      if (posted !== undefined) return await finish(request, tenant, asked, posted);
      const session = await currentSession(request, tenant);
      const continuing = satisfiedBy(asked, session, tenant.now()) ? session.sub : undefined;
      return await loginPage(tenant, {
        asked,
        handle: handle!,
        continuing,
        action: tenant.pageUrl(request, loginEndpoint.path),
        homeUrl: tenant.pageUrl(request, "/"),
      });
    });
  },
};

/** The form's fields. The cookie of the pending login is the guard; browsers that tell are asked as well. */
async function choice(request: Request): Promise<Parameters> {
  const site = request.headers.get("sec-fetch-site") ?? "same-origin";
  if (site === "same-origin" || site === "none") return await bodyParameters(request);
  throw new OAuthError(403, "invalid_request", "A choice can be made on the tenant's own login page only.");
}

async function finish(
  request: Request,
  tenant: TenantContext,
  asked: AuthorizationRequest,
  posted: Parameters,
): Promise<Response> {
  const refuse = posted.get("refuse");
  if (refuse === "deny") {
    throw new OAuthError(403, "access_denied", "User did not authorize the request");
  }
  if (refuse === "fail") {
    throw new OAuthError(500, "server_error", "The development tenant was asked to let this login fail");
  }
  const sub = posted.get("user");
  if (sub === undefined || !(await tenant.people.find(sub))) throw invalidRequest("Unknown user");
  const current = await currentSession(request, tenant);
  if (satisfiedBy(asked, current, tenant.now()) && current.sub === sub) {
    return await codeResponse(request, tenant, asked, current);
  }
  const { session, cookie } = await startSession(request, tenant, sub);
  return await codeResponse(request, tenant, asked, session, [cookie]);
}

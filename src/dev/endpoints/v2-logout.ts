import { tellOfLogout } from "../backchannel-logout.ts";
import type { Endpoint } from "../context.ts";
import { registeredLogoutUrl } from "../logout-url.ts";
import { invalidRequest } from "../oauth-error.ts";
import { loggedOutPage } from "../pages/message-page.ts";
import { queryParameters } from "../parameters.ts";
import { redirect } from "../responses.ts";
import { endSession } from "../tenant-session.ts";

/**
 * Auth0's older logout endpoint (Authentication API: "Auth0 Logout"). `federated` is accepted: there is no
 * other identity provider to log out of.
 */
export const v2LogoutEndpoint: Endpoint = {
  path: "/v2/logout",
  channel: "browser",
  methods: ["GET"],
  async handle(request, tenant) {
    const parameters = queryParameters(request);
    const clientId = parameters.get("client_id");
    const client = clientId === undefined ? undefined : tenant.configuration.clients.get(clientId);
    if (clientId !== undefined && client === undefined) {
      throw invalidRequest(`There is no application with the client ID "${clientId}".`);
    }
    const returnTo = parameters.get("returnTo");
    if (returnTo !== undefined && client === undefined) {
      throw invalidRequest("returnTo needs a client_id: the tenant itself has no allowed logout URLs.");
    }
    // Without returnTo Auth0 goes on to the first allowed logout URL of the client.
    const target =
      returnTo === undefined ? client?.allowedLogoutUrls[0] : registeredLogoutUrl(returnTo, client!);
    const { ended, cookie } = await endSession(request, tenant);
    const deliveries = await tellOfLogout(tenant, ended);
    if (target === undefined) return await loggedOutPage(tenant, [cookie], deliveries);
    return redirect(request, target, [cookie]);
  },
};

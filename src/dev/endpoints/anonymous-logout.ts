import type { Endpoint } from "../context.ts";
import { OAuthError } from "../oauth-error.ts";
import { bodyParameters, required } from "../parameters.ts";

/**
 * Ends an anonymous session (Auth0: "Anonymous Sessions"). Which one, Auth0 knows from a cookie on its own domain; the
 * tenant is asked by servers, which have none, and so there is nothing to end. Access tokens live on, as with Auth0.
 */
export const anonymousLogoutEndpoint: Endpoint = {
  path: "/anonymous/logout",
  channel: "server",
  methods: ["POST"],
  async handle(request, tenant) {
    const clientId = required(await bodyParameters(request), "client_id");
    if (!tenant.configuration.clients.has(clientId))
      throw new OAuthError(401, "access_denied", "Unauthorized");
    return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
  },
};

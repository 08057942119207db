import { registration } from "../support/oidc-provider/clients.ts";
import { createProvider } from "../support/oidc-provider/configuration.ts";
import { type Served, serve } from "./served.ts";
import { credentials, tokenLifetime } from "./tenant.ts";

/**
 * Serves `oidc-provider`, an implementation that is not ours. Its origin is its issuer.
 *
 * @param appUrl where the app has its login by this provider
 */
export async function serveProvider(appUrl: string): Promise<Served> {
  const client = registration(credentials.clientId, {
    client_secret: credentials.clientSecret,
    token_endpoint_auth_method: "client_secret_post",
    redirect_uris: [`${appUrl}/auth/callback`],
    post_logout_redirect_uris: [appUrl],
    backchannel_logout_uri: `${appUrl}/auth/backchannel-logout`,
    backchannel_logout_session_required: true,
  });
  return await serve((issuer) => createProvider({ issuer, clients: [client], tokenLifetime }).callback());
}

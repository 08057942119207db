import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { registration } from "../support/oidc-provider/clients.ts";
import { createProvider } from "../support/oidc-provider/configuration.ts";
import { credentials, tokenLifetime } from "./tenant.ts";

/** An OpenID provider that is served. */
export interface ServedProvider {
  issuer: string;
  close(): Promise<void>;
}

/**
 * Serves `oidc-provider`, an implementation that is not ours.
 *
 * @param appUrl where the app has its login by this provider
 */
export async function serveProvider(appUrl: string): Promise<ServedProvider> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const client = registration(credentials.clientId, {
    client_secret: credentials.clientSecret,
    token_endpoint_auth_method: "client_secret_post",
    redirect_uris: [`${appUrl}/auth/callback`],
    post_logout_redirect_uris: [appUrl],
    backchannel_logout_uri: `${appUrl}/auth/backchannel-logout`,
    backchannel_logout_session_required: true,
  });
  server.on("request", createProvider({ issuer, clients: [client], tokenLifetime }).callback());
  return {
    issuer,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

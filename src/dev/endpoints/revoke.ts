import { authenticateClient, authenticationMetadata } from "../client-authentication.ts";
import type { Endpoint } from "../context.ts";
import { invalidGrant } from "../oauth-error.ts";
import { bodyParameters, required } from "../parameters.ts";

/**
 * The revocation endpoint (RFC 7009; Auth0: "Revoke Refresh Token"). As with Auth0 only refresh tokens can
 * be revoked; the whole grant falls with one. Tokens nobody knows are answered 200.
 */
export const revokeEndpoint: Endpoint = {
  path: "/oauth/revoke",
  channel: "server",
  methods: ["POST"],
  advertisedAs: "revocation_endpoint",
  metadata: authenticationMetadata("revocation_endpoint"),
  async handle(request, tenant) {
    const parameters = await bodyParameters(request);
    const client = await authenticateClient(request, parameters, tenant);
    const record = await tenant.records.load("refresh", required(parameters, "token"));
    if (record !== undefined) {
      const { grant, familyExpiresAt } = record;
      if (grant.clientId !== client.clientId) throw invalidGrant("The token belongs to another client");
      const { accessTokenLifetime } = tenant.configuration;
      await tenant.records.revoke(grant.id, familyExpiresAt - tenant.now() + accessTokenLifetime);
    }
    return new Response(null, { status: 200, headers: { "cache-control": "no-store" } });
  },
};

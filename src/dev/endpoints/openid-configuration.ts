import { ISSUER } from "../configuration.ts";
import type { Endpoint } from "../context.ts";
import { jsonResponse } from "../responses.ts";
import { OIDC_SCOPES } from "../scope.ts";

/** The discovery document (OpenID Connect Discovery 1.0 §4, RFC 8414 §2), put together from all endpoints. */
export const openidConfigurationEndpoint: Endpoint = {
  path: "/.well-known/openid-configuration",
  channel: "server",
  methods: ["GET"],
  async handle(_request, tenant) {
    const { clients, apis } = tenant.configuration;
    const types = [...apis.values(), ...clients.values()].flatMap((party) => party.authorizationDetailsTypes);
    const metadata: Record<string, unknown> = {
      issuer: ISSUER,
      scopes_supported: OIDC_SCOPES,
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      claims_supported: CLAIMS,
      authorization_details_types_supported: [...new Set(types)],
    };
    for (const endpoint of tenant.endpoints) {
      if (endpoint.advertisedAs !== undefined) metadata[endpoint.advertisedAs] = tenant.urlOf(endpoint);
      Object.assign(metadata, endpoint.metadata);
    }
    return jsonResponse(metadata);
  },
};

const CLAIMS: readonly string[] = [
  ...["aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"],
  ...["org_id", "org_name", "act"],
  ...["name", "given_name", "family_name", "nickname", "picture", "updated_at", "email", "email_verified"],
];

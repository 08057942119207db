import type { RegisteredClient } from "./client-check.ts";
import type { ProviderSetup } from "./faults.ts";
import type { Claims } from "./keys.ts";

export const issuer = "https://op.example/tenant";
/** Where clients with a certificate go (RFC 8705 section 5). */
export const mtlsIssuer = "https://mtls.op.example/tenant";

/**
 * The provider's metadata (OpenID Connect Discovery section 3).
 *
 * @param place path of the endpoints below the issuer
 */
export function metadataOf(client: RegisteredClient, setup: ProviderSetup, place: string): Claims {
  const aliases = {
    token_endpoint: `${mtlsIssuer}${place}/token`,
    userinfo_endpoint: `${mtlsIssuer}${place}/userinfo`,
  };
  return {
    issuer,
    authorization_endpoint: `${issuer}${place}/authorize`,
    token_endpoint: `${issuer}${place}/token`,
    userinfo_endpoint: `${issuer}${place}/userinfo`,
    jwks_uri: `${issuer}${place}/jwks`,
    end_session_endpoint: `${issuer}${place}/end-session`,
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    response_types_supported: ["code"],
    subject_types_supported: ["public", "pairwise"],
    // The OpenID Foundation's provider advertises them all, whatever it signs with.
    id_token_signing_alg_values_supported: ["none", "HS256", "RS256", "PS256", "ES256", "EdDSA"],
    token_endpoint_auth_methods_supported: [client.method],
    code_challenge_methods_supported: ["S256"],
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    ...(setup.namesItself && { authorization_response_iss_parameter_supported: true }),
    ...(setup.demandsPar && { pushed_authorization_request_endpoint: `${issuer}${place}/par` }),
    ...(client.method === "tls_client_auth" && { mtls_endpoint_aliases: aliases }),
    ...setup.metadata,
  };
}

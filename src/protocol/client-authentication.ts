import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
} from "oauth4webapi";

/** How the client proves who it is. */
export interface ClientCredentials {
  /** Left out: a public client, which proves itself by PKCE alone. */
  clientSecret?: string | undefined;
}

/** The client authentication to use at an issuer (RFC 6749 section 2.3): the secret goes into the body where it may. */
export function clientAuthenticationFor(
  { clientSecret }: ClientCredentials,
  { token_endpoint_auth_methods_supported: methods }: AuthorizationServer,
): ClientAuth {
  if (clientSecret === undefined) return None();
  const onlyBasic = methods?.includes("client_secret_basic") && !methods.includes("client_secret_post");
  return onlyBasic ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret);
}

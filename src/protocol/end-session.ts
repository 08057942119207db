import { browserEndpoint } from "./browser-endpoint.ts";
import type { Server } from "./server.ts";

/** Parameters of a logout at the issuer. */
export interface LogoutParameters {
  /** Absolute URL the user comes back to; it must be registered with the issuer. Left out, the user stays there. */
  returnTo?: string | undefined;
  /** Comes back to `returnTo` as `state`. */
  state?: string | undefined;
  /** Also log out at the upstream identity provider (Auth0). */
  federated?: boolean | undefined;
}

/**
 * Where the browser goes to log out at the issuer (OpenID Connect RP-Initiated Logout 1.0 section 2), or Auth0's own
 * `/v2/logout` where the issuer advertises no such endpoint. Needs no secret, so public clients log out as well.
 */
export function endSessionUrl(server: Server, parameters: LogoutParameters, idToken?: string): URL {
  const { metadata, client } = server;
  const { returnTo, state, federated } = parameters;
  const endpoint = browserEndpoint(metadata.end_session_endpoint);
  const url = endpoint ?? new URL("/v2/logout", metadata.issuer);
  const values = endpoint
    ? { id_token_hint: idToken, post_logout_redirect_uri: returnTo, state }
    : { returnTo, state };
  for (const [name, value] of Object.entries({ client_id: client.client_id, ...values })) {
    if (value) url.searchParams.set(name, value);
  }
  if (federated) url.searchParams.set("federated", "");
  return url;
}

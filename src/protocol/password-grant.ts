import { TokenByPasswordError } from "../errors/index.ts";
import type { Auth0Grant } from "./auth0-grant.ts";
import { headerOf, textParameters } from "./auth0-options.ts";

/** User name and password. */
export interface TokenByPasswordOptions {
  username: string;
  password: string;
  audience?: string | undefined;
  /** With `openid` an ID token comes, with `offline_access` a refresh token. */
  scope?: string | undefined;
  /** The connection that knows the user. Default: the tenant's default directory. */
  realm?: string | undefined;
  /** IP address of the user, for Auth0's attack protection: otherwise it sees that of this server. */
  auth0ForwardedFor?: string | undefined;
}

/**
 * Resource Owner Password Grant (RFC 6749 section 4.3). A realm needs Auth0's extension of it: the plain grant ignores it.
 *
 * @throws TokenByPasswordError
 */
export function passwordGrant(options: TokenByPasswordOptions): Auth0Grant {
  const optional = ["audience", "scope", "realm"] as const;
  const parameters = textParameters(TokenByPasswordError, options, ["username", "password"], optional);
  return {
    grantType: parameters.realm ? "http://auth0.com/oauth/grant-type/password-realm" : "password",
    parameters,
    headers: headerOf(TokenByPasswordError, options, "auth0ForwardedFor", "auth0-forwarded-for"),
    Failure: TokenByPasswordError,
  };
}

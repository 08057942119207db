import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
} from "oauth4webapi";
import { InvalidConfigurationError } from "../errors/index.ts";

/** How the client proves who it is. The first of certificate, key and secret that is configured counts. */
export interface ClientCredentials {
  /** Left out along with the others: a public client, which proves itself by PKCE alone. */
  clientSecret?: string | undefined;
  /** Private key for `private_key_jwt` (RFC 7523): a `CryptoKey`, or PKCS#8 as PEM. */
  clientAssertionSigningKey?: string | CryptoKey | undefined;
  /** Algorithm of a key given as PEM, since a `CryptoKey` has its own. Default `RS256`; also RS/PS/ES 256, 384, 512, `EdDSA`. */
  clientAssertionSigningAlg?: string | undefined;
  /** The client certificate (RFC 8705) that `customFetch` presents is the proof. */
  useMtls?: boolean | undefined;
  customFetch?: typeof fetch | undefined;
}

/**
 * Makes what the client proves itself with ready, before the issuer is asked for anything, and then chooses how for that issuer,
 * by what its metadata offers.
 */
export type ClientAuthenticator = () => Promise<(metadata: AuthorizationServer) => ClientAuth>;

/**
 * Client authentication by secret (RFC 6749 section 2.3.1) or, without one, by PKCE alone. A secret goes into the body,
 * unless the issuer only takes it as a header. This is what a small client carries; `clientAuthenticator` has the rest.
 *
 * @throws InvalidConfigurationError for a key or certificate, which it cannot use, and a secret that is no text
 */
export function clientSecretAuthenticator(credentials: ClientCredentials): ClientAuthenticator {
  const { clientSecret, clientAssertionSigningKey, useMtls } = credentials;
  if (clientAssertionSigningKey || useMtls) {
    throw new InvalidConfigurationError(
      "A key or certificate needs the whole client: set 'createClient' to `(options) => new ServerClient(options)`.",
    );
  }
  if (!clientSecret) return () => Promise.resolve(() => None());
  if (typeof clientSecret !== "string") throw new InvalidConfigurationError("'clientSecret' must be a text.");
  return () =>
    Promise.resolve(({ token_endpoint_auth_methods_supported: methods }) => {
      // An issuer that lists nothing takes `client_secret_basic` (RFC 8414 section 2).
      const offered: unknown[] = [methods ?? "client_secret_basic"].flat();
      const onlyBasic = offered.includes("client_secret_basic") && !offered.includes("client_secret_post");
      return onlyBasic ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret);
    });
}

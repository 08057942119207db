import {
  type AuthorizationServer,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  None,
  PrivateKeyJwt,
} from "oauth4webapi";
import { InvalidConfigurationError, NotSupportedError } from "../errors/index.ts";
import { signatureAlgorithm } from "./jws.ts";

/** How the client proves who it is. The first of certificate, key and secret that is configured counts. */
export interface ClientCredentials {
  /** Left out along with the others: a public client, which proves itself by PKCE alone. */
  clientSecret?: string | undefined;
  /** Private key for `private_key_jwt` (RFC 7523): a `CryptoKey`, or PKCS#8 as PEM. */
  clientAssertionSigningKey?: string | CryptoKey | undefined;
  /** Algorithm of a key given as PEM. Default `RS256`; also RS/PS/ES 256, 384, 512 and `EdDSA`. */
  clientAssertionSigningAlg?: string | undefined;
  /** The client certificate (RFC 8705) that `customFetch` presents is the proof. */
  useMtls?: boolean | undefined;
  customFetch?: typeof fetch | undefined;
}

/** Chooses the client authentication for an issuer, by what its metadata offers. */
export type ClientAuthenticator = (metadata: AuthorizationServer) => Promise<ClientAuth>;

/**
 * The client authentication of RFC 6749 section 2.3. A secret goes into the body, unless the issuer only takes it as a
 * header. A client assertion is good for a minute, for this issuer alone, and once.
 *
 * @throws NotSupportedError for `useMtls` without `customFetch`
 */
export function clientAuthenticator(credentials: ClientCredentials): ClientAuthenticator {
  const { clientSecret, clientAssertionSigningKey: key, useMtls, customFetch } = credentials;
  if (useMtls) {
    if (customFetch) return () => Promise.resolve(None());
    throw new NotSupportedError(
      "mtls_without_custom_fetch_not_supported",
      "'useMtls' needs a 'customFetch' that presents the client certificate.",
    );
  }
  if (key) {
    let imported: CryptoKey | undefined;
    return async () => {
      imported ??=
        typeof key === "string" ? await importPem(key, credentials.clientAssertionSigningAlg) : key;
      return PrivateKeyJwt(imported);
    };
  }
  if (!clientSecret) return () => Promise.resolve(None());
  // An issuer that lists nothing takes `client_secret_basic` (RFC 8414 section 2).
  return ({ token_endpoint_auth_methods_supported: methods = ["client_secret_basic"] }) => {
    const onlyBasic = methods.includes("client_secret_basic") && !methods.includes("client_secret_post");
    return Promise.resolve(onlyBasic ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret));
  };
}

async function importPem(pem: string, alg = "RS256"): Promise<CryptoKey> {
  const [, body] = /-----BEGIN PRIVATE KEY-----([\s\S]+)-----END PRIVATE KEY-----/.exec(pem) ?? [];
  const algorithm = signatureAlgorithm(alg);
  try {
    const der = Uint8Array.from(atob(body!.replace(/\s/g, "")), (character) => character.charCodeAt(0));
    return await crypto.subtle.importKey("pkcs8", der, algorithm!.import, false, ["sign"]);
  } catch {
    throw new InvalidConfigurationError(
      `'clientAssertionSigningKey' is no PKCS#8 private key for '${alg}'. PEM begins with '-----BEGIN PRIVATE KEY-----'; set 'clientAssertionSigningAlg' to the algorithm of the key.`,
    );
  }
}

import { None, PrivateKeyJwt } from "oauth4webapi";
import { InvalidConfigurationError, NotSupportedError } from "../errors/index.ts";
import {
  type ClientAuthenticator,
  type ClientCredentials,
  clientSecretAuthenticator,
} from "./client-secret.ts";
import { signatureAlgorithm } from "./jws.ts";

/**
 * The client authentication of RFC 6749 section 2.3: by certificate, key or secret. A client assertion is good for a
 * minute, for this issuer alone, and once.
 *
 * @throws NotSupportedError for `useMtls` without `customFetch`
 */
export function clientAuthenticator(credentials: ClientCredentials): ClientAuthenticator {
  const { clientAssertionSigningKey: key, useMtls, customFetch } = credentials;
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
  return clientSecretAuthenticator(credentials);
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

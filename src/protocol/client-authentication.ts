import { type ClientAuth, modifyAssertion, None, PrivateKeyJwt } from "oauth4webapi";
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
 * @throws InvalidConfigurationError for a secret that is no text; for a key that cannot sign when it is first needed
 */
export function clientAuthenticator(credentials: ClientCredentials): ClientAuthenticator {
  const {
    clientAssertionSigningKey: key,
    clientAssertionSigningAlg: alg,
    useMtls,
    customFetch,
  } = credentials;
  if (useMtls) {
    if (customFetch) return () => Promise.resolve(() => None());
    throw new NotSupportedError(
      "mtls_without_custom_fetch_not_supported",
      "'useMtls' needs a 'customFetch' that presents the client certificate.",
    );
  }
  if (key) {
    let proof: ClientAuth | undefined;
    return async () => {
      proof ??= await keyProof(key, alg);
      return () => proof!;
    };
  }
  return clientSecretAuthenticator(credentials);
}

/** Proves itself once to nobody: whatever is wrong with a key shows here, and not as a refusal of the issuer's. */
async function keyProof(key: unknown, alg: string | undefined): Promise<ClientAuth> {
  try {
    const signing = (typeof key === "string" ? await importPem(key, alg) : key) as CryptoKey;
    const proof = PrivateKeyJwt(signing, {
      [modifyAssertion](header) {
        // The older name of the algorithm, which many issuers still know alone (RFC 9864).
        if (alg === "EdDSA" && header.alg === "Ed25519") header.alg = alg;
      },
    });
    await proof({ issuer: "" }, { client_id: "" }, new URLSearchParams(), new Headers());
    return proof;
  } catch {
    throw new InvalidConfigurationError(
      "'clientAssertionSigningKey' must be a CryptoKey with the usage 'sign', or PKCS#8 as PEM with its algorithm in 'clientAssertionSigningAlg'.",
    );
  }
}

async function importPem(pem: string, alg = "RS256"): Promise<CryptoKey> {
  const [, body] = /-----BEGIN PRIVATE KEY-----([\s\S]+)-----END PRIVATE KEY-----/.exec(pem)!;
  const der = Uint8Array.from(atob(body!.replace(/\s/g, "")), (character) => character.charCodeAt(0));
  return await crypto.subtle.importKey("pkcs8", der, signatureAlgorithm(alg)!.import, false, ["sign"]);
}

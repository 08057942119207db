import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { AssertionAlgorithm, ProvidedClients } from "../provided.ts";

/** Where every client is called back. */
export const redirectUri = "http://localhost:8787/auth/callback";
export const postLogoutRedirectUri = "http://localhost:8787/";

/** Clients of which access tokens live one second. */
const briefClients = ["brief", "device", ...["RS256", "PS256", "ES256", "EdDSA"].map(signerName)];

const secret = "a-client-secret-that-only-tests-know";
/** RFC 6749 section 2.3.1 wants the secret of a Basic header form-encoded first: here it makes a difference. */
const oddSecret = 'a secret: 100 % + "quotes" & more/=~';

/** A client as the provider registers it (OpenID Connect Dynamic Client Registration). */
export type ClientMetadata = Record<string, unknown> & { client_id: string };

/** What a client at any provider of these tests has in common with the others. */
export function registration(clientId: string, metadata: Record<string, unknown>): ClientMetadata {
  return {
    client_id: clientId,
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [postLogoutRedirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    ...metadata,
  };
}

/**
 * The clients of the provider: what they are registered with, and what they prove themselves with.
 *
 * @param extraRedirectUris redirect URIs in addition to the usual one
 */
export function testClients(
  logoutTokensUrl: string,
  extraRedirectUris: readonly string[],
): { registered: ClientMetadata[]; provided: ProvidedClients } {
  const signers = signingClients();
  const register = (clientId: string, metadata: Record<string, unknown>): ClientMetadata =>
    registration(clientId, {
      redirect_uris: [redirectUri, ...extraRedirectUris],
      backchannel_logout_uri: logoutTokensUrl,
      backchannel_logout_session_required: true,
      ...metadata,
    });
  const withSecret = { client_secret: secret, token_endpoint_auth_method: "client_secret_post" };
  const credentials = (clientId: string) => ({ clientId, clientSecret: secret });
  const asks = { authorization_details_types: ["payment_initiation"] };
  return {
    registered: [
      register("confidential", withSecret),
      register("brief", withSecret),
      register("public", { token_endpoint_auth_method: "none" }),
      register("pushing", { ...withSecret, ...asks, require_pushed_authorization_requests: true }),
      register("device", {
        ...withSecret,
        ...asks,
        grant_types: ["urn:openid:params:grant-type:ciba", "refresh_token"],
        response_types: [],
        redirect_uris: [],
        backchannel_token_delivery_mode: "poll",
      }),
      register("basic", { client_secret: oddSecret, token_endpoint_auth_method: "client_secret_basic" }),
      ...signers.map(({ clientId, jwk }) =>
        register(clientId, { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [jwk] } }),
      ),
    ],
    provided: {
      confidential: credentials("confidential"),
      brief: credentials("brief"),
      public: { clientId: "public" },
      pushing: credentials("pushing"),
      device: credentials("device"),
      basic: { clientId: "basic", clientSecret: oddSecret },
      signing: Object.fromEntries(
        signers.map(({ alg, clientId, pem }) => [
          alg,
          { clientId, clientAssertionSigningKey: pem, clientAssertionSigningAlg: alg },
        ]),
      ) as ProvidedClients["signing"],
    },
  };
}

/** Seconds an access token of a client lives. */
export function accessTokenLifetime(clientId: string, usual: number): number {
  return briefClients.includes(clientId) ? 1 : usual;
}

function signerName(alg: string): string {
  return `signing-${alg}`;
}

function signingClients(): { alg: AssertionAlgorithm; clientId: string; pem: string; jwk: object }[] {
  const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pairs: Record<AssertionAlgorithm, { privateKey: KeyObject; publicKey: KeyObject }> = {
    RS256: rsa(),
    PS256: rsa(),
    ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    EdDSA: generateKeyPairSync("ed25519"),
  };
  return (Object.keys(pairs) as AssertionAlgorithm[]).map((alg) => ({
    alg,
    clientId: signerName(alg),
    pem: pairs[alg].privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    jwk: { ...pairs[alg].publicKey.export({ format: "jwk" }), use: "sig" },
  }));
}

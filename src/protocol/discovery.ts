import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from "oauth4webapi";
import { DiscoveryError } from "../errors/index.ts";
import { oauthErrorCause } from "./oauth-error.ts";
import type { Jwk, RequestSettings } from "./server.ts";

const maxKeys = 100;

/**
 * The issuer's metadata (OpenID Connect Discovery section 4).
 *
 * @throws DiscoveryError where it cannot be had or names another issuer
 */
export async function fetchMetadata(issuer: URL, request: RequestSettings): Promise<AuthorizationServer> {
  try {
    return await processDiscoveryResponse(issuer, await discoveryRequest(issuer, request));
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new DiscoveryError(
      `The metadata of '${issuer.href}' cannot be used: ${cause.message} Check the domain, and that ${issuer.origin} answers.`,
      cause,
    );
  }
}

/**
 * The issuer's signing keys (RFC 7517).
 *
 * @throws DiscoveryError where they cannot be had
 */
export async function fetchKeys(
  metadata: AuthorizationServer,
  request: RequestSettings,
): Promise<readonly Jwk[]> {
  const uri = metadata.jwks_uri;
  const secure =
    uri && URL.canParse(uri) && (new URL(uri).protocol === "https:" || request[allowInsecureRequests]);
  if (!secure) {
    throw new DiscoveryError(`The metadata of '${metadata.issuer}' names no usable jwks_uri.`);
  }
  try {
    const response = await request[customFetch](uri, {
      headers: { accept: "application/json, application/jwk-set+json" },
    });
    const body = response.ok ? ((await response.json()) as { keys?: unknown } | null) : undefined;
    if (Array.isArray(body?.keys)) {
      return body.keys
        .slice(0, maxKeys)
        .filter((key: unknown): key is Jwk => typeof key === "object" && key !== null);
    }
    throw new DiscoveryError(
      `The keys of '${metadata.issuer}' are not a JWK Set (HTTP status ${response.status}).`,
    );
  } catch (error) {
    if (error instanceof DiscoveryError) throw error;
    const cause = oauthErrorCause(error);
    throw new DiscoveryError(`The keys of '${metadata.issuer}' cannot be fetched: ${cause.message}`, cause);
  }
}

import { type AuthorizationServer, allowInsecureRequests, customFetch } from "oauth4webapi";
import { DiscoveryError } from "../errors/index.ts";
import { InvalidTokenError, oauthErrorCause } from "./oauth-error.ts";
import type { Jwk, RequestSettings } from "./server.ts";

const maxKeys = 100;

/**
 * The issuer's metadata (OpenID Connect Discovery section 4).
 *
 * @throws DiscoveryError where it cannot be had or names another issuer
 */
export async function fetchMetadata(issuer: URL, request: RequestSettings): Promise<AuthorizationServer> {
  try {
    const url = new URL(issuer);
    url.pathname = url.pathname.replace(/\/?$/, "/.well-known/openid-configuration");
    const metadata = (await fetchJson(url, request)) as Partial<AuthorizationServer> | null;
    const named = String(metadata?.issuer);
    // Section 4.3: whatever answers for another issuer is not to be believed.
    if (URL.canParse(named) && new URL(named).href === issuer.href) return metadata as AuthorizationServer;
    throw new InvalidTokenError("They are those of another issuer.");
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
  { issuer, jwks_uri: uri = "" }: AuthorizationServer,
  request: RequestSettings,
): Promise<readonly Jwk[]> {
  try {
    const url = URL.canParse(uri) ? new URL(uri) : undefined;
    if (!url || (url.protocol !== "https:" && !request[allowInsecureRequests])) {
      throw new InvalidTokenError("The metadata names no usable jwks_uri.");
    }
    const body = (await fetchJson(url, request)) as { keys?: unknown } | null;
    if (!Array.isArray(body?.keys)) throw new InvalidTokenError("They are no JWK Set.");
    return body.keys
      .slice(0, maxKeys)
      .filter((key: unknown): key is Jwk => typeof key === "object" && key !== null);
  } catch (error) {
    const cause = oauthErrorCause(error);
    throw new DiscoveryError(`The keys of '${issuer}' cannot be used: ${cause.message}`, cause);
  }
}

async function fetchJson(url: URL, request: RequestSettings): Promise<unknown> {
  const response = await request[customFetch](url.href, { headers: { accept: "application/json" } });
  if (response.status !== 200) throw new InvalidTokenError("", { cause: response });
  return await response.json().catch((cause: unknown) => {
    throw new InvalidTokenError("The authorization server's answer is no JSON.", { cause });
  });
}

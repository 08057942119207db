import { ASSERTION_ALGORITHMS, checkClientAssertion } from "./client-assertion.ts";
import { type Client, isConfidential } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { equalInConstantTime } from "./encoding.ts";
import { invalidRequest, OAuthError } from "./oauth-error.ts";
import { type Parameters, required } from "./parameters.ts";

const METHODS: readonly string[] = ["client_secret_post", "client_secret_basic", "private_key_jwt", "none"];

/** Members of the discovery document that say how clients may authenticate at an endpoint (RFC 8414 §2). */
export function authenticationMetadata(endpoint: string): Readonly<Record<string, unknown>> {
  return {
    [`${endpoint}_auth_methods_supported`]: METHODS,
    [`${endpoint}_auth_signing_alg_values_supported`]: ASSERTION_ALGORITHMS,
  };
}

/**
 * Finds out which client calls, and checks its secret (RFC 6749 §2.3.1) or assertion (RFC 7523 §2.2).
 *
 * @throws {OAuthError} 401 `access_denied` "Unauthorized", Auth0's answer to an unknown client and to a wrong
 * or missing secret alike; 401 `invalid_client` for an assertion; `invalid_request` when two ways of
 * authentication are mixed.
 */
export async function authenticateClient(
  request: Request,
  parameters: Parameters,
  tenant: TenantContext,
): Promise<Client> {
  const basic = basicCredentials(request.headers.get("authorization"));
  const ways = [basic, parameters.get("client_secret"), parameters.get("client_assertion")];
  if (ways.filter((way) => way !== undefined).length > 1) {
    throw invalidRequest("Use one way of client authentication only");
  }
  const clientId = basic?.clientId ?? required(parameters, "client_id");
  if (parameters.has("client_id") && parameters.get("client_id") !== clientId) {
    throw invalidRequest("client_id differs from the Authorization header");
  }
  const client = tenant.configuration.clients.get(clientId);
  const secret = basic?.secret ?? parameters.get("client_secret");
  if (client === undefined) throw unauthorized();
  if (client.jwks !== undefined || client.publicKeyPem !== undefined) {
    if (secret !== undefined) throw unauthorized();
    await checkClientAssertion(parameters, client, tenant);
    return client;
  }
  if (parameters.has("client_assertion")) throw unauthorized();
  if (!isConfidential(client)) {
    if (secret !== undefined) throw unauthorized();
    return client;
  }
  if (secret === undefined || !(await equalInConstantTime(secret, client.clientSecret!)))
    throw unauthorized();
  return client;
}

function unauthorized(): OAuthError {
  return new OAuthError(401, "access_denied", "Unauthorized");
}

function basicCredentials(header: string | null): { clientId: string; secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  try {
    const pair = atob(encoded);
    const colon = pair.indexOf(":");
    if (colon < 1) throw unauthorized();
    return { clientId: formDecode(pair.slice(0, colon)), secret: formDecode(pair.slice(colon + 1)) };
  } catch {
    throw unauthorized();
  }
}

/** Both halves are form-encoded before they are put together (RFC 6749 §2.3.1, appendix B). */
function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

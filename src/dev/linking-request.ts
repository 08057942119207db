import type { Client } from "./configuration.ts";
import type { Connection } from "./connection-options.ts";
import { connectionNamed } from "./connections.ts";
import type { TenantContext } from "./context.ts";
import { invalidRequest } from "./oauth-error.ts";
import { readOwnIdToken } from "./own-id-token.ts";
import { type Parameters, required } from "./parameters.ts";
import { parseScope } from "./scope.ts";

/** What an app asks for that wants to change somebody's accounts. */
export interface LinkingRequest {
  kind: "link" | "unlink";
  /** The connection of the account to link or unlink. */
  connection: Connection;
  /** Scope to ask of that connection. */
  connectionScope: string | undefined;
  /** Whose accounts these are, according to the app. */
  sub: string;
}

/**
 * The request to link or unlink an account (Auth0: "Client-Initiated Account Linking"), which is told by its scope.
 *
 * @throws {OAuthError} `invalid_request` without a connection that exists, or without an ID token that this tenant
 * has given to this client and that has not expired.
 */
export async function linkingRequestOf(
  parameters: Parameters,
  client: Client,
  tenant: TenantContext,
): Promise<LinkingRequest | undefined> {
  const scope = parseScope(parameters.get("scope"));
  const [link, unlink] = [scope.includes("link_account"), scope.includes("unlink_account")];
  if (!link && !unlink) return undefined;
  if (link && unlink) throw invalidRequest("link_account and unlink_account exclude each other");
  const connection = connectionNamed(required(parameters, "requested_connection"), tenant);
  const hint = await readOwnIdToken(tenant, required(parameters, "id_token_hint"));
  if (hint === undefined || hint.aud !== client.clientId) {
    throw invalidRequest("id_token_hint is not an ID token of this tenant for this client");
  }
  if (!(hint.exp > tenant.now())) throw invalidRequest("id_token_hint has expired");
  return {
    kind: link ? "link" : "unlink",
    connection,
    connectionScope: link ? parameters.get("requested_connection_scope") : undefined,
    sub: hint.sub,
  };
}

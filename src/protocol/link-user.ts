import type { AuthorizationParameters } from "./authorization-request.ts";

/** Which account is to be linked or unlinked. */
export interface LinkedConnection {
  /** Connection of the other account, such as `google-oauth2`. */
  connection: string;
  /** Scope to ask of that connection. */
  connectionScope?: string | undefined;
}

/** Parameters by which Auth0 links an account to the user of an ID token (Auth0: User-initiated account linking). */
export function linkParameters(
  { connection, connectionScope }: LinkedConnection,
  idToken: string,
): AuthorizationParameters {
  return {
    requested_connection: connection,
    requested_connection_scope: connectionScope,
    scope: "openid link_account offline_access",
    id_token_hint: idToken,
  };
}

/** Parameters by which Auth0 unlinks an account from the user of an ID token. */
export function unlinkParameters({ connection }: LinkedConnection, idToken: string): AuthorizationParameters {
  return { requested_connection: connection, scope: "openid unlink_account", id_token_hint: idToken };
}

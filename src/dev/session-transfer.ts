import type { AuthorizationRequest } from "./authorization-request.ts";
import type { TenantContext } from "./context.ts";
import type { SentRequest } from "./pushed-request.ts";
import type { SessionTransferRecord } from "./records.ts";
import { OIDC_SCOPES, parseScope } from "./scope.ts";

/** The parameter that carries the token. */
export const TRANSFER_TOKEN = "session_transfer_token";

/** Seconds a used token is remembered; it lives for a minute. */
const REMEMBERED = 3600;

/**
 * Takes the session transfer token that a request brings (Auth0: "Session Transfer Token"). It works once, for the
 * client it was issued to or one that allows delegated access, and for its organization. As with Auth0 a token that
 * does not work is no error: the person has to log in.
 */
export async function takeTransfer(
  tenant: TenantContext,
  { parameters }: SentRequest,
  { client, organization }: AuthorizationRequest,
): Promise<SessionTransferRecord | undefined> {
  const token = parameters.get(TRANSFER_TOKEN);
  const record = token === undefined ? undefined : await tenant.records.load("transfer", token);
  if (record === undefined) return undefined;
  if (record.clientId !== client.clientId && !client.allowDelegatedAccess) return undefined;
  const isElsewhere = organization !== undefined && organization.id !== record.organization;
  if (record.organization !== undefined && isElsewhere) return undefined;
  if ((await tenant.people.find(record.subject)) === undefined) return undefined;
  return (await tenant.records.spend("transfer", token!, REMEMBERED)) ? record : undefined;
}

/**
 * The request as the token narrows it: its organization, and its API scopes where it names some. No refresh token
 * comes of it, which is Auth0's default (`session_transfer.allow_refresh_token`).
 */
export function narrowedBy(record: SessionTransferRecord, { parameters, pushed }: SentRequest): SentRequest {
  const narrowed = new Map(parameters);
  narrowed.delete(TRANSFER_TOKEN);
  const scope = parseScope(parameters.get("scope")).filter(
    (name) =>
      name !== "offline_access" && (OIDC_SCOPES.includes(name) || (record.scope?.includes(name) ?? true)),
  );
  narrowed.set("scope", scope.join(" "));
  if (record.organization !== undefined) narrowed.set("organization", record.organization);
  return { parameters: narrowed, pushed };
}

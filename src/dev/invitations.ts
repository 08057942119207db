import type { AuthorizationRequest } from "./authorization-request.ts";
import type { User } from "./configuration.ts";
import type { TenantContext } from "./context.ts";
import { randomToken } from "./encoding.ts";
import { invalidRequest, OAuthError } from "./oauth-error.ts";
import { findOrganization, isMember, joinOrganization } from "./organizations.ts";
import type { InvitationRecord } from "./records.ts";

/** Seconds an invitation is good for; Auth0's default of 7 days. */
const LIFETIME = 7 * 24 * 3600;

/** Whom to invite, and to what. */
export interface DevTenantInvitee {
  /** Id or name of the organization. */
  organization: string;
  /** Address of the person; nobody else can accept. */
  email: string;
  /** Client that they will log in to. Default: the first. */
  clientId?: string;
}

/** What an invitation's link carries. */
export interface DevTenantInvitation {
  /** The ticket, to be sent as `invitation`. */
  invitation: string;
  /** Id of the organization, to be sent as `organization`. */
  organization: string;
  /** The link in the mail, which is in the tenant's mailbox now, or `undefined` where the client has no page to begin a login. */
  url: string | undefined;
}

/**
 * Invites a person to an organization.
 *
 * @throws {OAuthError} When there is no such organization or client.
 */
export async function invite(tenant: TenantContext, invitee: DevTenantInvitee): Promise<DevTenantInvitation> {
  const organization = findOrganization(tenant, invitee.organization);
  if (organization === undefined) throw invalidRequest(`There is no organization "${invitee.organization}".`);
  const { clients } = tenant.configuration;
  const client = invitee.clientId === undefined ? [...clients.values()][0] : clients.get(invitee.clientId);
  if (client === undefined) throw invalidRequest(`There is no application "${invitee.clientId}".`);
  const ticket = randomToken();
  const record = { organization: organization.id, clientId: client.clientId, email: invitee.email };
  await tenant.records.save("invitation", ticket, record, LIFETIME);
  const parameters = { invitation: ticket, organization: organization.id };
  const { initiateLoginUri } = client;
  const url = initiateLoginUri === undefined ? undefined : new URL(initiateLoginUri);
  for (const [name, value] of Object.entries({ ...parameters, organization_name: organization.name })) {
    url?.searchParams.set(name, value);
  }
  const subject = `You are invited to ${organization.displayName}`;
  tenant.mailbox.deliver({ kind: "email", to: invitee.email, subject, ...(url && { link: url.href }) });
  return { ...parameters, url: url?.href };
}

/**
 * The invitation that a login brings, as long as nobody has used it.
 *
 * @throws {OAuthError} `invalid_request`, in Auth0's words.
 */
export async function openInvitation(
  tenant: TenantContext,
  asked: AuthorizationRequest,
): Promise<InvitationRecord | undefined> {
  const invitation = await invitationOf(tenant, asked);
  if (invitation !== undefined && (await tenant.records.isSpent("invitation", asked.invitation!)))
    throw notFound();
  return invitation;
}

/**
 * Accepts the invitation that a login brings. As with Auth0 it is used up even when the wrong person tries.
 *
 * @throws {OAuthError} `access_denied` when it was meant for somebody else.
 */
export async function acceptInvitation(
  tenant: TenantContext,
  asked: AuthorizationRequest,
  person: User,
): Promise<void> {
  const invitation = await invitationOf(tenant, asked);
  if (invitation === undefined) return;
  const { organization } = asked;
  const isFirst = await tenant.records.spend("invitation", asked.invitation!, LIFETIME);
  // A double click: the first has made a member of the person.
  if (!isFirst && !(await isMember(tenant, organization!, person.sub))) throw notFound();
  if (person.email?.toLowerCase() !== invitation.email.toLowerCase()) {
    const why = "the specified account is not allowed to accept the current invitation";
    throw new OAuthError(403, "access_denied", why);
  }
  await joinOrganization(tenant, organization!, person.sub);
}

async function invitationOf(
  tenant: TenantContext,
  { invitation, organization, client }: AuthorizationRequest,
): Promise<InvitationRecord | undefined> {
  if (invitation === undefined) return undefined;
  const record = await tenant.records.load("invitation", invitation);
  if (record?.organization !== organization?.id || record?.clientId !== client.clientId) throw notFound();
  return record;
}

function notFound(): OAuthError {
  return invalidRequest("invitation not found or already used");
}

import type { AuthorizationRequest } from "./authorization-request.ts";
import { codeResponse } from "./authorization-response.ts";
import type { TenantContext } from "./context.ts";
import { invalidRequest, OAuthError } from "./oauth-error.ts";
import type { Organization } from "./organization-options.ts";
import { isMember, NO_ORGANIZATION, organizationsOf } from "./organizations.ts";
import { keepProgress, type PendingLogin } from "./pending-login.ts";
import type { LoginProgress, SessionRecord } from "./records.ts";
import { redirect } from "./responses.ts";

/** What is left to do once someone has logged in: a page, or nothing but to answer the app. */
type Step =
  | { page: "organization" | "link" | "consent" }
  | { page?: never; organization: Organization | undefined };

/**
 * Goes on with a login: to the next page that the person has to see, or back to the app with a code.
 *
 * @param cookies `Set-Cookie` values.
 * @throws {OAuthError} When the person may not log in here.
 */
export async function goOn(
  request: Request,
  tenant: TenantContext,
  pending: Omit<PendingLogin, "progress"> & { progress: LoginProgress },
  asked: AuthorizationRequest,
  session: SessionRecord,
  cookies: readonly string[] = [],
): Promise<Response> {
  const step = await nextStep(tenant, asked, session, pending.progress);
  if (step.page === undefined) {
    return await codeResponse(
      request,
      tenant,
      { ...asked, organization: step.organization },
      session,
      cookies,
    );
  }
  await keepProgress(tenant, pending, pending.progress);
  return redirect(request, tenant.pageUrl(request, `/u/${step.page}?state=${pending.handle}`), cookies);
}

/**
 * Answers the app without showing a page (`prompt=none`, OpenID Connect Core 1.0 §3.1.2.6).
 *
 * @throws {OAuthError} `consent_required` or `interaction_required` when a page would be needed.
 */
export async function answerSilently(
  request: Request,
  tenant: TenantContext,
  asked: AuthorizationRequest,
  session: SessionRecord,
  cookies: readonly string[] = [],
): Promise<Response> {
  const step = await nextStep(tenant, asked, session, { sid: session.sid });
  if (step.page === "consent") throw new OAuthError(403, "consent_required", "Consent required");
  if (step.page !== undefined) throw new OAuthError(403, "interaction_required", "Interaction required");
  return await codeResponse(request, tenant, { ...asked, organization: step.organization }, session, cookies);
}

async function nextStep(
  tenant: TenantContext,
  asked: AuthorizationRequest,
  { sub }: SessionRecord,
  progress: LoginProgress,
): Promise<Step> {
  if (asked.linking !== undefined && asked.linking.sub !== sub) {
    const why = "The person who is logged in is not the one of the id_token_hint";
    throw new OAuthError(403, "access_denied", why);
  }
  const organization = await organizationFor(tenant, asked, sub, progress.organization);
  if (organization === "ask") return { page: "organization" };
  if (asked.linking !== undefined && !progress.linked) return { page: "link" };
  if (asked.authorizationDetails !== undefined && !progress.consented) return { page: "consent" };
  return { organization };
}

/** The organization of a login: the one the app names, the one the person chose, or their only one. */
async function organizationFor(
  tenant: TenantContext,
  { organization, client }: AuthorizationRequest,
  sub: string,
  chosen: string | undefined,
): Promise<Organization | "ask" | undefined> {
  if (organization !== undefined) {
    if (await isMember(tenant, organization, sub)) return organization;
    throw new OAuthError(
      403,
      "access_denied",
      `user ${sub} is not part of the ${organization.id} organization`,
    );
  }
  const isRequired = client.organizationUsage === "require";
  if (client.organizationUsage === "deny" || client.organizationRequireBehavior === "no_prompt")
    return undefined;
  if (chosen === NO_ORGANIZATION && !isRequired) return undefined;
  const mine = await organizationsOf(tenant, sub);
  if (mine.length === 0 && isRequired) {
    throw invalidRequest(
      "client requires organization membership, but user does not belong to any organization",
    );
  }
  if (mine.length === 0) return undefined;
  if (mine.length === 1 && isRequired) return mine[0];
  return mine.find(({ id }) => id === chosen) ?? "ask";
}

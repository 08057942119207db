import type { Endpoint, TenantContext } from "../context.ts";
import { formToken, tokenForm } from "../form-token.ts";
import { invite } from "../invitations.ts";
import { OAuthError } from "../oauth-error.ts";
import type { Organization } from "../organization-options.ts";
import { isMember } from "../organizations.ts";
import { ORGANIZATION_PATH, organizationPage } from "../pages/organization-page.ts";
import { required } from "../parameters.ts";
import { redirect } from "../responses.ts";
import { mailboxEndpoint } from "./mailbox.ts";

/**
 * An organization's page at the tenant: who belongs to it, and a form to invite others. The form posts `email` and
 * `client`; the invitation is in the mailbox then.
 */
export const organizationEndpoint: Endpoint = {
  path: `${ORGANIZATION_PATH}*`,
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    const organization = organizationAt(request, tenant);
    if (request.method === "POST") {
      const form = await tokenForm(request);
      await invite(tenant, {
        organization: organization.id,
        email: required(form, "email"),
        clientId: required(form, "client"),
      });
      return redirect(request, tenant.pageUrl(request, mailboxEndpoint.path));
    }
    const people = await tenant.people.all();
    const belongs = await Promise.all(people.map(({ sub }) => isMember(tenant, organization, sub)));
    return await organizationPage({
      organization,
      members: people.filter((_, index) => belongs[index]),
      others: people.filter((_, index) => !belongs[index]),
      clients: [...tenant.configuration.clients.values()].filter((one) => one.organizationUsage !== "deny"),
      action: tenant.pageUrl(request, ORGANIZATION_PATH + organization.id),
      form: await formToken(request, tenant),
      homeUrl: tenant.pageUrl(request, "/"),
    });
  },
};

function organizationAt(request: Request, tenant: TenantContext): Organization {
  const id = new URL(request.url).pathname.split(ORGANIZATION_PATH).at(-1)!;
  const organization = tenant.configuration.organizations.get(id);
  if (organization === undefined) throw new OAuthError(404, "not_found", "There is no such organization.");
  return organization;
}

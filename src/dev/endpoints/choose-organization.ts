import type { Endpoint } from "../context.ts";
import { onSignedInPage } from "../login-page-request.ts";
import { goOn } from "../login-steps.ts";
import { invalidRequest } from "../oauth-error.ts";
import { NO_ORGANIZATION, organizationsOf } from "../organizations.ts";
import { chooseOrganizationPage } from "../pages/choose-organization-page.ts";

/** Where a person of several organizations says which one they log in to. The form posts `organization`. */
export const chooseOrganizationEndpoint: Endpoint = {
  path: "/u/organization",
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    return await onSignedInPage(request, tenant, async ({ pending, asked, posted, session }) => {
      const mine = await organizationsOf(tenant, session.sub);
      const isOptional = asked.client.organizationUsage !== "require";
      if (posted === undefined) {
        const action = tenant.pageUrl(request, chooseOrganizationEndpoint.path);
        return await chooseOrganizationPage({
          asked,
          handle: pending.handle,
          action,
          organizations: mine,
          isOptional,
        });
      }
      const chosen = posted.get("organization");
      const isKnown = mine.some(({ id }) => id === chosen) || (isOptional && chosen === NO_ORGANIZATION);
      if (chosen === undefined || !isKnown) throw invalidRequest("Unknown organization");
      const progress = { ...pending.progress, organization: chosen };
      return await goOn(request, tenant, { ...pending, progress }, asked, session);
    });
  },
};

import type { Endpoint } from "../context.ts";
import { onSignedInPage } from "../login-page-request.ts";
import { goOn } from "../login-steps.ts";
import { invalidRequest } from "../oauth-error.ts";
import { consentPage } from "../pages/consent-page.ts";

/** Where a person approves or denies a rich authorization request (RFC 9396). The form posts `consent=approve`. */
export const consentEndpoint: Endpoint = {
  path: "/u/consent",
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    return await onSignedInPage(request, tenant, async ({ pending, asked, posted, session }) => {
      const user = (await tenant.people.find(session.sub))!;
      if (posted === undefined) {
        const action = tenant.pageUrl(request, consentEndpoint.path);
        return await consentPage({ asked, user, handle: pending.handle, action });
      }
      if (posted.get("consent") !== "approve") throw invalidRequest("Unknown choice");
      const progress = { ...pending.progress, consented: true };
      return await goOn(request, tenant, { ...pending, progress }, asked, session);
    });
  },
};

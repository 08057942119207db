import type { Endpoint } from "../context.ts";
import { ownForm } from "../own-form.ts";
import { mailboxPage } from "../pages/mailbox-page.ts";
import { redirect } from "../responses.ts";

/** The mails and text messages that the tenant would have sent, to everyone. The page's button clears it. */
export const mailboxEndpoint: Endpoint = {
  path: "/mailbox",
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    const here = tenant.pageUrl(request, mailboxEndpoint.path);
    if (request.method !== "POST") return await mailboxPage(tenant, here, tenant.pageUrl(request, "/"));
    await ownForm(request);
    tenant.mailbox.clear();
    return redirect(request, here);
  },
};

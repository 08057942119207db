import type { Endpoint } from "../context.ts";
import { homePage } from "../pages/home-page.ts";
import { mailboxEndpoint } from "./mailbox.ts";

/** The tenant's own page: what it is, who can log in, what is registered. */
export const homeEndpoint: Endpoint = {
  path: "/",
  channel: "browser",
  methods: ["GET"],
  async handle(request, tenant) {
    return await homePage(tenant, request, tenant.pageUrl(request, mailboxEndpoint.path));
  },
};

import type { Endpoint } from "../context.ts";
import { homePage } from "../pages/home-page.ts";

/** The tenant's own page: what it is, who can log in, what is registered. */
export const homeEndpoint: Endpoint = {
  path: "/",
  channel: "browser",
  methods: ["GET"],
  async handle(_request, tenant) {
    return await homePage(tenant);
  },
};

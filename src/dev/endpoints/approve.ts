import { decide, waitingRequests } from "../backchannel-requests.ts";
import type { Endpoint } from "../context.ts";
import { formToken, tokenForm } from "../form-token.ts";
import { APPROVE_PATH, approvePage } from "../pages/approve-page.ts";
import { redirect } from "../responses.ts";

/**
 * What a person would see on their phone: the requests that wait for approval (OpenID Connect CIBA 1.0), of everyone.
 * The form posts `approve` or `deny`, with the id of the request.
 */
export const approveEndpoint: Endpoint = {
  path: APPROVE_PATH,
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    const here = tenant.pageUrl(request, approveEndpoint.path);
    if (request.method === "POST") {
      const form = await tokenForm(request);
      const id = form.get("approve") ?? form.get("deny");
      if (id !== undefined) await decide(tenant, id, form.has("approve"));
      return redirect(request, here);
    }
    const requests = await waitingRequests(tenant);
    return await approvePage(tenant, {
      requests,
      people: await Promise.all(requests.map(({ sub }) => tenant.people.find(sub))),
      action: here,
      form: await formToken(request, tenant),
      homeUrl: tenant.pageUrl(request, "/"),
    });
  },
};

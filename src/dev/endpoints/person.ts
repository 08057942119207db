import { endEverywhere, orGoOn } from "../backchannel-logout.ts";
import type { User } from "../configuration.ts";
import { connectionOf } from "../connections.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { formToken, tokenForm } from "../form-token.ts";
import { linkedIdentities } from "../identities.ts";
import { OAuthError } from "../oauth-error.ts";
import { organizationsOf } from "../organizations.ts";
import { PERSON_PATH, personPage } from "../pages/person-page.ts";
import { redirect } from "../responses.ts";

/**
 * A person's page at the tenant: the accounts they can log in with, the organizations they belong to, and what became
 * of their logouts. The form posts `end=sessions`.
 */
export const personEndpoint: Endpoint = {
  path: `${PERSON_PATH}*`,
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    const user = await personOf(request, tenant);
    const here = tenant.pageUrl(request, PERSON_PATH + encodeURIComponent(user.sub));
    if (request.method === "POST") {
      const form = await tokenForm(request);
      if (form.get("end") === "sessions") await orGoOn(tenant, endEverywhere(tenant, { sub: user.sub }));
      return redirect(request, here);
    }
    return await personPage(tenant, {
      user,
      connection: connectionOf(user.sub, tenant),
      identities: await linkedIdentities(tenant, user.sub),
      organizations: await organizationsOf(tenant, user.sub),
      deliveries: (await tenant.records.load("deliveries", user.sub))?.list ?? [],
      action: here,
      form: await formToken(request, tenant),
      homeUrl: tenant.pageUrl(request, "/"),
    });
  },
};

async function personOf(request: Request, tenant: TenantContext): Promise<User> {
  const encoded = new URL(request.url).pathname.split(PERSON_PATH).at(-1)!;
  const user = await tenant.people.find(decoded(encoded));
  if (user === undefined) throw new OAuthError(404, "not_found", "There is no such person.");
  return user;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

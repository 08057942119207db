import { connectionOf } from "../connections.ts";
import type { Endpoint } from "../context.ts";
import { linkedIdentities } from "../identities.ts";
import { OAuthError } from "../oauth-error.ts";
import { organizationsOf } from "../organizations.ts";
import { PERSON_PATH, personPage } from "../pages/person-page.ts";

/** A person's page at the tenant: the accounts they can log in with, and the organizations they belong to. */
export const personEndpoint: Endpoint = {
  path: `${PERSON_PATH}*`,
  channel: "browser",
  methods: ["GET"],
  async handle(request, tenant) {
    const encoded = new URL(request.url).pathname.split(PERSON_PATH).at(-1)!;
    const user = await tenant.people.find(decoded(encoded));
    if (user === undefined) throw new OAuthError(404, "not_found", "There is no such person.");
    return await personPage({
      user,
      connection: connectionOf(user.sub, tenant),
      identities: await linkedIdentities(tenant, user.sub),
      organizations: await organizationsOf(tenant, user.sub),
      homeUrl: tenant.pageUrl(request, "/"),
    });
  },
};

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

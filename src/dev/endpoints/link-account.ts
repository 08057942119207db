import type { User } from "../configuration.ts";
import { accountsOf, connectionOf } from "../connections.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { linkedIdentities, linkIdentity, primaryOf, unlinkIdentity } from "../identities.ts";
import type { LinkingRequest } from "../linking-request.ts";
import { onSignedInPage } from "../login-page-request.ts";
import { goOn } from "../login-steps.ts";
import { invalidRequest, OAuthError } from "../oauth-error.ts";
import { type LinkableAccount, linkPage } from "../pages/link-page.ts";
import type { Parameters } from "../parameters.ts";

/** Where a person links an account to their own, or unlinks one. The form posts `account`, a `sub`. */
export const linkAccountEndpoint: Endpoint = {
  path: "/u/link",
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    return await onSignedInPage(request, tenant, async ({ pending, asked, posted, session }) => {
      const { linking } = asked;
      if (linking === undefined) throw invalidRequest("Nothing is to be linked here");
      const user = (await tenant.people.find(session.sub))!;
      const accounts = await candidates(tenant, linking, user);
      if (posted === undefined) {
        const action = tenant.pageUrl(request, linkAccountEndpoint.path);
        return await linkPage({ asked, linking, user, accounts, handle: pending.handle, action });
      }
      // A double click: the first has done it.
      if (!pending.progress.linked) await change(tenant, linking, user, accounts, posted);
      const progress = { ...pending.progress, linked: true };
      return await goOn(request, tenant, { ...pending, progress }, asked, session);
    });
  },
};

/** The accounts to choose from. @throws {OAuthError} when there is nothing that could be unlinked */
async function candidates(
  tenant: TenantContext,
  { kind, connection }: LinkingRequest,
  user: User,
): Promise<LinkableAccount[]> {
  const linked = (await linkedIdentities(tenant, user.sub)).filter(
    (one) => one.connection === connection.name,
  );
  if (kind === "unlink") {
    if (linked.length > 0) return linked.map((account) => ({ ...account, isLinked: true }));
    const why =
      connectionOf(user.sub, tenant) === connection
        ? "The main identity cannot be unlinked"
        : `The user has no identity of the connection ${connection.name}`;
    throw new OAuthError(403, "access_denied", why);
  }
  const accounts = await accountsOf(tenant, connection);
  const owners = await Promise.all(accounts.map(({ sub }) => primaryOf(tenant, sub)));
  return accounts
    .filter(({ sub }, index) => sub !== user.sub && [sub, user.sub].includes(owners[index]!))
    .map((account) => ({ ...account, isLinked: linked.some(({ sub }) => sub === account.sub) }));
}

async function change(
  tenant: TenantContext,
  { kind, connection, connectionScope }: LinkingRequest,
  user: User,
  accounts: readonly LinkableAccount[],
  posted: Parameters,
): Promise<void> {
  const account = accounts.find(({ sub }) => sub === posted.get("account"));
  if (account === undefined) throw invalidRequest("Unknown account");
  if (kind === "unlink") await unlinkIdentity(tenant, user.sub, account.sub);
  else await linkIdentity(tenant, user.sub, account, connection, connectionScope);
}

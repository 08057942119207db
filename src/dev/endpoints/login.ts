import { satisfiedBy } from "../authorization-request.ts";
import type { User } from "../configuration.ts";
import type { Connection } from "../connection-options.ts";
import { accountsOf, connectionNamed } from "../connections.ts";
import type { Endpoint, TenantContext } from "../context.ts";
import { primaryOf } from "../identities.ts";
import { acceptInvitation, openInvitation } from "../invitations.ts";
import { type LoginPageRequest, onLoginPage } from "../login-page-request.ts";
import { goOn } from "../login-steps.ts";
import { invalidRequest, OAuthError } from "../oauth-error.ts";
import { loginPage } from "../pages/login-page.ts";
import type { Parameters } from "../parameters.ts";
import { TRANSFER_TOKEN } from "../session-transfer.ts";
import { currentSession, startSession } from "../tenant-session.ts";

/**
 * The login page, at the path where Auth0's Universal Login has its own. The form posts `user` (a `sub`) or `refuse`
 * (`deny` or `fail`), and `connection` where the account is one of somebody else's service.
 */
export const loginEndpoint: Endpoint = {
  path: "/u/login",
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    return await onLoginPage(request, tenant, async (page) => {
      const { asked, pending, posted } = page;
      if (posted !== undefined) return await finish(request, tenant, page, posted);
      const connection = connectionFor(tenant, page, page.query);
      const session = await currentSession(request, tenant);
      const invitation = await openInvitation(tenant, asked);
      return await loginPage(tenant, {
        asked,
        handle: pending.handle,
        people: await choicesOf(tenant, connection),
        connection,
        invited: invitation?.email,
        transferFailed: pending.sent.parameters.has(TRANSFER_TOKEN),
        continuing: satisfiedBy(asked, session, tenant.now()) ? session.sub : undefined,
        action: tenant.pageUrl(request, loginEndpoint.path),
        homeUrl: tenant.pageUrl(request, "/"),
      });
    });
  },
};

/** The app may insist on a connection; otherwise the person may pick one. */
function connectionFor(
  tenant: TenantContext,
  { asked }: LoginPageRequest,
  sent: Parameters,
): Connection | undefined {
  const name = sent.get("connection");
  return asked.connection ?? (name === undefined ? undefined : connectionNamed(name, tenant));
}

async function choicesOf(
  tenant: TenantContext,
  connection: Connection | undefined,
): Promise<readonly User[]> {
  return connection === undefined ? await tenant.people.all() : await accountsOf(tenant, connection);
}

async function finish(
  request: Request,
  tenant: TenantContext,
  page: LoginPageRequest,
  posted: Parameters,
): Promise<Response> {
  const { asked, pending } = page;
  if (posted.get("refuse") === "fail") {
    throw new OAuthError(500, "server_error", "The development tenant was asked to let this login fail");
  }
  const choices = await choicesOf(tenant, connectionFor(tenant, page, posted));
  const account = choices.find(({ sub }) => sub === posted.get("user"));
  if (account === undefined) throw invalidRequest("Unknown user");
  const person = await personOf(tenant, account);
  await acceptInvitation(tenant, asked, person);
  const current = await currentSession(request, tenant);
  if (satisfiedBy(asked, current, tenant.now()) && current.sub === person.sub) {
    return await goOn(request, tenant, { ...pending, progress: { sid: current.sid } }, asked, current);
  }
  const { session, cookie } = await startSession(request, tenant, person.sub);
  return await goOn(request, tenant, { ...pending, progress: { sid: session.sid } }, asked, session, [
    cookie,
  ]);
}

/** Whose account it is. One of somebody else's service that nobody has linked makes a person of its own, as with Auth0. */
async function personOf(tenant: TenantContext, account: User): Promise<User> {
  const person = await tenant.people.find(await primaryOf(tenant, account.sub));
  if (person !== undefined) return person;
  await tenant.people.keep(account);
  return account;
}

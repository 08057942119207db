import type { Endpoint, TenantContext } from "../context.ts";
import { invalidRequest, type OAuthError } from "../oauth-error.ts";
import { ownForm } from "../own-form.ts";
import { noticePage } from "../pages/message-page.ts";
import { resetPasswordPage } from "../pages/reset-password-page.ts";
import { queryParameters } from "../parameters.ts";
import { isAcceptablePassword } from "../password-policy.ts";
import { setPassword } from "../passwords.ts";

/** Seconds a link can be used: five days, as with Auth0. */
export const RESET_LIFETIME = 432_000;

/** The page on which a person sets a new password, with the ticket that was mailed to them. */
export const resetPasswordEndpoint: Endpoint = {
  path: "/lo/reset",
  channel: "browser",
  methods: ["GET", "POST"],
  async handle(request, tenant) {
    const parameters = request.method === "POST" ? await ownForm(request) : queryParameters(request);
    const ticket = parameters.get("ticket") ?? "";
    const person = await personOf(ticket, tenant);
    const page = { person, ticket, action: tenant.pageUrl(request, resetPasswordEndpoint.path) };
    if (request.method !== "POST") return await resetPasswordPage({ ...page, refused: false });
    const password = parameters.get("password") ?? "";
    if (!isAcceptablePassword(password)) return await resetPasswordPage({ ...page, refused: true });
    if (!(await tenant.records.spend("reset", ticket, RESET_LIFETIME))) throw ended();
    await tenant.records.forget("reset", ticket);
    await setPassword(tenant, person.sub, password);
    return await noticePage("Your password has been changed", "You can close this page and log in with it.");
  },
};

async function personOf(ticket: string, tenant: TenantContext) {
  const record = await tenant.records.load("reset", ticket);
  const person = record && (await tenant.people.find(record.sub));
  if (person === undefined) throw ended();
  return person;
}

function ended(): OAuthError {
  return invalidRequest("It has been used, or is older than five days. Ask the app for a new one.", {
    title: "This link has ended",
  });
}

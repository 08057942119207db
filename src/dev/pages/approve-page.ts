import type { WaitingRequest } from "../backchannel-requests.ts";
import type { User } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import type { FormToken } from "../form-token.ts";
import { authorizationDetails } from "./authorization-details.ts";
import { avatarSvg } from "./avatar-svg.ts";
import { type Html, html } from "./html.ts";
import { pageResponse } from "./layout.ts";

/** Where the page is. */
export const APPROVE_PATH = "/approve";

/** What the page to approve requests shows. */
export interface ApprovePage {
  requests: readonly WaitingRequest[];
  /** Whom they are for, in the same order. */
  people: readonly (User | undefined)[];
  /** Where the forms are sent. */
  action: string;
  form: FormToken;
  /** The tenant's own page. */
  homeUrl: string;
}

/** The page that stands for everybody's phone. */
export async function approvePage(tenant: TenantContext, page: ApprovePage): Promise<Response> {
  const title = "Requests for approval";
  const count = page.requests.length;
  const body = html`<section class="card">
<h1>${title}</h1>
<p class="lead">What people would see on their phones. Approve as whoever is asked.</p>
<p class="bar"><span>${count === 0 ? "Nothing is waiting" : count === 1 ? "One is waiting" : `${count} are waiting`}</span><a href="${page.action}">Look again</a></p>
</section>
${page.requests.map((request, index) => waiting(tenant, page, request, page.people[index]))}`;
  return await pageResponse({
    title,
    body,
    formAction: "'self'",
    cookies: [page.form.cookie],
    footer: html`<a href="${page.homeUrl}">About this tenant</a>`,
  });
}

function waiting(
  tenant: TenantContext,
  { action, form }: ApprovePage,
  request: WaitingRequest,
  user: User | undefined,
): Html | undefined {
  if (user === undefined) return undefined;
  const { clients, apis, organizations } = tenant.configuration;
  const { id, bindingMessage, audience, organization } = request;
  const client = clients.get(request.clientId)?.name ?? request.clientId;
  const api = audience === undefined ? undefined : (apis.get(audience)?.name ?? audience);
  const where = organization && (organizations.get(organization.id)?.displayName ?? organization.name);
  return html`<form class="card" method="post" action="${action}" aria-labelledby="to-${id}">
<input type="hidden" name="form" value="${form.token}">
<div class="head">${avatarSvg(user)}<div class="who"><h2 class="to" id="to-${id}">${client} asks ${user.name}</h2><p class="detail">${endsIn(request.expiresAt - tenant.now())}</p></div></div>
<p class="note">Does the other device show this? <strong class="binding">${bindingMessage}</strong></p>
<dl class="facts part">
<dt>Scopes</dt><dd>${request.scope.map((name) => html`<code>${name}</code>`)}</dd>
${api && html`<dt>For</dt><dd>${api}</dd>`}
${where && html`<dt>Organization</dt><dd>${where}</dd>`}
</dl>
${authorizationDetails(request.authorizationDetails ?? [])}
<div class="choices part">
<button class="primary" name="approve" value="${id}" aria-label="Approve as ${user.name}">Approve</button>
<button class="second" name="deny" value="${id}" aria-label="Deny as ${user.name}">Deny</button>
</div>
</form>`;
}

function endsIn(seconds: number): string {
  if (seconds >= 120) return `Ends in ${Math.floor(seconds / 60)} minutes`;
  return seconds === 1 ? "Ends in a second" : `Ends in ${seconds} seconds`;
}

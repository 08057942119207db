import { type Client, contactOf, type User } from "../configuration.ts";
import type { FormToken } from "../form-token.ts";
import type { Organization } from "../organization-options.ts";
import { avatarSvg } from "./avatar-svg.ts";
import { html } from "./html.ts";
import { pageResponse } from "./layout.ts";

/** Where the pages of organizations are; the id follows. */
export const ORGANIZATION_PATH = "/organizations/";

/** What an organization's page shows. */
export interface OrganizationPage {
  organization: Organization;
  members: readonly User[];
  /** People to suggest for an invitation. */
  others: readonly User[];
  /** Applications one can be invited to. */
  clients: readonly Client[];
  /** Where the form is sent: this very page. */
  action: string;
  form: FormToken;
  /** The tenant's own page. */
  homeUrl: string;
}

/** An organization's page. */
export async function organizationPage(page: OrganizationPage): Promise<Response> {
  const { organization, members, others, clients } = page;
  const { id, name, displayName } = organization;
  const suggestions = others.flatMap(({ email }) => (email === undefined ? [] : [email]));
  const invitation = html`<form method="post" action="${page.action}">
<input type="hidden" name="form" value="${page.form.token}">
<p>The invitation comes to the tenant’s mailbox. It is good for seven days and one attempt.</p>
<label class="field"><span>E-mail address</span><input type="email" name="email" list="others" autocomplete="off" required></label>
<datalist id="others">${suggestions.map((email) => html`<option value="${email}"></option>`)}</datalist>
<label class="field"><span>Application</span><select name="client">${clients.map((client) => html`<option value="${client.clientId}">${client.name}</option>`)}</select></label>
<p class="part"><button class="second" name="invite" value="person">Invite</button></p>
</form>`;
  const body = html`<section class="card">
<div class="head">${avatarSvg({ sub: id, name: displayName })}<div class="who"><h1>${displayName}</h1><p class="detail">${name}, <code>${id}</code></p></div></div>
</section>
<section class="card"><h2>Members</h2>${
    members.length > 0
      ? html`<ul class="members">${members.map((user) => html`<li>${avatarSvg(user)}<span class="who"><span class="name"><b>${user.name}</b></span><span class="detail">${contactOf(user)}</span></span></li>`)}</ul>`
      : html`<p>Nobody yet</p>`
  }</section>
<section class="card"><h2>Invite somebody</h2>${clients.length > 0 ? invitation : html`<p>No application lets people in by an organization.</p>`}</section>`;
  return await pageResponse({
    title: displayName,
    body,
    width: "wide",
    formAction: "'self'",
    cookies: [page.form.cookie],
    footer: html`<a href="${page.homeUrl}">About this tenant</a>`,
  });
}

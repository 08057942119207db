import type { DeliveryRecord } from "../backchannel-records.ts";
import { contactOf, type User } from "../configuration.ts";
import type { Connection } from "../connection-options.ts";
import type { TenantContext } from "../context.ts";
import type { FormToken } from "../form-token.ts";
import type { Organization } from "../organization-options.ts";
import type { IdentityRecord } from "../records.ts";
import { avatarSvg } from "./avatar-svg.ts";
import { deliveryList } from "./delivery-list.ts";
import { html } from "./html.ts";
import { pageResponse } from "./layout.ts";

/** Where the pages of people are; the `sub` follows, percent-encoded. */
export const PERSON_PATH = "/people/";

/** What a person's page shows. */
export interface PersonPage {
  user: User;
  /** How they came. */
  connection: Connection | undefined;
  /** The accounts linked to theirs. */
  identities: readonly IdentityRecord[];
  organizations: readonly Organization[];
  /** How apps took the news of their logouts. */
  deliveries: readonly DeliveryRecord[];
  /** Where the form is sent: this very page. */
  action: string;
  form: FormToken;
  /** The tenant's own page. */
  homeUrl: string;
}

/** A person's page. */
export async function personPage(tenant: TenantContext, page: PersonPage): Promise<Response> {
  const { user, connection, identities, organizations } = page;
  const main = {
    sub: user.sub,
    name: user.name,
    connection: connection?.name ?? "No connection",
    email: user.email,
  };
  const rows = [{ ...main, isMain: true }, ...identities.map((one) => ({ ...one, isMain: false }))];
  const body = html`<section class="card">
<div class="head">${avatarSvg(user)}<div class="who"><h1>${user.name}</h1><p class="detail">${contactOf(user)}</p></div></div>
</section>
<section class="card"><h2>Ways to log in</h2><ul class="rows">${rows.map(
    (one) =>
      html`<li><span class="name"><b>${one.connection}</b><span class="badge${one.isMain ? " strong" : ""}">${one.isMain ? "Main identity" : "Linked"}</span></span><span class="detail">${one.email ?? one.name}</span><span class="detail"><code>${one.sub}</code></span></li>`,
  )}</ul></section>
<section class="card"><h2>Organizations</h2>${
    organizations.length > 0
      ? html`<ul class="rows">${organizations.map(({ id, displayName }) => html`<li><span class="name"><b>${displayName}</b></span><span class="detail"><code>${id}</code></span></li>`)}</ul>`
      : html`<p>None</p>`
  }</section>
<section class="card"><h2>Sessions</h2>
<form method="post" action="${page.action}">
<input type="hidden" name="form" value="${page.form.token}">
<p>Logs ${user.name} out of this tenant in every browser, and tells the apps that have a back-channel logout URL.</p>
<p class="part"><button class="second" name="end" value="sessions">End sessions everywhere</button></p>
</form>
${page.deliveries.length > 0 ? html`<div class="part"><h2>Apps that were told</h2>${deliveryList(tenant, page.deliveries)}</div>` : undefined}
</section>`;
  const footer = html`<a href="${page.homeUrl}">About this tenant</a>`;
  return await pageResponse({
    title: user.name,
    body,
    width: "wide",
    footer,
    formAction: "'self'",
    cookies: [page.form.cookie],
  });
}

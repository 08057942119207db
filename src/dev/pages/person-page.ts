import { contactOf, type User } from "../configuration.ts";
import type { Connection } from "../connection-options.ts";
import type { Organization } from "../organization-options.ts";
import type { IdentityRecord } from "../records.ts";
import { avatarSvg } from "./avatar-svg.ts";
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
  /** The tenant's own page. */
  homeUrl: string;
}

/** A person's page. */
export async function personPage(page: PersonPage): Promise<Response> {
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
  }</section>`;
  const footer = html`<a href="${page.homeUrl}">About this tenant</a>`;
  return await pageResponse({ title: user.name, body, width: "wide", footer });
}

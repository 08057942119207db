import type { DeliveryRecord } from "../backchannel-records.ts";
import type { TenantContext } from "../context.ts";
import type { OAuthError } from "../oauth-error.ts";
import { deliveryList } from "./delivery-list.ts";
import { type Html, html } from "./html.ts";
import { pageResponse } from "./layout.ts";

/** A refusal as a page for people. */
export async function errorPage(error: OAuthError): Promise<Response> {
  const title = error.page.title ?? "Something is not right with this request";
  const { details } = error.page;
  const registered = details?.map((value) => html`<li><code>${value}</code></li>`) ?? [];
  const body = html`<section class="card">
<h1>${title}</h1>
<p class="lead">${error.message}</p>
${
  details &&
  html`<div class="part"><h2>Registered with the tenant</h2>${
    registered.length > 0 ? html`<ul class="list">${registered}</ul>` : html`<p>Nothing</p>`
  }</div>`
}
<p class="code"><code>${error.error}</code></p>
</section>`;
  return await pageResponse({ title, body, status: error.status });
}

/** What a logout without a place to go on to ends with. */
export async function loggedOutPage(
  tenant: TenantContext,
  cookies: readonly string[],
  deliveries: readonly DeliveryRecord[] | "under way",
): Promise<Response> {
  const lead = "The tenant’s login session has ended. You can close this page.";
  return await noticePage("You are logged out", lead, cookies, told(tenant, deliveries));
}

function told(tenant: TenantContext, deliveries: readonly DeliveryRecord[] | "under way"): Html | undefined {
  if (deliveries === "under way") {
    return html`<p class="note">The apps are being told; one of them takes its time.</p>`;
  }
  if (deliveries.length === 0) return undefined;
  return html`<div class="part"><h2>Apps that were told</h2>${deliveryList(tenant, deliveries)}</div>`;
}

/** A page that says one thing. */
export async function noticePage(
  title: string,
  lead: string,
  cookies: readonly string[] = [],
  more?: Html,
): Promise<Response> {
  const body = html`<section class="card"><h1>${title}</h1>
<p class="lead">${lead}</p>
${more}</section>`;
  return await pageResponse({ title, body, cookies });
}

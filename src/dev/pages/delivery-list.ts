import type { DeliveryRecord } from "../backchannel-records.ts";
import type { TenantContext } from "../context.ts";
import { type Html, html } from "./html.ts";

/** How apps took the news that somebody has logged out (OpenID Connect Back-Channel Logout 1.0). */
export function deliveryList(tenant: TenantContext, deliveries: readonly DeliveryRecord[]): Html {
  return html`<ul class="rows">${deliveries.map((delivery) => row(tenant, delivery))}</ul>`;
}

function row(
  tenant: TenantContext,
  { clientId, about, at, attempts, status, problem }: DeliveryRecord,
): Html {
  const name = tenant.configuration.clients.get(clientId)?.name ?? clientId;
  const time = new Date(at * 1000).toISOString();
  const tries = attempts === 1 ? "first attempt" : `${attempts} attempts`;
  return html`<li><span class="name"><b>${name}</b><span class="badge${status === 200 ? " strong" : ""}">${status ?? "No answer"}</span></span>
<span class="detail">${about === "session" ? "One session" : "All sessions"}, ${tries}, <time datetime="${time}">${time.slice(0, 19).replace("T", " ")} UTC</time></span>
${problem && html`<span class="detail">${problem}</span>`}${hintFor(status)}</li>`;
}

function hintFor(status: number | undefined): Html | undefined {
  if (status === undefined || status === 200) return undefined;
  const hint =
    status === 404
      ? "There is nothing at its back-channel logout URL."
      : "It could not, or would not, end the sessions.";
  return html`<span class="detail">${hint}</span>`;
}

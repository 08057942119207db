import { type Api, type Client, contactOf, ISSUER, isConfidential, type User } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import type { Organization } from "../organization-options.ts";
import { APPROVE_PATH } from "./approve-page.ts";
import { avatarSvg } from "./avatar-svg.ts";
import { type Html, html } from "./html.ts";
import { pageResponse } from "./layout.ts";
import { ORGANIZATION_PATH } from "./organization-page.ts";
import { PERSON_PATH } from "./person-page.ts";

/** The tenant's own page. Client secrets are not shown: a configured one may be in use elsewhere. */
export async function homePage(
  tenant: TenantContext,
  request: Request,
  mailboxUrl: string,
): Promise<Response> {
  const { appBaseUrl, clients, apis, organizations, connections } = tenant.configuration;
  const users = await tenant.people.all();
  const endpoints = tenant.endpoints.filter((endpoint) => endpoint.advertisedAs !== undefined);
  const pageOf = ({ sub }: User) => tenant.pageUrl(request, PERSON_PATH + encodeURIComponent(sub));
  const body = html`<section class="card">
<h1>Development tenant</h1>
<p class="lead">A small Auth0 for trying out logins. It checks what Auth0 checks, except who you are.</p>
<p class="lead">${appBaseUrl && html`<a href="${appBaseUrl}">Go to the app</a> · `}<a href="${mailboxUrl}">Mailbox</a> · <a href="${tenant.pageUrl(request, APPROVE_PATH)}">Requests for approval</a></p>
</section>
<section class="card"><h2>People</h2><ul class="members">${users.map((user) => member(user, pageOf(user)))}</ul></section>
${organizations.size > 0 ? html`<section class="card"><h2>Organizations</h2><ul class="members">${[...organizations.values()].map((one) => group(one, tenant.pageUrl(request, ORGANIZATION_PATH + one.id)))}</ul></section>` : undefined}
<section class="card"><h2>Connections</h2><dl class="facts">${[...connections.values()].map((one) => fact(one.displayName, [one.name]))}</dl></section>
<section class="card"><h2>Applications</h2>${[...clients.values()].map(application)}</section>
<section class="card"><h2>APIs</h2>${[...apis.values()].map(resource)}</section>
<section class="card"><h2>Endpoints</h2><dl class="facts">
${endpoints.map((endpoint) => fact(endpoint.advertisedAs!, [tenant.urlOf(endpoint)]))}
</dl></section>`;
  return await pageResponse({ title: "About", body, width: "wide" });
}

function member(user: User, page: string): Html {
  return html`<li>${avatarSvg(user)}<span class="who"><span class="name"><a href="${page}"><b>${user.name}</b></a></span><span class="detail">${contactOf(user)}</span><span class="detail"><code>${user.sub}</code></span></span></li>`;
}

function application(client: Client): Html {
  return html`<h3>${client.name}</h3><dl class="facts">
${fact("Client ID", [client.clientId])}
<dt>Kind</dt><dd>${kindOf(client)}</dd>
${fact("Grant types", client.grantTypes)}
${fact("Callback URLs", client.callbacks)}
${fact("Logout URLs", client.allowedLogoutUrls)}
${client.backchannelLogoutUri && fact("Back-channel logout", [client.backchannelLogoutUri])}
${client.initiateLoginUri && html`<dt>Login URL</dt><dd><a href="${initiation(client.initiateLoginUri)}">Begin a login from here</a></dd>`}
</dl>`;
}

function kindOf(client: Client): string {
  if (!isConfidential(client)) return "Public, must use PKCE";
  return `Confidential, has a ${client.clientSecret === undefined ? "key" : "secret"}`;
}

function group({ id, name, displayName }: Organization, page: string): Html {
  return html`<li>${avatarSvg({ sub: id, name: displayName })}<span class="who"><span class="name"><a href="${page}"><b>${displayName}</b></a></span><span class="detail">${name}</span><span class="detail"><code>${id}</code></span></span></li>`;
}

function resource(api: Api): Html {
  return html`<h3>${api.name}</h3><dl class="facts">${fact("Audience", [api.audience])}${fact("Scopes", api.scopes)}</dl>`;
}

function fact(name: string, values: readonly string[]): Html {
  const shown = values.length > 0 ? values.map((value) => html`<code>${value}</code>`) : "none";
  return html`<dt>${name}</dt><dd>${shown}</dd>`;
}

/** A login that begins at the issuer instead of the app (OpenID Connect Core 1.0 §4). */
function initiation(loginUri: string): string {
  const url = new URL(loginUri);
  url.searchParams.set("iss", ISSUER);
  return url.href;
}

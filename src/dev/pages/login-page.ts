import type { AuthorizationRequest } from "../authorization-request.ts";
import type { User } from "../configuration.ts";
import type { Connection } from "../connection-options.ts";
import { isFederated } from "../connections.ts";
import type { TenantContext } from "../context.ts";
import { loginFormAction } from "./form-action.ts";
import { type Html, html } from "./html.ts";
import { pageResponse } from "./layout.ts";
import { personButton, quietButton } from "./person-button.ts";

/** What the login page shows. */
export interface LoginPage {
  asked: AuthorizationRequest;
  /** Handle of the pending login. */
  handle: string;
  /** The accounts to choose from. */
  people: readonly User[];
  /** The connection they belong to, unless they are simply the tenant's people. */
  connection: Connection | undefined;
  /** E-mail address of the person that an invitation is for. */
  invited: string | undefined;
  /** Whether the app sent a session transfer token that does not work. */
  transferFailed: boolean;
  /** `sub` of the person whose login session would be continued. */
  continuing: string | undefined;
  /** Where the form is sent. */
  action: string;
  /** The tenant's own page. */
  homeUrl: string;
}

/** The login page: choose who to be, or how the login fails. */
export async function loginPage(tenant: TenantContext, page: LoginPage): Promise<Response> {
  const { asked, people, connection } = page;
  const hint = page.invited ?? asked.loginHint;
  const hinted = people.find((user) => matchesHint(user, hint));
  const first = hinted ?? people.find((user) => user.sub === page.continuing);
  const ordered = first === undefined ? people : [first, ...people.filter((user) => user !== first)];
  const badgeOf = (user: User) => {
    if (user === hinted && page.invited !== undefined) return "Invited";
    if (user.sub === page.continuing) return "Signed in";
    return user === hinted ? "Suggested" : undefined;
  };
  const title = titleOf(page);
  const body = html`<form class="card" method="post" action="${page.action}">
<input type="hidden" name="state" value="${page.handle}">
${connection && html`<input type="hidden" name="connection" value="${connection.name}">`}
<h1>${title}</h1>
<p class="lead">${leadOf(page)}</p>
${page.invited === undefined ? unknownHint(hint, hinted) : invitationNote(page.invited, hinted)}
${page.transferFailed ? html`<p class="note">The session transfer token that the app sent is unknown, used, expired or not meant for it.</p>` : undefined}
<ul class="people">
${ordered.map((user, index) => {
  const button = { index, field: "user", does: "Continue as", badge: badgeOf(user), isFirst: user === first };
  return html`<li>${personButton(user, button)}</li>`;
})}
</ul>
${people.length === 0 ? html`<p class="note">Nobody has an account there.</p>` : undefined}
${asked.connection === undefined ? otherWays(tenant, page) : undefined}
<section class="part"><h2>Or see how the app copes</h2>
<div class="choices">
${quietButton("refuse", "deny", "Deny", "access_denied")}
${quietButton("refuse", "fail", "Fail", "server_error")}
</div></section>
<section class="part"><h2>${asked.client.name} asks for</h2>${requested(asked)}</section>
</form>`;
  return await pageResponse({
    title,
    body,
    formAction: loginFormAction(asked.redirectUri),
    footer: html`<a href="${page.homeUrl}">About this tenant</a>`,
  });
}

function titleOf({ asked, invited }: LoginPage): string {
  if (asked.organization !== undefined && invited !== undefined)
    return `Join ${asked.organization.displayName}`;
  return `${asked.signup ? "Sign up for" : "Log in to"} ${asked.client.name}`;
}

function leadOf({ asked, connection, invited }: LoginPage): string {
  if (invited !== undefined) return "Choose as whom you accept the invitation.";
  const where =
    asked.organization === undefined ? "" : ` You are about to use ${asked.organization.displayName}.`;
  if (connection === undefined) return `Choose who to be, no password needed.${where}`;
  return `Choose an account of ${connection.displayName}, no password needed.${where}`;
}

function invitationNote(invited: string, hinted: User | undefined): Html {
  const absent = hinted === undefined ? html` None of these people has that address.` : undefined;
  return html`<p class="note">The invitation was sent to <code>${invited}</code>, and is used up by whoever tries.${absent}</p>`;
}

/** Links rather than buttons: they lead to the same page with other people on it. */
function otherWays(tenant: TenantContext, { action, handle, connection }: LoginPage): Html | undefined {
  const others = [...tenant.configuration.connections.values()].filter(isFederated);
  const query = (name: string) => new URLSearchParams({ state: handle, connection: name });
  const links = others
    .filter((other) => other !== connection)
    .map(
      (other) => html`<li><a href="${action}?${query(other.name).toString()}">${other.displayName}</a></li>`,
    );
  if (connection !== undefined) {
    links.unshift(html`<li><a href="${action}?state=${handle}">People of this tenant</a></li>`);
  }
  if (links.length === 0) return undefined;
  return html`<nav class="part" aria-labelledby="ways"><h2 id="ways">Log in another way</h2><ul class="ways">${links}</ul></nav>`;
}

function requested(asked: AuthorizationRequest): Html {
  const chips = asked.scope.map((name) => html`<li><code>${name}</code></li>`);
  return html`${chips.length > 0 ? html`<ul class="chips">${chips}</ul>` : html`<p>No scopes</p>`}
${asked.api && html`<p>for ${asked.api.name}, <code>${asked.api.audience}</code></p>`}`;
}

function matchesHint(user: User, hint: string | undefined): boolean {
  if (hint === undefined) return false;
  return user.sub === hint || user.email?.toLowerCase() === hint.toLowerCase() || user.nickname === hint;
}

function unknownHint(hint: string | undefined, hinted: User | undefined): Html | undefined {
  if (hint === undefined || hinted !== undefined) return undefined;
  return html`<p class="note">The app suggested <code>${hint.slice(0, 200)}</code>, which is none of these people.</p>`;
}

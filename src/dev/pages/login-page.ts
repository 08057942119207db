import type { AuthorizationRequest } from "../authorization-request.ts";
import { contactOf, type User } from "../configuration.ts";
import type { TenantContext } from "../context.ts";
import { avatarSvg } from "./avatar-svg.ts";
import { loginFormAction } from "./form-action.ts";
import { type Html, html } from "./html.ts";
import { pageResponse } from "./layout.ts";

/** What the login page shows. */
export interface LoginPage {
  asked: AuthorizationRequest;
  /** Handle of the pending login. */
  handle: string;
  /** `sub` of the person whose login session would be continued. */
  continuing: string | undefined;
  /** Where the form is sent. */
  action: string;
  /** The tenant's own page. */
  homeUrl: string;
}

/** The login page: choose who to be, or how the login fails. */
export async function loginPage(tenant: TenantContext, page: LoginPage): Promise<Response> {
  const { asked } = page;
  const users = await tenant.people.all();
  const hinted = users.find((user) => matchesHint(user, asked.loginHint));
  const first = hinted ?? users.find((user) => user.sub === page.continuing);
  const ordered = first === undefined ? users : [first, ...users.filter((user) => user !== first)];
  const badgeOf = (user: User) => {
    if (user.sub === page.continuing) return "Signed in";
    return user === hinted ? "Suggested" : undefined;
  };
  const title = `${asked.signup ? "Sign up for" : "Log in to"} ${asked.client.name}`;
  const body = html`<form class="card" method="post" action="${page.action}">
<input type="hidden" name="state" value="${page.handle}">
<h1>${title}</h1>
<p class="lead">Choose who to be, no password needed.</p>
${unknownHint(asked.loginHint, hinted)}
<ul class="people">
${ordered.map((user, index) => html`<li>${personButton(user, index, badgeOf(user), user === first)}</li>`)}
</ul>
<section class="part"><h2>Or see how the app copes</h2>
<div class="choices">
${refuseButton("deny", "Deny", "access_denied")}
${refuseButton("fail", "Fail", "server_error")}
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

/** The accessible name says what the button does; what else stands on it is its description. */
function personButton(user: User, index: number, badge: string | undefined, first: boolean): Html {
  const id = `person-${index}`;
  const unverified = user.email_verified ? undefined : html`<span class="badge">Not verified</span>`;
  return html`<button class="person${first ? " first" : ""}" name="user" value="${user.sub}" aria-label="Continue as ${user.name}" aria-describedby="${id}-email ${id}-badges">
${avatarSvg(user)}
<span class="who"><span class="name"><b>${user.name}</b><span class="badges" id="${id}-badges">${badge && html`<span class="badge strong">${badge}</span>`}${unverified}</span></span><span class="detail" id="${id}-email">${contactOf(user)}</span></span>
</button>`;
}

function refuseButton(value: string, label: string, error: string): Html {
  return html`<button class="quiet" name="refuse" value="${value}" aria-label="${label}" aria-describedby="refuse-${value}"><b>${label}</b><span id="refuse-${value}">${error}</span></button>`;
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

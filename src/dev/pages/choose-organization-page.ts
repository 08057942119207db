import type { AuthorizationRequest } from "../authorization-request.ts";
import type { Organization } from "../organization-options.ts";
import { NO_ORGANIZATION } from "../organizations.ts";
import { avatarSvg } from "./avatar-svg.ts";
import { loginFormAction } from "./form-action.ts";
import { type Html, html } from "./html.ts";
import { pageResponse } from "./layout.ts";
import { quietButton } from "./person-button.ts";

/** What the page to choose an organization shows. */
export interface ChooseOrganizationPage {
  asked: AuthorizationRequest;
  /** Handle of the pending login. */
  handle: string;
  /** Where the form is sent. */
  action: string;
  organizations: readonly Organization[];
  /** Whether one may do without. */
  isOptional: boolean;
}

/** The page to choose an organization. */
export async function chooseOrganizationPage(page: ChooseOrganizationPage): Promise<Response> {
  const { asked } = page;
  const title = "Choose an organization";
  const without = quietButton("organization", NO_ORGANIZATION, "None", "Continue as yourself");
  const body = html`<form class="card" method="post" action="${page.action}">
<input type="hidden" name="state" value="${page.handle}">
<h1>${title}</h1>
<p class="lead">You belong to several. In which one do you want to use ${asked.client.name}?</p>
<ul class="people">${page.organizations.map((organization) => html`<li>${organizationButton(organization)}</li>`)}</ul>
<section class="part"><h2>Or</h2>
<div class="choices">
${page.isOptional ? without : undefined}
${quietButton("refuse", "deny", "Cancel", "access_denied")}
</div></section>
</form>`;
  return await pageResponse({ title, body, formAction: loginFormAction(asked.redirectUri) });
}

function organizationButton({ id, name, displayName }: Organization): Html {
  return html`<button class="person" name="organization" value="${id}" aria-label="Continue with ${displayName}" aria-describedby="${id}-name">
${avatarSvg({ sub: id, name: displayName })}
<span class="who"><span class="name"><b>${displayName}</b></span><span class="detail" id="${id}-name">${name}</span></span>
</button>`;
}

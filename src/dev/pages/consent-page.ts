import type { AuthorizationRequest } from "../authorization-request.ts";
import type { User } from "../configuration.ts";
import { authorizationDetails } from "./authorization-details.ts";
import { loginFormAction } from "./form-action.ts";
import { html } from "./html.ts";
import { pageResponse } from "./layout.ts";

/** What the consent page shows. */
export interface ConsentPage {
  asked: AuthorizationRequest;
  /** Who is asked. */
  user: User;
  /** Handle of the pending login. */
  handle: string;
  /** Where the form is sent. */
  action: string;
}

/** The page on which a person approves or denies what the app asks for in detail. */
export async function consentPage({ asked, user, handle, action }: ConsentPage): Promise<Response> {
  const title = `${asked.client.name} asks for your approval`;
  const body = html`<form class="card" method="post" action="${action}">
<input type="hidden" name="state" value="${handle}">
<h1>${title}</h1>
<p class="lead">You are ${user.name}.${asked.api && html` It is about ${asked.api.name}.`} Approve only what you want to happen.</p>
${authorizationDetails(asked.authorizationDetails ?? [])}
<div class="choices part">
<button class="primary" name="consent" value="approve">Approve</button>
<button class="second" name="refuse" value="deny">Deny</button>
</div>
</form>`;
  return await pageResponse({ title, body, formAction: loginFormAction(asked.redirectUri) });
}

import type { AuthorizationRequest } from "../authorization-request.ts";
import type { User } from "../configuration.ts";
import type { LinkingRequest } from "../linking-request.ts";
import { parseScope } from "../scope.ts";
import { loginFormAction } from "./form-action.ts";
import { html } from "./html.ts";
import { pageResponse } from "./layout.ts";
import { personButton, quietButton, type Shown } from "./person-button.ts";

/** An account that can be linked or unlinked. */
export type LinkableAccount = Shown & { isLinked: boolean };

/** What the page to link or unlink an account shows. */
export interface LinkPage {
  asked: AuthorizationRequest;
  linking: LinkingRequest;
  /** Whose accounts they are. */
  user: User;
  accounts: readonly LinkableAccount[];
  /** Handle of the pending login. */
  handle: string;
  /** Where the form is sent. */
  action: string;
}

/** The page to link an account to one's own, or to unlink it. */
export async function linkPage(page: LinkPage): Promise<Response> {
  const { asked, linking, user, accounts } = page;
  const does = linking.kind === "link" ? "Link" : "Unlink";
  const { displayName } = linking.connection;
  const title = `${does} an account of ${displayName}`;
  const effect =
    linking.kind === "link"
      ? `It becomes another way for ${user.name} to log in.`
      : `${user.name} can no longer log in with it.`;
  const scope = parseScope(linking.connectionScope);
  const body = html`<form class="card" method="post" action="${page.action}">
<input type="hidden" name="state" value="${page.handle}">
<h1>${title}</h1>
<p class="lead">${asked.client.name} asks for it. ${effect}</p>
<ul class="people">${accounts.map((account, index) => {
    const badge = linking.kind === "link" && account.isLinked ? "Linked" : undefined;
    return html`<li>${personButton(account, { index, field: "account", does, badge })}</li>`;
  })}</ul>
${accounts.length === 0 ? html`<p class="note">There is no account that could be linked.</p>` : undefined}
${
  scope.length > 0
    ? html`<section class="part"><h2>${asked.client.name} asks ${displayName} for</h2><ul class="chips">${scope.map((name) => html`<li><code>${name}</code></li>`)}</ul></section>`
    : undefined
}
<section class="part"><h2>Or</h2><div class="choices">${quietButton("refuse", "deny", "Cancel", "access_denied")}</div></section>
</form>`;
  return await pageResponse({ title, body, formAction: loginFormAction(asked.redirectUri) });
}

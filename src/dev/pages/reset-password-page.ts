import { contactOf, type User } from "../configuration.ts";
import { PASSWORD_POLICY } from "../password-policy.ts";
import { html } from "./html.ts";
import { pageResponse } from "./layout.ts";

/** What the page for a new password shows. */
export interface ResetPasswordPage {
  person: User;
  ticket: string;
  /** Where the form is sent. */
  action: string;
  /** Whether a password was too weak or too long. */
  refused: boolean;
}

/** The form for a new password. */
export async function resetPasswordPage(page: ResetPasswordPage): Promise<Response> {
  const title = "Set a new password";
  const policy = PASSWORD_POLICY.split("\n").map((rule) => rule.trim().slice(2));
  const [length, types, ...kinds] = policy;
  const body = html`<form class="card" method="post" action="${page.action}">
<input type="hidden" name="ticket" value="${page.ticket}">
<h1>${title}</h1>
<p class="lead">for ${page.person.name}, ${contactOf(page.person)}</p>
${page.refused ? html`<p class="note" role="alert">That password is too weak, or longer than 72 bytes.</p>` : undefined}
<label class="field"><span>New password</span><input type="password" name="password" autocomplete="new-password" required aria-describedby="policy"></label>
<ul class="rules" id="policy"><li>${length}</li><li>${types}<ul>${kinds.map((kind) => html`<li>${kind}</li>`)}</ul></li></ul>
<button class="open" name="set" value="password">Set the password</button>
</form>`;
  return await pageResponse({ title, body, formAction: "'self'", status: page.refused ? 400 : 200 });
}

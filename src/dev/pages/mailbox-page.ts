import type { TenantContext } from "../context.ts";
import type { DevTenantMessage } from "../mailbox.ts";
import { type Html, html } from "./html.ts";
import { pageResponse } from "./layout.ts";

/**
 * The mailbox, newest message first. A code is selected as a whole by one click: pages have no script that could
 * copy it.
 *
 * @param action Where the button sends its form: this very page.
 */
export async function mailboxPage(tenant: TenantContext, action: string, homeUrl: string): Promise<Response> {
  const messages = tenant.mailbox.messages();
  const count = messages.length === 1 ? "One message" : `${messages.length} messages`;
  const body = html`<section class="card">
<h1>Mailbox</h1>
<p class="lead">What the tenant would have sent by mail and SMS, to everyone. Nothing leaves this machine.</p>
<form class="bar" method="post" action="${action}">
<span>${messages.length === 0 ? "No messages yet" : count}</span>
<a class="plain" href="${action}">Look again</a>
${messages.length > 0 ? html`<button class="plain" name="clear" value="all">Clear</button>` : undefined}
</form>
</section>
${messages.map((message) => letter(message, tenant.now()))}`;
  return await pageResponse({
    title: "Mailbox",
    body,
    formAction: "'self'",
    footer: html`<a href="${homeUrl}">About this tenant</a>`,
  });
}

function letter({ kind, to, subject, code, link, sentAt }: DevTenantMessage, now: number): Html {
  return html`<article class="card letter">
<p class="meta"><span class="badge">${kind === "email" ? "E-mail" : "SMS"}</span><time datetime="${new Date(sentAt * 1000).toISOString()}">${ago(now - sentAt)}</time></p>
<h2>${subject}</h2>
<p class="to">${to}</p>
${code && html`<p class="digits">${code}</p>`}
${link && html`<p><a class="open" href="${link}">Open the link</a></p><p class="url"><code>${link}</code></p>`}
</article>`;
}

function ago(seconds: number): string {
  if (seconds < 5) return "just now";
  if (seconds < 120) return `${seconds} seconds ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} minutes ago`;
  return `${Math.floor(seconds / 3600)} hours ago`;
}

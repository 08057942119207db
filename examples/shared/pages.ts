/** What the small examples show: no script, and nothing from outside. */
import { style } from "./style.ts";

/** Who is logged in, as far as pages say it. */
export interface Person {
  sub: string;
  name?: string | undefined;
  email?: string | undefined;
}

/** Lines below the "Log in" button. */
export const notes: string[] = [];

/** Text that is HTML already. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** HTML with whatever stands between the texts escaped, unless it is HTML itself. */
function html(texts: TemplateStringsArray, ...values: unknown[]): Html {
  const put = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(put).join("");
    return value instanceof Html ? value.text : escapeHtml(`${value ?? ""}`);
  };
  return new Html(texts.map((text, index) => (index ? put(values[index - 1]) : "") + text).join(""));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The start page. */
export function home(platform: string, user: Person | undefined): Response {
  const firstName = user?.name?.split(" ")[0];
  return page(platform, user, user ? `Hello, ${firstName}` : "Log in at the edge", [
    user
      ? html`<p class="lead">You are logged in as ${user.email ?? user.name}.</p>
          <p><a class="button" href="/profile">See who you are</a></p>`
      : html`<p class="lead">Login and sessions on ${platform}, with <code>fetch</code> and WebCrypto alone.</p>
          <p><a class="button" href="/auth/login">Log in</a></p>
          ${notes.map((note) => html`<p class="soft">${note}</p>`)}`,
  ]);
}

/** A page for somebody who is logged in. */
export function profile(platform: string, user: Person, facts: Record<string, unknown> = {}): Response {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(text).join(", ");
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  const rows = (members: object): Html[] =>
    Object.entries(members).map(
      ([name, value]) => html`<div><dt><code>${name}</code></dt><dd>${text(value)}</dd></div>`,
    );
  return page(platform, user, user.name ?? user.sub, [
    html`<section class="card"><h2>Claims</h2><p class="soft">What the ID token said at login.</p><dl>${rows(user)}</dl></section>`,
    ...(Object.keys(facts).length
      ? [html`<section class="card"><h2>What this page sees</h2><dl>${rows(facts)}</dl></section>`]
      : []),
  ]);
}

/** Where there is nothing. */
export function notFound(platform: string, user: Person | undefined): Response {
  const lead = html`<p class="lead">The address may be mistyped.</p><p><a class="button" href="/">Go to the start</a></p>`;
  return page(platform, user, "There is no such page", [lead], 404);
}

function page(
  platform: string,
  user: Person | undefined,
  title: string,
  content: Html[],
  status = 200,
): Response {
  const account = user
    ? html`<span>${user.name}</span><a href="/auth/logout">Log out</a>`
    : html`<a href="/auth/login">Log in</a>`;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · auth0-edge</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="brand" href="/">auth0-edge</a>
<nav aria-label="Pages"><a href="/">Home</a><a href="/profile">Profile</a></nav>
<div class="account">${account}</div>
</header>
<main id="content"><h1>${title}</h1>${content}</main>
<footer>An example of auth0-edge on ${platform}</footer>
</body>
</html>
`;
  return new Response(document.text, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    },
  });
}

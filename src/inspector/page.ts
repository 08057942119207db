import { type Html, html } from "../dev/pages/html.ts";
import { pageResponse } from "../dev/pages/layout.ts";
import type { Exchange } from "../web/exchange.ts";
import type { FormToken } from "./form-token.ts";
import { outcomeOf } from "./outcomes.ts";
import {
  bytesText,
  countText,
  lifeBar,
  lifeOf,
  lifeWords,
  moment,
  partBar,
  shortened,
  sizeBar,
} from "./parts.ts";
import type { ClockView, CookieView, SessionView, Snapshot } from "./snapshot.ts";
import { STYLES } from "./styles.ts";
import type { TokenView } from "./tokens.ts";

/** The page about the session of this browser. */
export async function inspectorPage(
  exchange: Exchange,
  snapshot: Snapshot,
  form: FormToken,
): Promise<Response> {
  const { session, now } = snapshot;
  const outcome = outcomeOf(exchange.url.searchParams);
  const body = html`<section class="card">
<div class="head-line"><h1>Session inspector</h1><a href="${exchange.url.pathname}">Look again</a></div>
<p class="lead">${session ? `What this app keeps of the session of ${nameOf(session)}` : "Nobody is logged in here"}, at ${moment(now)}.</p>
${outcome && html`<p class="note" role="status">${outcome}</p>`}
${!session && snapshot.isRefused ? html`<p class="note">The browser sent a session cookie that is none: expired, ended, torn, or sealed with another secret.</p>` : undefined}
${buttons(exchange, session, form)}
</section>
<div class="columns"><div>
${session && section("tokens", "Tokens", html`<ul class="rows">${session.tokens.map((token) => tokenRow(token, now))}</ul>`)}
${session && section("clocks", "Clocks", html`<ul class="rows">${session.clocks.map((clock) => clockRow(clock, now))}</ul>`)}
${section("cookies", "Cookies", cookies(snapshot))}
</div><div>
${section("store", "Store", store(snapshot))}
${session?.data.length ? section("data", "Data of the app", table(session.data.map(({ name, bytes }) => [name, bytesText(bytes)]))) : undefined}
${section("keys", "Signing keys of the tenant", table(snapshot.keys.map(({ kid, signs }) => [signs ? "Signs" : "Published until the next rotation", html`<code>${kid}</code>`])))}
${session && section("claims", "Claims of the user", claims(session.user ?? {}))}
</div></div>`;
  return await pageResponse({
    title: "Session inspector",
    body,
    width: "wide",
    styles: STYLES,
    // A logout goes on to the tenant, and from there to the app: Chromium applies the directive to each step.
    formAction: `'self' ${exchange.configuration.base.origin} ${exchange.configuration.issuer!.origin}`,
    cookies: [form.cookie],
    footer: html`<a href="${exchange.configuration.base.path}/">Go to the app</a>`,
  });
}

function nameOf({ user }: SessionView): string {
  return String(user?.name ?? user?.sub ?? "somebody");
}

function buttons({ configuration, url }: Exchange, session: SessionView | undefined, form: FormToken): Html {
  const { base, routes } = configuration;
  const login = `${base.path}${routes.login}?returnTo=${encodeURIComponent(url.pathname)}`;
  const button = (name: string, label: string): Html =>
    html`<button class="second" name="do" value="${name}">${label}</button>`;
  return html`<form class="actions" method="post" action="${url.pathname}">
<input type="hidden" name="form" value="${form.token}">
${
  session
    ? [
        button("expire", "Expire the access tokens"),
        button("refresh", "Refresh now"),
        button("backchannel", "Log out by the back channel"),
      ]
    : html`<a class="primary" href="${login}">Log in</a>`
}
${button("rotate", "Rotate the signing keys")}
${session && button("logout", "Log out")}
</form>`;
}

function section(id: string, title: string, content: Html): Html {
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

function tokenRow(token: TokenView, now: number): Html {
  const { title, audience, scope, kind, beginning, length, begins, ends, header, claims: payload } = token;
  const life = ends === undefined ? undefined : lifeOf(begins, ends, now);
  const shown = beginning ? html`<code>${beginning}…</code>, ` : undefined;
  return html`<li>
<div class="row-line"><h3>${title}</h3><span class="badge">${kind}</span>${life ? lifeWords(life) : html`<span class="end">life known to the issuer only</span>`}</div>
${life && lifeBar(title, life)}
${audience && html`<span class="detail">for <code>${audience}</code></span>`}
${scope && html`<span class="detail">scope <code>${scope}</code></span>`}
<span class="detail">${shown}${countText(length)} characters</span>
${header && payload && html`<details><summary>Header and claims</summary><pre>${JSON.stringify(header, null, 2)}\n${JSON.stringify(payload, null, 2)}</pre></details>`}
</li>`;
}

function clockRow({ title, what, begins, ends }: ClockView, now: number): Html {
  const life = lifeOf(begins, ends, now);
  return html`<li><div class="row-line"><h3>${title}</h3>${lifeWords(life)}</div>${lifeBar(title, life)}<span class="detail">${what}</span><span class="detail">until ${moment(ends)}</span></li>`;
}

function cookies({ cookies, limits, session }: Snapshot): Html {
  if (cookies.length === 0) return html`<p>None of the SDK’s.</p>`;
  const row = ({ name, what, bytes }: CookieView, bar: Html): Html =>
    html`<li><div class="row-line"><h3>${name}</h3><span class="end">${bytesText(bytes)}</span></div>${bar}<span class="detail">${what}</span></li>`;
  const all = {
    name: "All together",
    what: `A session may have ${bytesText(limits.session)} of cookies, and a single cookie ${bytesText(limits.cookie)}.`,
    bytes: cookies.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return html`<ul class="rows">${cookies.map((cookie) => row(cookie, partBar(cookie.name, cookie.bytes, limits.cookie)))}${session && row(all, sizeBar(all.name, all.bytes, limits.session))}</ul>`;
}

function store({ store: name, session }: Snapshot): Html {
  const rows: [string, string | Html][] = [["Sessions live in", name]];
  if (session) {
    rows.push(["Began", moment(session.createdAt)]);
    rows.push(["Digest of its id", session.digest ? html`<code>${session.digest}…</code>` : "it has none"]);
    rows.push(["sid", session.sid ? html`<code>${session.sid}</code>` : "the issuer sent none"]);
    rows.push(["Domain", session.domain ?? "unknown"]);
  }
  return table(rows);
}

/** Claims that are times (RFC 7519 and OpenID Connect). */
const times = new Set(["iat", "exp", "nbf", "auth_time", "session_expiry"]);

function claims(user: object): Html {
  return table(
    Object.entries(user).map(([name, value]) => {
      const text = shortened(typeof value === "string" ? value : JSON.stringify(value));
      const isTime = times.has(name) && typeof value === "number";
      return [name, isTime ? html`${text}<br>${moment(value)}` : text];
    }),
  );
}

function table(rows: readonly (readonly [string, string | Html])[]): Html {
  return html`<table>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</table>`;
}

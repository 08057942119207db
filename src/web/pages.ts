import type { BaseUrl } from "./base-url.ts";
import type { PageTheme } from "./page-theme.ts";
import { requestIdOf } from "./request-id.ts";

/** What a person or program is told when something did not work. */
export interface Problem {
  status: number;
  /** Stable and machine-readable. */
  code: string;
  title: string;
  /** What happened, whether anything is lost, and what to do about it. Never a secret, never a stack. */
  message: string;
  /** A link to go on with. */
  action?: { href: string; label: string } | undefined;
}

/** Headers of everything that depends on who asks. */
export const noStore: Readonly<Record<string, string>> = { "cache-control": "private, no-store" };

/** What pages have from the app they belong to. */
interface Look {
  base: BaseUrl;
  theme: PageTheme | undefined;
}

const looks = new WeakMap<Request, Look>();

/** From now on the pages that answer a request look like the app, and lead to it. */
export function rememberLook(request: Request, look: Look): void {
  looks.set(request, look);
}

/** Whether a request comes from a person who looks at pages, by `Accept` and fetch metadata. */
export function wantsPage(request: Request): boolean {
  const mode = request.headers.get("sec-fetch-mode");
  return (
    (mode === null || mode === "navigate") &&
    // Scripts of before fetch metadata say so by this header, those of jQuery and axios for instance.
    !request.headers.has("x-requested-with") &&
    (request.headers.get("accept") ?? "").includes("text/html") &&
    ["GET", "HEAD", "POST"].includes(request.method)
  );
}

/** A problem as a page for people, or as JSON for programs: `{ error, message, requestId }`. */
export function problemResponse(request: Request, problem: Problem): Response {
  const { status, code, title, message, action } = problem;
  const requestId = requestIdOf(request);
  if (!wantsPage(request)) {
    return Response.json({ error: code, message, requestId }, { status, headers: noStore });
  }
  const home = looks.get(request) && `${looks.get(request)!.base.path}/`;
  const links = [
    action && `<a class="b" href="${escapeHtml(action.href)}">${escapeHtml(action.label)}</a>`,
    home && home !== action?.href && `<a href="${escapeHtml(home)}">Go to the app</a>`,
  ];
  return pageResponse(
    request,
    status,
    title,
    `<p>${escapeHtml(message)}</p><nav>${links.filter(Boolean).join("")}</nav><dl><dt>Code</dt><dd><code>${escapeHtml(code)}</code></dd><dt>Request</dt><dd><code>${escapeHtml(requestId)}</code></dd></dl>`,
  );
}

/** A page without scripts that nobody keeps, frames or finds. */
export function pageResponse(request: Request, status: number, title: string, body: string): Response {
  const { style = "", brand = "", support = "", imageSource = "" } = looks.get(request)?.theme ?? {};
  const heading = escapeHtml(title);
  return new Response(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${heading}</title><style>${baseStyle}${style}</style></head><body>${brand}<main><h1>${heading}</h1>${body}</main>${support}</body></html>`,
    {
      status,
      headers: {
        ...noStore,
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; ${imageSource}form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      },
    },
  );
}

// The browser's own colours fit every app and either colour scheme, and need few bytes.
const baseStyle = `:root{color-scheme:light dark;--a:CanvasText;--o:Canvas}*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;gap:1.5rem;place-content:center;grid-template-columns:minmax(0,32rem);padding:1.5rem;font:1rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}
main{padding:clamp(1.5rem,6vw,2.25rem);border:1px solid color-mix(in srgb,CanvasText 16%,Canvas);border-radius:1rem}
h1{margin:0;font-size:1.4rem;line-height:1.3}p{margin:.75rem 0 1.5rem}a{color:inherit;outline-offset:3px}
nav{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:center}.b{padding:.6rem 1.2rem;border-radius:.6rem;background:var(--a);color:var(--o);text-decoration:none;font-weight:600}
dl{display:grid;grid-template-columns:auto 1fr;gap:0 .75rem;margin:1.5rem 0 0;font-size:.85rem}dt{opacity:.75}dd{margin:0}`;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

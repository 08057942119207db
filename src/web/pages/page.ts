import type { BaseUrl } from "../setup/base-url.ts";

/** Headers of everything that depends on who asks. */
export const noStore: Readonly<Record<string, string>> = { "cache-control": "private, no-store" };

/** What `pageTheme` makes of its options. */
export interface PageTheme {
  /** Added to the style sheet. */
  readonly style: string;
  /** HTML above the page. */
  readonly brand: string;
  /** HTML below it. */
  readonly support: string;
  /** A directive of the content security policy, or nothing. */
  readonly imageSource: string;
}

/** What pages have from the app they belong to. */
export interface Look {
  base: BaseUrl;
  theme: PageTheme | undefined;
}

const looks = new WeakMap<Request, Look>();

/** From now on the pages that answer a request look like the app, and lead to it. */
export function rememberLook(request: Request, look: Look): void {
  looks.set(request, look);
}

/** How the pages that answer a request look; `undefined` where it is not known which app it came to. */
export function lookOf(request: Request): Look | undefined {
  return looks.get(request);
}

/** A page without scripts that nobody keeps, frames or finds. */
export function pageResponse(request: Request, status: number, title: string, body: string): Response {
  const { style = "", brand = "", support = "", imageSource = "" } = lookOf(request)?.theme ?? {};
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
body{margin:0;background:Canvas;min-height:100vh;display:grid;gap:1.5rem;place-content:center;grid-template-columns:minmax(0,32rem);padding:1.5rem;font:1rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}
main{padding:clamp(1.5rem,6vw,2.25rem);border:1px solid color-mix(in srgb,CanvasText 16%,Canvas);border-radius:1rem}
ul{margin:0;padding-left:1.25rem}li{margin-bottom:.5rem}
h1{margin:0;font-size:1.4rem;line-height:1.3}p{margin:.75rem 0 1.5rem}a{color:inherit;outline-offset:3px}
div{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:center}.b{padding:.6rem 1.2rem;border-radius:.6rem;background:var(--a);color:var(--o);text-decoration:none;font-weight:600}
h2{margin:1.5rem 0 0;font-size:1rem}dl{display:grid;grid-template-columns:auto 1fr;gap:0 .75rem;margin:1.5rem 0 0;font-size:.85rem}dt{opacity:.75}dd{margin:0}code{font-size:.9em}`;

/** Text as it may stand in HTML, in an attribute as well. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

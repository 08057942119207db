/** What a person or program is told when something did not work. */
export interface Problem {
  status: number;
  /** Stable and machine-readable. */
  code: string;
  title: string;
  /** Plain cause and what to do about it. Never a secret, never a stack. */
  message: string;
  /** A link to go on with. */
  action?: { href: string; label: string } | undefined;
}

/** Headers of everything that depends on who asks. */
export const noStore: Readonly<Record<string, string>> = { "cache-control": "private, no-store" };

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

/** A problem as a page for people, or as JSON for programs. */
export function problemResponse(request: Request, problem: Problem): Response {
  const { status, code, message } = problem;
  if (!wantsPage(request)) return Response.json({ error: code, message }, { status, headers: noStore });
  return new Response(page(problem), {
    status,
    headers: {
      ...noStore,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  });
}

// The browser's own colours fit every app and either colour scheme, and need few bytes.
const style = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;font:1rem/1.6 system-ui,sans-serif}
main{width:100%;max-width:30rem;padding:2.25rem;border:1px solid color-mix(in srgb,CanvasText 16%,Canvas);border-radius:1rem}
h1{margin:0;font-size:1.4rem;line-height:1.3}p{margin:.75rem 0 1.25rem;overflow-wrap:anywhere}small{opacity:.7}
a{display:inline-block;margin-bottom:1.5rem;padding:.6rem 1.2rem;border-radius:.6rem;outline-offset:3px;background:CanvasText;color:Canvas;text-decoration:none;font-weight:600}`;

function page({ code, title, message, action }: Problem): string {
  const link = action ? `<a href="${escapeHtml(action.href)}">${escapeHtml(action.label)}</a><br>` : "";
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(message)}</p>${link}<small>Code: <code>${escapeHtml(code)}</code></small></main></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

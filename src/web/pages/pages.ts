import { requestIdOf } from "../request-id.ts";
import { escapeHtml, lookOf, noStore, pageResponse } from "./page.ts";

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
  details?: ProblemDetails | undefined;
}

/** More than a few sentences about a problem, for pages and for programs. */
export interface ProblemDetails {
  html: string;
  json: object;
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
  const { status, code, title, message, action, details } = problem;
  const requestId = requestIdOf(request);
  if (!wantsPage(request)) {
    return Response.json({ error: code, message, requestId, ...details?.json }, { status, headers: noStore });
  }
  const look = lookOf(request);
  const home = look && `${look.base.path}/`;
  const links = [
    action && `<a class="b" href="${escapeHtml(action.href)}">${escapeHtml(action.label)}</a>`,
    home && home !== action?.href && `<a href="${escapeHtml(home)}">Go to the app</a>`,
  ];
  return pageResponse(
    request,
    status,
    title,
    `<p>${escapeHtml(message)}</p>${details?.html ?? ""}<div>${links.filter(Boolean).join("")}</div><dl><dt>Code</dt><dd><code>${escapeHtml(code)}</code></dd><dt>Request</dt><dd><code>${escapeHtml(requestId)}</code></dd></dl>`,
  );
}

export { noStore } from "./page.ts";

import { ISSUER } from "../configuration.ts";
import { encodeBase64, sha256 } from "../encoding.ts";
import { Html, html } from "./html.ts";
import { STYLES } from "./styles.ts";

/** One page. */
export interface Page {
  title: string;
  body: Html;
  /** Column width. Default: `narrow`. */
  width?: "narrow" | "wide";
  /** Default: 200. */
  status?: number;
  /** Sources of the CSP directive `form-action`. Default: `'none'`. */
  formAction?: string;
  /** Added to the footer. */
  footer?: Html;
  /** Added to the style sheet. Default: none. */
  styles?: string;
  /** `Set-Cookie` values. */
  cookies?: readonly string[];
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' " +
  "r='8' fill='%230d6b62'/%3E%3Cpath d='M4.5 8.2l2.4 2.4 4.6-5' fill='none' stroke='white' stroke-width='1.8'/%3E%3C/svg%3E";

/** Answers with a page: no script, no foreign content, never framed, never cached. Every page has the banner. */
export async function pageResponse(page: Page): Promise<Response> {
  const styleHash = encodeBase64(await sha256(stylesOf(page)));
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    "img-src data:",
    `form-action ${page.formAction ?? "'none'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  const headers = new Headers({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  for (const cookie of page.cookies ?? []) headers.append("set-cookie", cookie);
  return new Response(markup(page).text, { status: page.status ?? 200, headers });
}

function stylesOf({ styles = "" }: Page): string {
  return STYLES + styles;
}

function markup(page: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title} · Development tenant</title>
<link rel="icon" href="${ICON}">
<style>${new Html(stylesOf(page))}</style>
</head>
<body>
<header class="band"><p><strong>Development tenant.</strong> This page comes from auth0-edge, inside your app’s own process. It is not Auth0: anyone can log in as anyone. Never use it in production.</p></header>
<main class="${page.width ?? "narrow"}">
${page.body}
</main>
<footer><span>auth0-edge/dev</span><span>Issuer ${ISSUER}</span>${page.footer}</footer>
</body>
</html>
`;
}

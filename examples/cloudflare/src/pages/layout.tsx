import type { UserClaims } from "auth0-edge";
import { html } from "hono/html";
import type { Child, FC } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppContext } from "../env.ts";
import { Avatar } from "./avatar.tsx";

const pages = [
  { href: "/", label: "Home" },
  { href: "/profile", label: "Profile" },
  { href: "/sessions", label: "Sessions" },
  { href: "/apis", label: "APIs" },
  { href: "/accounts", label: "Accounts" },
  { href: "/organizations", label: "Organizations" },
  { href: "/approval", label: "Approval" },
  { href: "/cookies", label: "Cookies" },
];

/**
 * Answers with a page in the frame that all of them have.
 *
 * @param next where the browser goes by itself after a second
 */
export async function page(
  c: AppContext,
  title: string,
  content: Child,
  status: ContentfulStatusCode = 200,
  next?: string,
): Promise<Response> {
  // A page about an error must not fail for the same reason.
  const user = await c.var.auth0?.getUser().catch(() => undefined);
  const document = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        {next && <meta http-equiv="refresh" content={`1; url=${next}`} />}
        <title>{`${title} · auth0-edge`}</title>
        <link rel="icon" href="/favicon.svg" />
        <link rel="stylesheet" href="/base.css" />
        <link rel="stylesheet" href="/parts.css" />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header>
          <a class="brand" href="/">
            auth0-edge
          </a>
          <Account user={user} />
          <nav aria-label="Pages">
            {[...pages, ...developmentPages(c)].map(({ href, label }) => (
              <a href={href} aria-current={c.req.path === href ? "page" : undefined}>
                {label}
              </a>
            ))}
          </nav>
        </header>
        <main id="content">{content}</main>
        <footer>An example of auth0-edge on Cloudflare Workers. No page of it has a script.</footer>
      </body>
    </html>
  );
  return c.html(html`<!doctype html>${document}`, status);
}

function developmentPages(c: AppContext): typeof pages {
  const { development } = c.var;
  return development ? [{ href: development.inspector, label: "Inspector" }] : [];
}

const Account: FC<{ user: UserClaims | undefined }> = ({ user }) =>
  user ? (
    <div class="account">
      <Avatar user={user} size={32} />
      <a href="/auth/logout">Log out</a>
    </div>
  ) : (
    <div class="account">
      <a href="/auth/login">Log in</a>
    </div>
  );

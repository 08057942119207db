import type { UserClaims } from "auth0-edge";
import type { AuthEnv } from "auth0-edge/hono";
import type { Context } from "hono";
import { html } from "hono/html";
import type { Child, FC } from "hono/jsx";
import type { Env } from "../env.ts";
import { Avatar } from "./avatar.tsx";

const pages = [
  { href: "/", label: "Home" },
  { href: "/profile", label: "Profile" },
  { href: "/orders", label: "Orders" },
];

/** Answers with a page in the frame that all of them have. */
export async function page(
  c: Context<AuthEnv<Env>>,
  title: string,
  content: Child,
  status: 200 | 401 | 404 | 500 = 200,
): Promise<Response> {
  // A page about an error must not fail for the same reason.
  const user = await c.var.auth0?.getUser().catch(() => undefined);
  const document = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
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
          <nav aria-label="Pages">
            {pages.map(({ href, label }) => (
              <a href={href} aria-current={c.req.path === href ? "page" : undefined}>
                {label}
              </a>
            ))}
          </nav>
          <Account user={user} />
        </header>
        <main id="content">{content}</main>
        <footer>An example of auth0-edge on Cloudflare Workers</footer>
      </body>
    </html>
  );
  return c.html(html`<!doctype html>${document}`, status);
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

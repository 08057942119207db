import type { UserClaims } from "auth0-edge";
import type { AuthEnv } from "auth0-edge/hono";
import type { Context, MiddlewareHandler } from "hono";
import type { Child, FC } from "hono/jsx";
import { jsxRenderer } from "hono/jsx-renderer";
import type { Env } from "../env.ts";
import { Avatar } from "./avatar.tsx";

declare module "hono" {
  type ContextRenderer = (content: Child, page: { title: string }) => Response | Promise<Response>;
}

const pages = [
  { href: "/", label: "Home" },
  { href: "/profile", label: "Profile" },
  { href: "/orders", label: "Orders" },
];

/** The frame of every page. */
export const layout: MiddlewareHandler<AuthEnv<Env>> = jsxRenderer(async ({ children, title }, c) => {
  const user = await (c as Context<AuthEnv<Env>>).var.auth0.getUser().catch(() => undefined);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · auth0-edge`}</title>
        <link rel="icon" href="/favicon.svg" />
        <link rel="stylesheet" href="/style.css" />
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
        <main id="content">{children}</main>
        <footer>An example of auth0-edge on Cloudflare Workers</footer>
      </body>
    </html>
  );
});

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

import type { UserClaims } from "auth0-edge";
import type { FC } from "hono/jsx";

export const Members: FC<{ user: UserClaims }> = ({ user }) => (
  <section class="hero">
    <h1>Welcome to {user.org_name ?? user.org_id}</h1>
    <p class="lead">Only those who are logged in to this organization can see this page.</p>
    <a class="button quiet" href="/organizations">
      Back
    </a>
  </section>
);

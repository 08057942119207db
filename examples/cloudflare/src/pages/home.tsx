import type { UserClaims } from "auth0-edge";
import type { FC } from "hono/jsx";
import { Avatar, displayName } from "./avatar.tsx";

interface HomeProps {
  user: UserClaims | undefined;
  note: string | undefined;
  hasApi: boolean;
}

export const Home: FC<HomeProps> = ({ user, note, hasApi }) =>
  user ? <Greeting user={user} hasApi={hasApi} /> : <Welcome note={note} />;

const Welcome: FC<Pick<HomeProps, "note">> = ({ note }) => (
  <>
    <section class="hero">
      <h1>Log in at the edge</h1>
      <p class="lead">
        This small app runs on Cloudflare Workers. It logs people in, keeps their session in one sealed cookie
        and fetches tokens for an API. No database, no server.
      </p>
      <a class="button" href="/auth/login">
        Log in
      </a>
      {note && <p class="note">{note}</p>}
    </section>
    <ul class="cards">
      <li class="card">
        <h2>Profile</h2>
        <p>Everything the login says about a person, and what the session holds.</p>
        <a href="/profile">See your profile</a>
      </li>
      <li class="card">
        <h2>Orders</h2>
        <p>An access token is fetched for an API, and the API checks it before it answers.</p>
        <a href="/orders">Call the API</a>
      </li>
    </ul>
  </>
);

const Greeting: FC<{ user: UserClaims; hasApi: boolean }> = ({ user, hasApi }) => (
  <section class="hero">
    <Avatar user={user} size={88} />
    <h1>Hello, {displayName(user)}</h1>
    <p class="lead">
      You are logged in{user.email && ` as ${user.email}`}. Your session lives in a sealed cookie that only
      this app can open.
    </p>
    <p class="actions">
      <a class="button" href="/profile">
        See your profile
      </a>
      {hasApi && (
        <a class="button quiet" href="/orders">
          Call the API
        </a>
      )}
      <a class="button quiet" href="/auth/logout">
        Log out
      </a>
    </p>
  </section>
);

import type { UserClaims } from "auth0-edge";
import type { FC } from "hono/jsx";
import type { SessionPlace } from "../sessions.ts";
import { Avatar, displayName } from "./avatar.tsx";

interface HomeProps {
  user: UserClaims | undefined;
  note: string | undefined;
  hasApi: boolean;
  place: SessionPlace;
}

export const Home: FC<HomeProps> = ({ user, note, hasApi, place }) =>
  user ? <Greeting user={user} hasApi={hasApi} place={place} /> : <Welcome note={note} place={place} />;

const Welcome: FC<Pick<HomeProps, "note" | "place">> = ({ note, place }) => (
  <>
    <section class="hero">
      <h1>Log in at the edge</h1>
      <p class="lead">
        This small app runs on Cloudflare Workers. It logs people in, keeps their session {kept[place]} and
        fetches tokens for an API.
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

const kept: Record<SessionPlace, string> = {
  cookies: "in one sealed cookie",
  kv: "in Workers KV",
  "durable-object": "in a Durable Object of its own",
};

const Greeting: FC<{ user: UserClaims; hasApi: boolean; place: SessionPlace }> = ({
  user,
  hasApi,
  place,
}) => (
  <section class="hero">
    <Avatar user={user} size={88} />
    <h1>Hello, {displayName(user)}</h1>
    <p class="lead">
      You are logged in{user.email && ` as ${user.email}`}. Your session lives {kept[place]}.
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
    <form class="everywhere" method="post" action="/logout-everywhere">
      <button class="button quiet" type="submit">
        Log out everywhere
      </button>
      <p class="note">Ends your sessions in all browsers. Try it with two.</p>
    </form>
  </section>
);

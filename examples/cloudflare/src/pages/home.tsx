import type { UserClaims } from "auth0-edge";
import type { FC } from "hono/jsx";
import type { Development } from "../development.ts";
import type { SessionPlace } from "../sessions.ts";
import { Avatar, displayName } from "./avatar.tsx";
import { Code } from "./code.tsx";
import { places } from "./places.ts";

interface HomeProps {
  user: UserClaims | undefined;
  development: Development | undefined;
  place: SessionPlace;
  /** Why a silent login made no session, where one did not. */
  refusal: string | undefined;
  code: string;
}

export const Home: FC<HomeProps> = ({ user, development, place, refusal, code }) => (
  <>
    {user ? <Greeting user={user} place={place} /> : <Welcome {...{ development, place, refusal }} />}
    <h2 class="section">What there is to try</h2>
    <ul class="cards">
      {[...topics, ...developmentTopics(development)].map(({ href, title, text, link }) => (
        <li class="card">
          <h3>{title}</h3>
          <p>{text}</p>
          <a href={href}>{link}</a>
        </li>
      ))}
    </ul>
    <Code>{code}</Code>
  </>
);

const Welcome: FC<Pick<HomeProps, "development" | "place" | "refusal">> = ({
  development,
  place,
  refusal,
}) => (
  <section class="hero">
    <h1>Log in at the edge</h1>
    <p class="lead">
      This app runs on Cloudflare Workers. It logs people in, keeps their session {places[place].within} and
      fetches tokens for APIs.
    </p>
    <a class="button" href="/auth/login">
      Log in
    </a>
    <p class="note">
      {development && "You need no account: a development tenant lets you choose who to be. "}
      {refusal ? (
        <span role="status">
          The login service would have had to ask you (<code>{refusal}</code>), so you are still nobody.
        </span>
      ) : (
        <>
          Logged in there already? <a href="/auth/login?prompt=none&returnTo=/">Try a silent login</a>
        </>
      )}
    </p>
  </section>
);

const Greeting: FC<{ user: UserClaims; place: SessionPlace }> = ({ user, place }) => (
  <section class="hero">
    <Avatar user={user} size={88} />
    <h1>Hello, {displayName(user)}</h1>
    <p class="lead">
      You are logged in{user.email && ` as ${user.email}`}
      {user.org_name && ` of ${user.org_name}`}. Your session lives {places[place].within}.
    </p>
    <p class="actions">
      <a class="button" href="/profile">
        See your profile
      </a>
      <a class="button quiet" href="/auth/logout">
        Log out
      </a>
    </p>
  </section>
);

const topics = [
  {
    href: "/profile",
    title: "Profile",
    text: "A page that wants a user. Open it as nobody: you go to the login and come back.",
    link: "Open the profile",
  },
  {
    href: "/sessions",
    title: "Sessions",
    text: "Move your session between cookies, Workers KV and a Durable Object, and end it in all browsers.",
    link: "Choose a place",
  },
  {
    href: "/apis",
    title: "Two APIs",
    text: "One refresh token brings access tokens for two APIs, and for more scopes when they are needed.",
    link: "Call the APIs",
  },
  {
    href: "/accounts",
    title: "Linked accounts",
    text: "Link a second account to your own, get a token of its service, and unlink it.",
    link: "Link an account",
  },
  {
    href: "/organizations",
    title: "Organizations",
    text: "Log in to an organization, accept an invitation, see a page for members only.",
    link: "Choose an organization",
  },
  {
    href: "/approval",
    title: "Approval on another device",
    text: "Log in without a redirect: somebody approves it on their phone.",
    link: "Ask a phone",
  },
  {
    href: "/cookies",
    title: "Cookies",
    text: "Every cookie this app has given your browser, what it is for and how much room is left.",
    link: "Look inside",
  },
  {
    href: "/auth/callback?code=made-up&state=made-up",
    title: "When something fails",
    text: "A stable code, a plain cause, what to do, and a name for the request: here a callback nobody asked for.",
    link: "Let a login fail",
  },
];

function developmentTopics(development: Development | undefined): typeof topics {
  if (!development) return [];
  return [
    {
      href: development.inspector,
      title: "Session inspector",
      text: "All that is kept of your session, and buttons that let it age. With the development tenant only.",
      link: "Inspect the session",
    },
  ];
}

import type { FC } from "hono/jsx";
import type { SessionPlace } from "../sessions.ts";
import { Code } from "./code.tsx";
import { places } from "./places.ts";

interface SessionsProps {
  isLoggedIn: boolean;
  /** Why a silent login made no session, where one did not. */
  refusal: string | undefined;
  /** Where the sessions of this browser live. */
  current: SessionPlace;
  /** Where those of other browsers do. */
  byDefault: SessionPlace;
  code: string;
}

export const Sessions: FC<SessionsProps> = ({ isLoggedIn, refusal, current, byDefault, code }) => (
  <>
    <h1>Sessions</h1>
    <p class="lead">
      A session can live in one of three places, and one line of the app says which. Here each browser may
      choose: the session in the old place ends, and a silent login (<code>prompt=none</code>) makes another
      in the new one.
    </p>
    <Code>{code}</Code>
    {refusal && !isLoggedIn && (
      <section class="card" role="status">
        <h2>Please log in again</h2>
        <p class="soft">
          The session in the old place is ended, but the login service made no new one without asking you (
          <code>{refusal}</code>).
        </p>
        <p class="more">
          <a class="button" href="/auth/login?returnTo=/sessions">
            Log in
          </a>
        </p>
      </section>
    )}
    <form class="card" method="post" action="/sessions/place">
      <fieldset>
        <legend>Where the sessions of this browser live</legend>
        {Object.entries(places).map(([place, { name, about }]) => (
          <label class="choice">
            <input type="radio" name="place" value={place} checked={place === current} />
            <span>
              <b>{name}</b>
              {place === current && <span class="badge">now</span>}
              {place === byDefault && <span class="badge">by default</span>}
              <span class="about">{about}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <button class="button" type="submit">
        {isLoggedIn ? "Move my session" : "Keep sessions there"}
      </button>
      <p class="note">
        {isLoggedIn
          ? "You stay logged in as long as the login service still knows you; else it asks you to log in again."
          : "Nobody is logged in, so there is nothing to move."}
      </p>
    </form>
    {isLoggedIn && (
      <section class="card">
        <h2>Log out everywhere</h2>
        <p class="soft">
          Ends every session you have at this app, in all browsers and all three places. Try it with two
          browsers, then load a page in the other.
        </p>
        <form method="post" action="/sessions/everywhere">
          <button class="button quiet" type="submit">
            Log out everywhere
          </button>
        </form>
      </section>
    )}
  </>
);

import type { SessionData } from "auth0-edge";
import type { FC } from "hono/jsx";
import type { SessionPlace } from "../sessions.ts";
import { Bar } from "./bar.tsx";
import { Code } from "./code.tsx";
import { purposeOf } from "./cookie-purposes.ts";
import { places } from "./places.ts";
import { SessionContents } from "./session-contents.tsx";

interface CookiesProps {
  /** What the browser sent. */
  cookies: [name: string, value: string][];
  session: SessionData | undefined;
  place: SessionPlace;
  code: string;
}

/** Browsers drop a larger cookie (RFC 6265 section 6.1), and the SDK keeps all of its own below twice that. */
const maxCookieBytes = 4096;
const maxTotalBytes = 8192;

export const Cookies: FC<CookiesProps> = ({ cookies, session, place, code }) => {
  const total = cookies.reduce((sum, [name, value]) => sum + bytesOf(name, value), 0);
  return (
    <>
      <h1>Cookies</h1>
      <p class="lead">
        These are all cookies of this app that your browser sent with this request. No script can read the
        SDK’s, and what they hold is sealed: changed by one character they are worth nothing.
      </p>
      <Code>{code}</Code>
      <section class="card">
        <h2>What the browser keeps</h2>
        {cookies.length > 0 ? (
          <>
            <ul class="rows" aria-label="Cookies">
              {cookies.map(([name, value]) => (
                <Cookie name={name} value={value} />
              ))}
            </ul>
            <p class="note total">
              Together {number(total)} bytes. The SDK keeps its own below {number(maxTotalBytes)}, so that no
              proxy refuses the request.
            </p>
            <Bar
              value={total}
              max={maxTotalBytes}
              label={`${number(total)} of ${number(maxTotalBytes)} bytes`}
              isLimit
            />
          </>
        ) : (
          <p class="soft">None. Log in, and there will be one.</p>
        )}
      </section>
      <section class="card">
        <h2>What the session holds</h2>
        {session ? (
          <>
            <p class="soft">
              {place === "cookies"
                ? "All of it stands in the cookie above."
                : `It is kept in ${place === "kv" ? "Workers KV" : "a Durable Object of its own"}; the cookie above has only its id.`}
            </p>
            <SessionContents session={session} />
          </>
        ) : (
          <p class="soft">Nobody is logged in. {`A session would live ${places[place].within}.`}</p>
        )}
      </section>
    </>
  );
};

const Cookie: FC<{ name: string; value: string }> = ({ name, value }) => {
  const bytes = bytesOf(name, value);
  const { what, isSealed } = purposeOf(name);
  return (
    <li>
      <p>
        <code>{name}</code> <span class="soft">{number(bytes)} bytes</span>
      </p>
      <p class="soft">{what}</p>
      <p>
        <code class="soft">{isSealed ? `${value.slice(0, 8)}…` : value.slice(0, 64)}</code>
      </p>
      <Bar
        value={bytes}
        max={maxCookieBytes}
        label={`${number(bytes)} of ${number(maxCookieBytes)} bytes`}
        isLimit
      />
    </li>
  );
};

function bytesOf(name: string, value: string): number {
  return name.length + value.length;
}

function number(value: number): string {
  return value.toLocaleString("en");
}

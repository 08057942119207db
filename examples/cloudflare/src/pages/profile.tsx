import type { SessionData } from "auth0-edge";
import type { FC } from "hono/jsx";
import { Avatar } from "./avatar.tsx";
import { Code } from "./code.tsx";
import { Moment } from "./moment.tsx";

interface ProfileProps {
  session: SessionData;
  /** Seconds since the epoch. */
  now: number;
  code: string;
}

export const Profile: FC<ProfileProps> = ({ session, now, code }) => {
  const { user, tokenSets, refreshToken } = session;
  const claims = Object.entries(user!);
  return (
    <>
      <div class="person">
        <Avatar user={user!} size={64} />
        <div>
          <h1>{user!.name ?? user!.sub}</h1>
          <p class="soft">{user!.email}</p>
        </div>
      </div>
      <p class="lead">
        This page wants a user, so whoever is not logged in is sent to the login and comes back. All it shows
        was read from the session; nobody was asked for it.
      </p>
      <Code>{code}</Code>
      <section class="card">
        <h2>Claims</h2>
        <p class="soft">What the ID token said at login.</p>
        <Claims claims={claims.filter(([name]) => !ofLogin.has(name))} />
        <details>
          <summary>Claims about the login itself</summary>
          <Claims claims={claims.filter(([name]) => ofLogin.has(name))} />
        </details>
      </section>
      <section class="card">
        <h2>Session</h2>
        <dl>
          {tokenSets.map((set) => (
            <>
              <dt>Access token</dt>
              <dd>
                for <code>{set.audience}</code>, expires <Moment at={set.expiresAt} now={now} />
              </dd>
            </>
          ))}
          <dt>Refresh token</dt>
          <dd>{refreshToken ? "yes, access tokens are renewed without a new login" : "none"}</dd>
          <dt>Issuer</dt>
          <dd>
            <code>{session.domain}</code>
          </dd>
        </dl>
        <p class="more">
          <a href="/cookies">Where it is kept, and how large it is</a>
        </p>
      </section>
    </>
  );
};

const Claims: FC<{ claims: [name: string, value: unknown][] }> = ({ claims }) => (
  <table>
    <thead class="visually-hidden">
      <tr>
        <th scope="col">Claim</th>
        <th scope="col">Value</th>
      </tr>
    </thead>
    <tbody>
      {claims.map(([name, value]) => (
        <tr>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td>{claimText(name, value)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** Claims that say how and when, not who. */
const ofLogin = new Set("iss aud azp sid nonce at_hash c_hash acr amr auth_time iat exp".split(" "));
const times = new Set(["auth_time", "iat", "exp"]);

function claimText(name: string, value: unknown): string {
  if (times.has(name)) return `${new Date(Number(value) * 1000).toUTCString()} (${value})`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

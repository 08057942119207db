import type { ConnectionTokenSet, UserClaims } from "auth0-edge";
import type { FC } from "hono/jsx";
import type { Identity } from "../development.ts";
import { Code } from "./code.tsx";
import { Moment } from "./moment.tsx";

interface Connection {
  name: string;
  label: string;
  /** Scope to ask of the other service. */
  scope: string;
}

/** A token of another service, or why there is none. */
export interface ConnectionToken {
  connection: string;
  token?: ConnectionTokenSet;
  problem?: string;
}

interface AccountsProps {
  user: UserClaims;
  /** `undefined` where the tenant does not tell. */
  identities: readonly Identity[] | undefined;
  connections: Connection[];
  token: ConnectionToken | undefined;
  /** Seconds since the epoch. */
  now: number;
  code: string;
}

export const Accounts: FC<AccountsProps> = ({ user, identities, connections, token, now, code }) => (
  <>
    <h1>Linked accounts</h1>
    <p class="lead">
      Linking sends you to log in with a second account, which then belongs to the same person. Your session
      stays as it is, and the app can get tokens of the other service.
    </p>
    <Code>{code}</Code>
    <section class="card">
      <h2>{user.name ?? user.sub}</h2>
      <p class="soft">
        <code>{user.sub}</code>
      </p>
      {identities ? <Identities identities={identities} /> : <p class="note">{onlyTheTenantKnows}</p>}
    </section>
    <div class="cards">
      {connections.map((connection) => (
        <ConnectionCard
          connection={connection}
          isLinked={identities?.some((one) => one.connection === connection.name)}
          token={token?.connection === connection.name ? token : undefined}
          now={now}
        />
      ))}
    </div>
  </>
);

const onlyTheTenantKnows =
  "Which accounts are linked is for Auth0's Management API to say, or for an Action that puts them into the ID token.";

const Identities: FC<{ identities: readonly Identity[] }> = ({ identities }) =>
  identities.length > 0 ? (
    <ul class="rows" aria-label="Linked accounts">
      {identities.map(({ connection, name, email }) => (
        <li>
          <code class="badge">{connection}</code> {name}
          {email && <span class="soft"> {email}</span>}
        </li>
      ))}
    </ul>
  ) : (
    <p class="note">No other account is linked yet.</p>
  );

interface ConnectionCardProps {
  connection: Connection;
  /** `undefined` where nobody knows. */
  isLinked: boolean | undefined;
  token: ConnectionToken | undefined;
  now: number;
}

const ConnectionCard: FC<ConnectionCardProps> = ({ connection, isLinked, token, now }) => {
  const { name, label, scope } = connection;
  const query = (more: Record<string, string>) =>
    `${new URLSearchParams({ connection: name, returnTo: "/accounts", ...more })}`;
  return (
    <section class="card" aria-labelledby={`connection-${name}`}>
      <h2 id={`connection-${name}`}>
        {label} {isLinked && <span class="badge">linked</span>}
      </h2>
      <div class="actions start">
        {isLinked !== true && (
          <a class="button" href={`/auth/link?${query({ connection_scope: scope })}`}>
            Link an account of {label}
          </a>
        )}
        {isLinked !== false && (
          <>
            <form method="post" action="/accounts/token">
              <button class="button quiet" name="connection" value={name} type="submit">
                Get a {label} token
              </button>
            </form>
            <a class="button quiet" href={`/auth/unlink?${query({})}`}>
              Unlink that of {label}
            </a>
          </>
        )}
      </div>
      {token && <TokenOf token={token} now={now} />}
    </section>
  );
};

const TokenOf: FC<{ token: ConnectionToken; now: number }> = ({ token: { token, problem }, now }) =>
  token ? (
    <p class="note" role="status">
      A token of {token.accessToken.length} characters for <code>{token.scope}</code>, which expires{" "}
      <Moment at={token.expiresAt} now={now} />.
    </p>
  ) : (
    <p class="note" role="status">
      There is no token: <code>{problem}</code>
    </p>
  );

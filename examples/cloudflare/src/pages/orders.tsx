import type { TokenSet } from "auth0-edge";
import type { FC } from "hono/jsx";
import { Moment } from "./moment.tsx";

/** A call of the API and how it went. */
interface Call {
  token: TokenSet;
  status: number;
  body: unknown;
  /** Seconds since the epoch. */
  now: number;
}

export const Orders: FC<{ audience: string | undefined; call?: Call }> = ({ audience, call }) => (
  <>
    <h1>Orders</h1>
    {audience ? (
      <>
        <p class="lead">
          The orders are kept by an API, <code>{audience}</code>. It answers only to an access token that was
          made for it.
        </p>
        <a class="button" href="/orders?call">
          {call ? "Call it again" : "Get a token and call the API"}
        </a>
      </>
    ) : (
      <p class="lead">
        There is no API yet. Set <code>API_AUDIENCE</code> to the identifier of one in your Auth0 tenant.
      </p>
    )}
    {call && <Result {...call} />}
  </>
);

const Result: FC<Call> = ({ token, status, body, now }) => (
  <section class="card">
    <h2>
      Answer <span class={status === 200 ? "badge" : "badge bad"}>{status}</span>
    </h2>
    <pre tabindex={0}>
      <code>{JSON.stringify(body, null, 2)}</code>
    </pre>
    <h2>Access token</h2>
    <dl>
      <dt>Text</dt>
      <dd>
        <code>{token.accessToken.slice(0, 12)}…</code> {token.accessToken.length} characters
      </dd>
      <dt>Scope</dt>
      <dd>
        <code>{token.scope}</code>
      </dd>
      <dt>Expires</dt>
      <dd>
        <Moment at={token.expiresAt} now={now} />
      </dd>
    </dl>
  </section>
);

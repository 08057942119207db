import type { TokenSet } from "auth0-edge";
import type { FC } from "hono/jsx";
import { Bar } from "./bar.tsx";
import { Code } from "./code.tsx";
import { Moment } from "./moment.tsx";

/** A call of an API and how it went. */
export interface Call {
  title: string;
  /** Method and path. */
  request: string;
  /** What the token was asked for. */
  scope: string;
  status: number;
  body: unknown;
}

interface ApisProps {
  /** Those of the settings. */
  audiences: string[];
  calls: Call[];
  /** All access tokens of the session. */
  tokenSets: TokenSet[];
  /** Seconds since the epoch. */
  now: number;
  code: string;
}

export const Apis: FC<ApisProps> = ({ audiences, calls, tokenSets, now, code }) => (
  <>
    <h1>Two APIs</h1>
    <p class="lead">
      An API answers only to an access token that was made for it. The login brought one for orders; the
      session’s refresh token brings more for invoices, without another login (Auth0: “Multi-Resource Refresh
      Token”).
    </p>
    <Code>{code}</Code>
    {audiences.length > 0 ? <Choices payable={audiences.length > 1} /> : <NoApi />}
    {calls.map((call) => (
      <Result {...call} />
    ))}
    <section class="card">
      <h2>Access tokens of this session</h2>
      <ul class="rows">
        {tokenSets.map((set) => (
          <li>
            <p>
              <code>{set.audience}</code>
            </p>
            <p class="soft">
              {(set.scope ?? "").split(" ").map((scope) => (
                <>
                  <code class="badge">{scope}</code>{" "}
                </>
              ))}
            </p>
            <Bar value={set.expiresAt - now} max={3600} label="What is left of an hour" />
            <p class="note">
              Expires <Moment at={set.expiresAt} now={now} />. {set.accessToken.length} characters; no page
              shows them.
            </p>
          </li>
        ))}
      </ul>
    </section>
  </>
);

const Choices: FC<{ payable: boolean }> = ({ payable }) => (
  <div class="actions start">
    <a class="button" href="/apis?call">
      {payable ? "Call both APIs" : "Call the API"}
    </a>
    {payable && (
      <form method="post" action="/apis/payment">
        <button class="button quiet" type="submit">
          Pay an invoice
        </button>
      </form>
    )}
  </div>
);

const NoApi: FC = () => (
  <p class="soft">
    There is no API yet. Set <code>API_AUDIENCE</code> and <code>INVOICES_AUDIENCE</code> to the identifiers
    of two in your Auth0 tenant.
  </p>
);

const Result: FC<Call> = ({ title, request, scope, status, body }) => (
  <section class="card">
    <h2>
      {title} <span class={status === 200 ? "badge" : "badge bad"}>{status}</span>
    </h2>
    <p class="soft">
      <code>{request}</code> with <code>{scope}</code>
    </p>
    <pre tabindex={0}>
      <code>{JSON.stringify(body, null, 2)}</code>
    </pre>
  </section>
);

import type { BackchannelAuthenticationError, UserClaims } from "auth0-edge";
import type { FC } from "hono/jsx";
import type { Development } from "../development.ts";
import { Code } from "./code.tsx";
import { Message } from "./message.tsx";

interface ApprovalProps {
  user: UserClaims | undefined;
  development: Development | undefined;
  code: string;
}

export const Approval: FC<ApprovalProps> = ({ user, development, code }) => (
  <>
    <h1>Log in by approving on another device</h1>
    <p class="lead">
      The Worker asks the login service to ask a person on their phone, and waits for the answer (OpenID
      Connect CIBA). No browser is redirected: good for a till, a kiosk, or somebody on the telephone.
    </p>
    <Code>{code}</Code>
    <form class="card field" method="post" action="/approval">
      <Who user={user} development={development} />
      <button class="button" type="submit">
        Ask for approval
      </button>
      <p class="note">
        {development
          ? "The tenant has a page that stands for everybody’s phone."
          : "The person needs a device that Auth0 can ask, and the application the grant type CIBA."}
      </p>
    </form>
  </>
);

const Who: FC<Omit<ApprovalProps, "code">> = ({ user, development }) =>
  development ? (
    <>
      <label for="sub">Whom to ask</label>
      <select id="sub" name="sub">
        {development.people.map(({ sub, name }) => (
          <option value={sub} selected={sub === user?.sub}>
            {name}
          </option>
        ))}
      </select>
    </>
  ) : (
    <>
      <label for="sub">User id of whom to ask</label>
      <input
        id="sub"
        name="sub"
        value={user?.sub}
        placeholder="auth0|…"
        autocomplete="off"
        required
        maxlength={128}
      />
    </>
  );

interface ApprovalWaitingProps {
  bindingMessage: string;
  /** Seconds the person has. */
  patience: number;
  development: Development | undefined;
}

export const ApprovalWaiting: FC<ApprovalWaitingProps> = ({ bindingMessage, patience, development }) => (
  <section class="hero" role="status">
    <h1>Waiting for approval</h1>
    <p class="lead">Approve on the other device, if it shows the same words:</p>
    <p class="binding">{bindingMessage}</p>
    <svg class="bar waiting" aria-hidden="true" width="100%" height="8">
      <rect class="rest" width="100%" height="8" rx="4" />
      <rect class="used" width="30%" height="8" rx="4" />
    </svg>
    <p class="note">This page goes on by itself. There are {patience} seconds.</p>
    <p class="actions">
      {development && (
        <a class="button" href={development.approvePage} target="_blank" rel="noopener">
          Open the phone
        </a>
      )}
      <a class="button quiet" href="/approval">
        Cancel
      </a>
    </p>
  </section>
);

const reasons: Record<string, { title: string; text: string }> = {
  access_denied: { title: "It was denied", text: "The person said no, so nobody is logged in by this." },
  expired_token: { title: "Nobody answered", text: "The time is over. Ask again when the person is ready." },
  unknown_user_id: { title: "There is no such person", text: "The login service knows nobody by that id." },
  unauthorized_client: {
    title: "This is not turned on",
    text: "The login service does not let this app ask people. Turn the grant type CIBA on there.",
  },
};

export const ApprovalFailed: FC<{ error: BackchannelAuthenticationError }> = ({ error }) => {
  const reason = reasons[error.cause?.error ?? ""] ?? {
    title: "It did not work",
    text: "The login service did not take the question. Its log has the reason.",
  };
  return <Message {...reason} href="/approval" label="Ask again" />;
};

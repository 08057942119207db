import type { UserClaims } from "auth0-edge";
import type { FC } from "hono/jsx";
import type { Development } from "../development.ts";
import { Code } from "./code.tsx";

interface OrganizationsProps {
  user: UserClaims | undefined;
  /** The one whose members have a page of their own. */
  organization: string | undefined;
  development: Development | undefined;
  /** The one that somebody has typed in. */
  named: string | undefined;
  code: string;
}

export const Organizations: FC<OrganizationsProps> = ({ user, organization, development, named, code }) => (
  <>
    <h1>Organizations</h1>
    <p class="lead">
      A login can be one to an organization: the ID token then names it, and the login fails for everybody
      else. A page for members sends those of another one to the login of the right one.
    </p>
    <Code>{code}</Code>
    <section class="card">
      <h2>You</h2>
      <Membership user={user} />
      <p class="more">
        <a href="/organizations/members">The page for members of {organization ?? "any organization"}</a>
      </p>
    </section>
    <section class="card">
      <h2>Log in to an organization</h2>
      {development ? <Choices development={development} /> : <ByName named={named} />}
    </section>
    {development && <Invitations development={development} />}
  </>
);

const Membership: FC<{ user: UserClaims | undefined }> = ({ user }) => {
  if (!user) return <p class="soft">Nobody is logged in.</p>;
  if (!user.org_id) return <p class="soft">You are logged in as {user.name}, and to no organization.</p>;
  return (
    <dl>
      <dt>Name</dt>
      <dd>
        <code>org_name</code> {user.org_name}
      </dd>
      <dt>Id</dt>
      <dd>
        <code>org_id</code> {user.org_id}
      </dd>
    </dl>
  );
};

const Choices: FC<{ development: Development }> = ({ development }) => (
  <div class="actions start">
    {development.organizations.map(({ name, displayName }) => (
      <a class="button quiet" href={`/auth/login?organization=${name}&returnTo=/organizations`}>
        {displayName}
      </a>
    ))}
    <a class="button quiet" href="/auth/login?returnTo=/organizations">
      None
    </a>
  </div>
);

/** A form first and then a link: where a form leads, a page's own rules may forbid, and Auth0 may lead on to anybody's login. */
const ByName: FC<{ named: string | undefined }> = ({ named }) =>
  named ? (
    <div class="actions start">
      <a
        class="button"
        href={`/auth/login?${new URLSearchParams({ organization: named, returnTo: "/organizations" })}`}
      >
        Log in to {named}
      </a>
      <a class="button quiet" href="/organizations">
        Another one
      </a>
    </div>
  ) : (
    <form class="field" method="get" action="/organizations">
      <label for="organization">Name or id</label>
      <input id="organization" name="named" autocomplete="off" required maxlength={64} />
      <button class="button" type="submit">
        Go on
      </button>
    </form>
  );

const Invitations: FC<{ development: Development }> = ({ development }) => (
  <section class="card">
    <h2>Invite somebody</h2>
    <p class="soft">
      The tenant sends a link to this app’s login, with a ticket that works once. Invite Zoë Tanabe, open the
      link in the mailbox, and continue as her.
    </p>
    <div class="actions start">
      {development.organizations.map(({ displayName, page }) => (
        <a class="button quiet" href={page}>
          Invite to {displayName}
        </a>
      ))}
      <a class="button quiet" href={development.mailbox}>
        Mailbox
      </a>
    </div>
  </section>
);
